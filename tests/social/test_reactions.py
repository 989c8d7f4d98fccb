"""Five reactions (赞 支持 感谢 祝贺 加油): one of each person, counted by kind on the card (S2)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import ONLY, PUBLIC, Scope
from foundation.messaging.models import Notification
from foundation.social.domain import leaving, posts, reactions
from foundation.social.enums import ReactionKind
from foundation.social.models import Post, Reaction
from tests.api.device import device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("S2")]
LIKE, SUPPORT, THANKS, CONGRATULATE, CHEER = ReactionKind
HTMX = {"HX-Request": "true"}


@pytest.fixture
def lin(person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


@pytest.fixture
def post(lin: User) -> Post:
    return posts.post_status(by=lin, text="银杏黄了", scope=Scope(PUBLIC))


def numbers(post: Post) -> dict[ReactionKind, int]:
    """What the post says of each kind that anybody chose; all together they are the whole."""
    post.refresh_from_db()
    found = {kind: number for kind, number in post.reaction_numbers.items() if number}
    assert sum(found.values()) == post.reaction_count == Reaction.objects.filter(post=post).count()
    assert found == {
        kind: count for kind in ReactionKind if (count := post.reactions.filter(kind=kind).count())
    }
    return found


def page(reader: User | None = None, path: str = "/u/lin/") -> str:
    client = Client()
    if reader is not None:
        client.force_login(reader)
    return client.get(path).content.decode()


class TestCounting:
    def test_each_person_counts_once_and_another_kind_takes_the_place(
        self, post: Post, zhou: User, person: Callable
    ) -> None:
        reactions.react(post, by=zhou, liked=True)
        reactions.react(post, by=person("chen"), liked=True, kind=CHEER)
        assert numbers(post) == {LIKE: 1, CHEER: 1}
        assert reactions.react(post, by=zhou, liked=True, kind=THANKS) == 2
        assert reactions.react(post, by=zhou, liked=True, kind=THANKS) == 2
        assert numbers(post) == {THANKS: 1, CHEER: 1}
        reactions.react(post, by=zhou, liked=True, kind=LIKE)
        assert numbers(post) == {LIKE: 1, CHEER: 1}

    def test_taking_it_back_whichever_it_was(self, post: Post, zhou: User) -> None:
        reactions.react(post, by=zhou, liked=True, kind=CONGRATULATE)
        assert reactions.react(post, by=zhou, liked=False) == 0
        assert reactions.react(post, by=zhou, liked=False) == 0
        assert numbers(post) == {}

    @pytest.mark.deny
    def test_the_database_knows_five_and_one_each(self, post: Post, zhou: User) -> None:
        Reaction.objects.create(post=post, user=zhou, kind=LIKE)
        for wrong in ({"kind": "like"}, {"kind": "hate"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Reaction.objects.create(post=post, user=zhou, **wrong)
        with pytest.raises(IntegrityError), transaction.atomic():
            Reaction.objects.filter(post=post).update(kind="hate")

    @pytest.mark.row("A7")
    def test_erasing_somebody_takes_each_of_hers_from_its_number(
        self, post: Post, lin: User, zhou: User, person: Callable
    ) -> None:
        other = posts.post_status(by=lin, text="第二", scope=Scope(PUBLIC))
        reactions.react(post, by=zhou, liked=True, kind=SUPPORT)
        reactions.react(post, by=person("chen"), liked=True, kind=SUPPORT)
        reactions.react(other, by=zhou, liked=True)
        (part,) = [part for part in kinds.own_data() if part.key == "likes"]
        assert {part.facet.as_data(row)["said"] for row in part.facet.rows(zhou)} == {"like", "support"}
        leaving.erase_rest(zhou)
        assert numbers(post) == {SUPPORT: 1}
        assert numbers(other) == {}


class TestTelling:
    def test_the_author_hears_of_it_in_true_words_and_once(self, post: Post, lin: User, zhou: User) -> None:
        reactions.react(post, by=zhou, liked=True, kind=CHEER)
        reactions.react(post, by=zhou, liked=True, kind=THANKS)
        assert list(Notification.objects.filter(user=lin).values_list("event", flat=True)) == ["reacted"]

    def test_a_like_is_told_as_a_like(self, post: Post, lin: User, zhou: User) -> None:
        reactions.react(post, by=zhou, liked=True)
        assert list(Notification.objects.filter(user=lin).values_list("event", flat=True)) == ["liked"]


class TestOnTheCard:
    def test_numbers_by_kind_where_they_are_not_all_likes(
        self, post: Post, zhou: User, person: Callable, portal: Any
    ) -> None:
        reactions.react(post, by=zhou, liked=True)
        assert "reacts__numbers" not in page()
        reactions.react(post, by=person("chen"), liked=True, kind=CHEER)
        for shown in (page(), page(zhou)):
            said = re.findall(r'<span\s+class="vh"\s*>(\w+)</span> (\d+)</span>', shown)
            assert said == [("赞", "1"), ("加油", "1")]

    def test_each_reader_sees_what_she_said_herself(
        self, post: Post, lin: User, zhou: User, portal: Any
    ) -> None:
        reactions.react(post, by=zhou, liked=True, kind=SUPPORT)
        for _time in range(2):
            own, other = page(zhou), page(lin)
            assert 'aria-label="支持，共 1 个回应"' in own
            assert 'aria-label="赞，共 1 个回应"' in other
            assert own.count('aria-pressed="true"') == 2
            assert other.count('aria-pressed="true"') == 0

    def test_without_a_script_each_is_a_button_of_its_own(self, post: Post, zhou: User, portal: Any) -> None:
        client = Client()
        client.force_login(zhou)
        shown = client.get("/u/lin/").content.decode()
        assert re.findall(r'name="kind"\s+value="(\w+)"', shown) == ReactionKind.values
        path = f"/social/posts/{post.public_id}/like/"
        assert client.post(path, {"kind": "thanks", "next": "/u/lin/"}).status_code == 302
        assert numbers(post) == {THANKS: 1}
        client.post(path, {"liked": "0"})
        assert numbers(post) == {}

    def test_with_one_the_buttons_come_back_as_they_are_now(self, post: Post, zhou: User) -> None:
        client = Client()
        client.force_login(zhou)
        path = f"/social/posts/{post.public_id}/like/"
        answer = client.post(path, {"kind": "cheer"}, headers=HTMX).content.decode()
        assert f'id="react-{post.public_id}"' in answer
        assert 'aria-label="加油，共 1 个回应"' in answer
        assert "autofocus" in answer

    def test_elder_mode_keeps_the_one_button(self) -> None:
        from django.conf import settings

        sheet = (settings.BASE_DIR / "static/css/linli.css").read_text(encoding="utf-8")
        assert re.search(r'\[data-mode="?elder"?\] \.reacts__more ?{ ?display: ?none', sheet)


class TestRefusals:
    pytestmark = pytest.mark.deny

    def test_a_sixth_kind_is_nowhere(self, post: Post, zhou: User) -> None:
        client = Client()
        client.force_login(zhou)
        assert client.post(f"/social/posts/{post.public_id}/like/", {"kind": "hate"}).status_code == 404
        sent = device_of(zhou).put(f"/statuses/{post.public_id}/reaction", {"kind": "hate"})
        assert problem(sent) == "invalid"
        assert numbers(post) == {}

    def test_nobody_reacts_to_what_she_may_not_see(self, lin: User, zhou: User) -> None:
        hers = posts.post_status(by=lin, text="只给自己", scope=Scope(ONLY, str(lin.pk)))
        sent = device_of(zhou).put(f"/statuses/{hers.public_id}/reaction", {"kind": "cheer"})
        assert sent.status_code == 404

    def test_who_is_not_verified_reacts_to_nothing(self, post: Post, person: Callable) -> None:
        with pytest.raises(Refused):
            reactions.react(post, by=person("new", verified=False), liked=True, kind=CHEER)


@pytest.mark.row("U5")
def test_a_device_reacts_reads_and_takes_back(post: Post, zhou: User) -> None:
    device, path = device_of(zhou), f"/statuses/{post.public_id}"
    said = device.put(f"{path}/reaction", {"kind": "congratulate"}).json()
    assert (said["likes"], said["reaction"], said["reactions"]["congratulate"]) == (1, "congratulate", 1)
    read = device.get(path).json()
    assert (read["likes"], read["liked"], read["reaction"]) == (1, True, "congratulate")
    assert read["reactions"] == {"like": 0, "support": 0, "thanks": 0, "congratulate": 1, "cheer": 0}
    assert device.put(f"{path}/like").json() == {"likes": 1, "liked": True}
    assert device.get(path).json()["reaction"] == "like"
    assert device.delete(f"{path}/reaction").json()["reaction"] is None
    assert numbers(post) == {}
