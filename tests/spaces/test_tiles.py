"""The tiles of a space (S12): its owner arranges them, and each shows a reader what its own kind shows her."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.test import Client

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import CONTACTS, ONLY, PUBLIC, RESIDENTS, Scope
from foundation.core.pages import tiles as registry
from foundation.core.pages.tiles import Line, Tile, TileSource
from foundation.social.domain import albums, blocks, follows, polls, posts
from groups.models import Circle, CircleMember
from helpagreements.domain.queries import own_tiles as of_agreements
from spaces.domain import diary, leaving, tiles
from spaces.domain.queries.tiles import tiles_of
from spaces.models import SpaceTile
from tests.api.device import device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("S12")]
IN_ORDER = ["circles", "diary", "albums", "polls", "agreements"]


@pytest.fixture
def lin(person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def circle(owner: User, places: dict, name: str, *people: User, **how: Any) -> Circle:
    made = Circle.objects.create(
        owner=owner,
        name=name,
        purpose="一起",
        slug=f"circle-{Circle.objects.count()}",
        place=places["ginkgo"],
        state="live",
        **how,
    )
    CircleMember.objects.create(circle=made, user=owner, role="owner")
    for one in people:
        CircleMember.objects.create(circle=made, user=one)
    return made


def one_of_each(owner: User, scope: Scope, word: str) -> None:
    """An album, a poll and a diary entry for those whom a scope names."""
    albums.make_album(by=owner, title=f"相册{word}", scope=scope)
    posts.post_status(by=owner, text=f"投票{word}", scope=scope, poll=polls.new_poll(["去", "不去"]))
    diary.write_entry(by=owner, title=f"日志{word}", body="<p>好</p>", scope=scope, publish=True)


def seen(owner: User, reader: Any) -> dict[str, list[str]]:
    """What stands on each tile for a reader, and that the number says the same."""
    shown = tiles_of(owner, reader)
    for one in shown:
        assert one.tile.count == len(one.tile.lines), one.source.key
    return {one.source.key: sorted(str(line.words) for line in one.tile.lines) for one in shown}


def order(user: User) -> list[str]:
    return [one.source.key for one in tiles.arrangement_of(user)]


class TestWhatReadersSee:
    @pytest.fixture
    def full(self, lin: User, zhou: User, person: Callable, places: dict) -> dict[str, Any]:
        """Something for everybody, for neighbours, for contacts, for herself alone."""
        far = person("far", display="远方", verified=False)
        friend = person("friend", display="友人")
        follows.follow(lin, by=friend)
        follows.follow(friend, by=lin)
        for word, scope in {
            "公开": Scope(PUBLIC),
            "邻居": Scope(RESIDENTS),
            "人脉": Scope(CONTACTS, str(lin.pk)),
            "自己": Scope(ONLY, str(lin.pk)),
        }.items():
            one_of_each(lin, scope, word)
        circle(lin, places, "舞队")
        circle(lin, places, "密室", friend, secret=True)
        return {
            "visitor": AnonymousUser(),
            "far": User.objects.get(pk=far.pk),
            "zhou": zhou,
            "friend": User.objects.get(pk=friend.pk),
            "lin": User.objects.get(pk=lin.pk),
        }

    @pytest.mark.deny
    @pytest.mark.security(4)
    @pytest.mark.parametrize(
        ("reader", "words", "circles"),
        [
            ("visitor", ["公开"], []),
            ("far", ["公开"], []),
            ("zhou", ["公开", "邻居"], ["舞队"]),
            ("friend", ["人脉", "公开", "邻居"], ["密室", "舞队"]),
            ("lin", ["人脉", "公开", "自己", "邻居"], ["密室", "舞队"]),
        ],
    )
    def test_each_what_its_own_kind_shows_her(
        self, full: dict, lin: User, reader: str, words: list[str], circles: list[str]
    ) -> None:
        found = seen(lin, full[reader])
        expected = {
            key: [f"{name}{word}" for word in words]
            for key, name in (("diary", "日志"), ("albums", "相册"), ("polls", "投票"))
        }
        assert {key: found[key] for key in expected} == expected
        assert found.get("circles", []) == circles

    @pytest.mark.deny
    def test_a_draft_stands_on_no_tile(self, lin: User) -> None:
        diary.write_entry(by=lin, title="草稿", body="<p>好</p>", scope=Scope(PUBLIC), publish=False)
        assert seen(lin, lin) == {}

    @pytest.mark.deny
    def test_what_was_made_private_or_hidden_leaves_it_at_once(self, lin: User, zhou: User) -> None:
        post = posts.post_status(
            by=lin, text="去吗", scope=Scope(PUBLIC), poll=polls.new_poll(["去", "不去"])
        )
        assert seen(lin, zhou) == {"polls": ["去吗"]}
        posts.hide_post(post, hidden=True, by=None)
        assert seen(lin, zhou) == {}
        assert seen(lin, lin) == {"polls": ["去吗"]}

    @pytest.mark.deny
    def test_who_is_apart_finds_no_space_and_no_tile(self, lin: User, zhou: User, portal: Any) -> None:
        one_of_each(lin, Scope(RESIDENTS), "邻居")
        blocks.block(zhou, by=lin)
        assert seen(lin, zhou) == {}
        assert browser(zhou).get("/u/lin/").status_code == 404
        assert device_of(zhou).get("/people/lin/tiles").status_code == 404

    @pytest.mark.deny
    def test_for_whom_one_signs_is_for_oneself_alone(self, lin: User, zhou: User, monkeypatch: Any) -> None:
        monkeypatch.setattr(User, "organisation_ids", property(lambda user: [1]))
        monkeypatch.setattr(
            of_agreements, "tile_of", lambda rows, line, url: Tile(count=1, lines=[], url=url)
        )
        assert of_agreements.agreements(lin, zhou) is None
        assert of_agreements.agreements(lin, AnonymousUser()) is None
        assert of_agreements.agreements(lin, lin) is not None

    def test_only_the_first_few_are_named_and_all_are_counted(self, lin: User) -> None:
        for number in range(7):
            albums.make_album(by=lin, title=f"相册{number}", scope=Scope(PUBLIC))
        (one,) = tiles_of(lin, AnonymousUser())
        assert one.tile.count == 7
        assert [line.words for line in one.tile.lines] == ["相册6", "相册5", "相册4", "相册3"]
        assert one.tile.url == "/u/lin/albums/"


class TestArranging:
    def test_the_sources_stand_in_their_own_order_at_first(self, lin: User) -> None:
        assert order(lin) == IN_ORDER

    def test_up_and_down_and_no_further(self, lin: User) -> None:
        tiles.move_tile("albums", up=True, by=lin)
        assert order(lin) == ["circles", "albums", "diary", "polls", "agreements"]
        tiles.move_tile("circles", up=True, by=lin)
        tiles.move_tile("agreements", up=False, by=lin)
        assert order(lin) == ["circles", "albums", "diary", "polls", "agreements"]
        tiles.move_tile("circles", up=False, by=lin)
        assert order(lin) == ["albums", "circles", "diary", "polls", "agreements"]

    def test_a_hidden_one_is_seen_by_nobody_and_comes_back_where_it_was(self, lin: User, zhou: User) -> None:
        one_of_each(lin, Scope(PUBLIC), "公开")
        tiles.move_tile("albums", up=True, by=lin)
        tiles.show_tile("albums", shown=False, by=lin)
        for reader in (lin, zhou, AnonymousUser()):
            assert list(seen(lin, reader)) == ["diary", "polls"]
        tiles.show_tile("albums", shown=True, by=lin)
        assert list(seen(lin, zhou)) == ["albums", "diary", "polls"]

    def test_what_an_app_adds_later_comes_last_and_what_is_gone_is_passed_over(
        self, lin: User, monkeypatch: Any
    ) -> None:
        tiles.move_tile("agreements", up=True, by=lin)
        arranged = order(lin)
        monkeypatch.setattr(registry, "_sources", dict(registry._sources))
        line = Line(words="重阳聚会", url="/events/1/")
        registry.register(
            TileSource(
                key="events",
                name="活动",
                icon="calendar-days",
                order=5,
                read=lambda owner, reader: Tile(count=1, lines=[line]),
            )
        )
        assert order(lin) == [*arranged, "events"]
        assert seen(lin, lin) == {"events": ["重阳聚会"]}
        del registry._sources["polls"]
        assert order(lin) == [*(key for key in arranged if key != "polls"), "events"]
        tiles.move_tile("events", up=True, by=lin)
        assert not SpaceTile.objects.filter(key="polls").exists()

    @pytest.mark.deny
    def test_what_is_no_tile_cannot_be_moved(self, lin: User) -> None:
        for step in (
            lambda: tiles.move_tile("nothing", up=True, by=lin),
            lambda: tiles.show_tile("nothing", shown=False, by=lin),
            lambda: tiles.arrange(["nothing"], hidden=[], by=lin),
            lambda: tiles.arrange(["albums", "albums"], hidden=[], by=lin),
        ):
            with pytest.raises(ValidationError):
                step()
        assert not SpaceTile.objects.exists()

    @pytest.mark.deny
    def test_visitors_arrange_nothing(self) -> None:
        with pytest.raises(Refused):
            tiles.move_tile("albums", up=True, by=AnonymousUser())  # type: ignore[arg-type]

    @pytest.mark.row("A7")
    def test_it_is_in_the_own_data_and_goes_with_its_owner(self, lin: User, zhou: User) -> None:
        tiles.show_tile("polls", shown=False, by=lin)
        tiles.show_tile("polls", shown=False, by=zhou)
        (part,) = [part for part in kinds.own_data() if part.key == "space_tiles"]
        told = [part.facet.as_data(row) for row in part.facet.rows(lin)]
        assert {"tile": "polls", "position": 3, "hidden": True} in told
        leaving.erase_rules(lin)
        assert set(SpaceTile.objects.values_list("owner_id", flat=True)) == {zhou.pk}


class TestPages:
    def test_the_space_shows_them_in_the_owners_order(
        self, lin: User, zhou: User, portal: Any, places: dict
    ) -> None:
        one_of_each(lin, Scope(PUBLIC), "公开")
        circle(lin, places, "舞队")
        tiles.move_tile("polls", up=True, by=lin)
        tiles.show_tile("diary", shown=False, by=lin)

        def stand(client: Client, path: str = "/u/lin/") -> list[str]:
            return re.findall(r'data-tile="(\w+)"', client.get(path).content.decode())

        assert stand(browser(zhou)) == ["circles", "polls", "albums"]
        assert stand(browser()) == ["polls", "albums"]
        assert stand(browser(lin), "/u/lin/?as=public") == ["polls", "albums"]
        assert stand(browser(lin), "/u/lin/?as=residents") == ["circles", "polls", "albums"]

    def test_arranged_by_plain_forms_that_lead_back_to_the_tile(self, lin: User, portal: Any) -> None:
        client = browser(lin)
        assert client.get("/account/tiles/").content.decode().count('name="to"') == 2 * len(IN_ORDER)
        moved = client.post("/account/tiles/diary/move/", {"to": "up"})
        assert moved["Location"] == "/account/tiles/#tile-diary"
        client.post("/account/tiles/polls/show/", {"shown": "0"})
        page = client.get("/account/tiles/").content.decode()
        assert re.findall(r'<li id="tile-(\w+)"', page) == [
            "diary",
            "circles",
            "albums",
            "polls",
            "agreements",
        ]
        assert page.count("已隐藏") == 1
        assert "显示“投票”" in page

    @pytest.mark.deny
    def test_others_have_no_way_to_arrange_it(self, lin: User, zhou: User, portal: Any) -> None:
        one_of_each(lin, Scope(PUBLIC), "公开")
        assert "/account/tiles/" in browser(lin).get("/u/lin/").content.decode()
        assert "/account/tiles/" not in browser(zhou).get("/u/lin/").content.decode()
        browser(zhou).post("/account/tiles/albums/show/", {"shown": "0"})
        assert "albums" in seen(lin, zhou)

    @pytest.mark.row("U5")
    def test_a_device_reads_and_arranges_them(self, lin: User, zhou: User) -> None:
        one_of_each(lin, Scope(PUBLIC), "公开")
        own = device_of(lin)
        told = own.put("/me/tiles", {"order": ["polls", "albums"], "hidden": ["diary"]})
        assert [(one["key"], one["hidden"]) for one in told.json()] == [
            ("polls", False),
            ("albums", False),
            ("circles", False),
            ("diary", True),
            ("agreements", False),
        ]
        assert own.get("/me/tiles").json() == told.json()
        assert [one["key"] for one in device_of(zhou).get("/people/lin/tiles").json()] == ["polls", "albums"]
        assert problem(own.put("/me/tiles", {"order": ["nothing"], "hidden": []})) == "invalid"
