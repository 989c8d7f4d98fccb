"""The API gives what the page gives: for every role the same things, no one more and no one less (U5)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from foundation.core.access.scopes import PUBLIC, Scope
from foundation.messaging.models import Notification
from foundation.social.domain import comments, follows, posts
from tests.access.scene import EVERYBODY, FIELD_AT, Scene, may_see
from tests.access.surface import indexed, marks, text_of
from tests.access.town import COLUMNS, Town
from tests.api.device import Device

pytestmark = [pytest.mark.row("U5"), pytest.mark.deny, pytest.mark.security(2, 4)]


@dataclass(frozen=True)
class Pair:
    """A page and an operation that show the same things, and how each names them."""

    page: Callable[[Town], str]
    on_page: str
    operation: Callable[[Town], str]
    named: Callable[[dict[str, Any]], str] = lambda item: item["id"]


PAIRS: dict[str, Pair] = {
    "space": Pair(
        lambda town: "/u/owner/", r'id="p-([\w-]+)"', lambda town: "/people/owner/statuses?limit=100"
    ),
    "space of a newcomer": Pair(
        lambda town: "/u/newcomer/", r'id="p-([\w-]+)"', lambda town: "/people/newcomer/statuses"
    ),
    "feed": Pair(lambda town: "/feed/", r'id="p-([\w-]+)"', lambda town: "/feed?limit=20"),
    "topic": Pair(lambda town: "/topics/秋天/", r'id="p-([\w-]+)"', lambda town: "/topics/秋天/statuses"),
    "topic of a note": Pair(
        lambda town: "/topics/秘密/", r'id="p-([\w-]+)"', lambda town: "/topics/秘密/statuses"
    ),
    "albums": Pair(
        lambda town: "/u/owner/albums/",
        r'href="/u/owner/albums/([\w-]{16})/"',
        lambda town: "/people/owner/albums?limit=100",
    ),
    "photos": Pair(
        lambda town: town.things["album"].url,
        r'id="ph-([\w-]+)"',
        lambda town: f"/albums/{town.words['album']}/photos?limit=100",
    ),
    "diary": Pair(
        lambda town: "/u/owner/diary/",
        r'class="stretch" href="/u/owner/diary/([\w-]{16})/"',
        lambda town: "/people/owner/diary?limit=100",
    ),
    "guestbook": Pair(
        lambda town: "/u/owner/guestbook/",
        r'id="g-([\w-]+)"',
        lambda town: "/people/owner/guestbook?limit=100",
    ),
    "comments": Pair(
        lambda town: town.things["post"].url,
        r'id="c-([\w-]+)"',
        lambda town: f"/comments/post/{town.words['post']}?limit=100",
    ),
    "comments of an article": Pair(
        lambda town: town.things["article"].url,
        r'id="c-([\w-]+)"',
        lambda town: f"/comments/article/{town.words['article']}?limit=100",
    ),
    "news": Pair(
        lambda town: "/news/",
        r'class="stretch" href="(/news/[\w-]+/)"',
        lambda town: "/news",
        lambda item: item["address"],
    ),
    "notices": Pair(
        lambda town: "/notices/",
        r'class="stretch"\s+href="(/notices/[\w-]+/)"',
        lambda town: "/notices",
        lambda item: item["address"],
    ),
    "search": Pair(
        lambda town: indexed() or "/search/?q=银杏",
        r'class="stretch"\s+href="([^"]+)"',
        lambda town: "/search?q=银杏",
        lambda item: item["address"],
    ),
    "notifications": Pair(
        lambda town: "/notifications/",
        r'action="/notifications/([\w-]{16})/"',
        lambda town: "/notifications",
    ),
}


@pytest.fixture
def full(town: Town, article: Callable, portal: Any) -> Town:
    """The town with more to tell apart: answers, waiting comments, drafts of editors, notices that are over."""
    owner, neighbour = town.people["owner"], town.people["neighbour"]
    follows.follow(owner, by=neighbour)
    follows.follow(neighbour, by=owner)
    posts.post_status(by=owner, text="给邻居 #秋天#", scope=Scope("residents"))
    posts.post_status(by=owner, text="给朋友 #秋天#", scope=Scope("contacts", str(owner.pk)))
    posts.post_status(by=neighbour, text="转 #秋天#", scope=Scope(PUBLIC), share_of=town.things["post"])
    comments.comment(by=neighbour, target=town.things["post"], text="好看", reply_to=town.things["comment"])
    comments.comment(by=owner, target=town.things["article"], text="还在等")
    article("没发布", live=False)
    return town


@pytest.mark.parametrize("name", PAIRS)
def test_the_same_things_for_every_role(name: str, full: Town) -> None:
    pair, pages, operations = PAIRS[name], {}, {}
    for role in COLUMNS:
        if role == "suspended":
            continue  # has no token any more: tests/api/test_tokens.py
        answer = full.client(role).get(pair.page(full))
        shown = answer.content.decode() if answer.status_code == 200 else ""
        pages[role] = set(re.findall(pair.on_page, shown))
        said = full.device(role).get(pair.operation(full))
        operations[role] = set(_names(said.json()["items"], pair.named)) if said.status_code == 200 else set()
    assert operations == pages
    assert any(pages.values()) or name in ("space of a newcomer",)


def _names(items: list[dict[str, Any]], named: Callable[[dict[str, Any]], str]) -> list[str]:
    return [one for item in items for one in (named(item), *_names(item.get("answers", []), named))]


@pytest.mark.row("S1")
@pytest.mark.parametrize("reader", [reader for reader in EVERYBODY if reader != "suspended"])
def test_each_field_of_a_profile_is_seen_by_those_it_is_for(reader: str, scene: Scene) -> None:
    said = scene.device(reader).get("/people/author")
    found = marks(" ".join(one["value"] for one in said.json()["fields"]), "资料")
    assert found == {level for level in FIELD_AT.values() if may_see(reader, level)}
    assert found == marks(text_of(scene.client(reader).get(scene.author.space_url)), "资料")


def test_as_others_see_it_is_what_the_page_shows_as_theirs(scene: Scene) -> None:
    own, browser = scene.device("author"), scene.client("author")
    for chosen in ("public", "residents", "contacts"):
        page = text_of(browser.get(f"{scene.author.space_url}?as={chosen}"))
        space = own.get(f"/people/author?seen_as={chosen}").json()
        listed = own.get(f"/people/author/statuses?seen_as={chosen}&limit=100").json()["items"]
        assert marks(" ".join(one["value"] for one in space["fields"]), "资料") == marks(page, "资料")
        assert marks(" ".join(one["text"] for one in listed)) == marks(page)
        assert not any(one["can_edit"] for one in listed)
    for reader in ("visitor", "stranger", "follower"):
        device = scene.device(reader)
        assert (
            device.get("/people/author?seen_as=contacts").json()["fields"]
            == device.get("/people/author").json()["fields"]
        )


def test_nothing_of_somebody_is_said_that_her_page_keeps_to_itself(full: Town) -> None:
    """No key of the database, no address, telephone or role of anybody in what others read."""
    reader, owner = full.device("business"), full.people["owner"]
    told = ""
    for path in ("/people/owner", "/people/owner/statuses", "/feed", f"/comments/post/{full.words['post']}"):
        told += reader.get(path).content.decode()
    for secret in (owner.email, owner.verified_name, "date_joined", '"pk"', "user_id"):
        assert secret not in told
    assert not re.findall(r'"\w*id": *"?\d+["\s,}]', told), "names, not the keys of the database"


def test_who_has_left_is_nameless_here_too(full: Town) -> None:
    from foundation.accounts.models import User
    from identity.domain import leaving

    owner = full.people["owner"]
    User.objects.filter(pk=owner.pk).update(leaves_words=True)
    leaving.erase(owner.pk, again=True)
    said = Device().get(f"/statuses/{full.words['post']}")
    assert said.status_code == 200
    author = said.json()["author"]
    assert (author["name"], author["display_name"], author["avatar"]) == ("", "已注销的邻居", None)
    assert "left-" not in said.content.decode().replace('"address": "/u/left-', "")


def test_what_is_read_stays_unread_for_others(full: Town) -> None:
    """Reading the list marks nothing; the page marks only what was opened."""
    read = Notification.objects.filter(read_at__isnull=False)
    before = set(read.values_list("pk", flat=True))
    assert full.device("owner").get("/notifications").json()["items"]
    assert set(read.values_list("pk", flat=True)) == before
