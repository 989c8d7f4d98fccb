"""Whom an @ offers while somebody writes (S2): those she may mention, the nearest first, nobody who is apart from her."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from foundation.accounts.models import User
from foundation.accounts.models.user import AgeBand
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.social.domain import blocks, follows, posts
from foundation.social.domain.queries.mentions import OFFERED, offered
from foundation.social.models import Mention
from groups.models import Circle, CircleMember
from tests.api.device import device_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("S2")]


@pytest.fixture
def lin(person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


def contacts(one: User, other: User) -> None:
    follows.follow(one, by=other)
    follows.follow(other, by=one)


def circle(places: dict, *people: User) -> Circle:
    made = Circle.objects.create(
        owner=people[0], name="舞队", purpose="一起", slug="wu", place=places["ginkgo"], state="live"
    )
    for one in people:
        role = "owner" if one is people[0] else "member"
        CircleMember.objects.create(circle=made, user=one, role=role)
    return made


def names(user: User, words: str = "", **more: Any) -> list[str]:
    return [one.person.display_name for one in offered(user, words, **more)]


def told(user: User | None, path: str = "/social/mentionable/", **asked: str) -> Any:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(path, asked)


def texts(answer: Any) -> list[str]:
    return [one["text"] for one in answer.json()["people"]]


class TestWhom:
    def test_contacts_first_then_whom_she_follows_then_her_circles(
        self, lin: User, person: Callable, places: dict
    ) -> None:
        contact, followed, fellow = (person(name, display=name) for name in ("丙", "乙", "甲"))
        person("nobody", display="路人")
        contacts(lin, contact)
        follows.follow(followed, by=lin)
        circle(places, fellow, lin)
        assert names(lin) == ["丙", "乙", "甲"]

    @pytest.mark.parametrize("words", ["周", "周叶", "叶", "z", "zh", "zhou", "zhouy", "zy", "ye", "ZHOU"])
    def test_by_name_and_by_its_pinyin(self, lin: User, zhou: User, words: str) -> None:
        follows.follow(zhou, by=lin)
        assert names(lin, words) == ["周叶"]

    @pytest.mark.parametrize("words", ["李", "x", "周叶子", "zhouyezi"])
    def test_nobody_else(self, lin: User, zhou: User, words: str) -> None:
        follows.follow(zhou, by=lin)
        assert names(lin, words) == []

    def test_strangers_are_found_once_a_name_is_typed(self, lin: User, zhou: User, drain: Callable) -> None:
        drain()
        assert names(lin) == []
        assert names(lin, "周叶") == names(lin, "zhouye") == ["周叶"]

    def test_not_by_what_somebody_says_of_herself(self, lin: User, zhou: User, drain: Callable) -> None:
        from foundation.accounts.domain.profile import change_profile
        from foundation.accounts.models.profile import default_levels

        change_profile(
            zhou, by=zhou, display_name="周叶", values={"hobbies": "太极拳"}, levels=default_levels()
        )
        drain()
        assert names(lin, "太极") == []

    def test_a_few_are_enough(self, lin: User, person: Callable) -> None:
        for number in range(OFFERED + 3):
            follows.follow(person(f"p{number}", display=f"邻居{number}"), by=lin)
        assert len(names(lin, "邻居")) == OFFERED

    def test_whoever_is_offered_is_meant_by_the_name(
        self, lin: User, zhou: User, person: Callable, drain: Callable
    ) -> None:
        """Of two of one name only the one whom she follows; where neither, nobody: the name would mean nobody."""
        double = person("double", display="周叶")
        drain()
        assert names(lin, "周叶") == []
        follows.follow(double, by=lin)
        (one,) = offered(lin, "周叶")
        assert one.person == double
        post = posts.post_status(by=lin, text="@周叶 早", scope=Scope(PUBLIC))
        assert Mention.objects.get(post=post).user == double

    def test_a_name_that_no_at_can_write_is_not_offered(self, lin: User, person: Callable) -> None:
        follows.follow(person("gap", display="周 叶"), by=lin)
        assert names(lin) == []


@pytest.mark.deny
class TestNever:
    @pytest.mark.security(4)
    @pytest.mark.row("S6")
    def test_who_is_apart_either_way(self, lin: User, zhou: User, places: dict, drain: Callable) -> None:
        contacts(lin, zhou)
        circle(places, zhou, lin)
        drain()
        blocks.block(zhou, by=lin)
        for words in ("", "周", "zhou"):
            assert names(lin, words) == []
        for words in ("", "林", "lin"):
            assert names(zhou, words) == []

    def test_who_is_not_here(self, lin: User, zhou: User, person: Callable, drain: Callable) -> None:
        newcomer = person("newcomer", display="新来的", verified=False)
        follows.follow(zhou, by=lin)
        drain()
        User.objects.get_queryset().filter(pk=zhou.pk).update(is_active=False)
        assert names(lin) == names(lin, newcomer.display_name) == names(lin, "周叶") == []

    def test_herself(self, lin: User, drain: Callable) -> None:
        drain()
        assert names(lin, "林秋雨") == []

    @pytest.mark.parametrize("band", [AgeBand.UNDER_14, AgeBand.TEEN])
    def test_a_minor_but_by_her_contacts(self, lin: User, zhou: User, drain: Callable, band: AgeBand) -> None:
        User.objects.get_queryset().filter(pk=zhou.pk).update(age_band=band)
        drain()
        follows.follow(zhou, by=lin)
        assert names(lin) == names(lin, "周叶") == []
        assert names(User.objects.get(pk=zhou.pk), "林") == []
        follows.follow(lin, by=zhou)
        assert names(lin) == ["周叶"]
        assert names(User.objects.get(pk=zhou.pk)) == ["林秋雨"]

    def test_anybody_for_visitors_and_who_is_not_verified(self, person: Callable, zhou: User) -> None:
        assert told(None).status_code == 302
        assert told(person("newcomer", verified=False)).status_code == 403

    def test_without_end(self, lin: User, settings: Any) -> None:
        settings.RATES = {**settings.RATES, "mention": "1/h"}
        assert told(lin).status_code == 200
        refused = told(lin)
        assert (refused.status_code, refused.json()) == (429, {"people": []})
        assert int(refused["Retry-After"]) > 0


class TestWhere:
    def test_in_a_circle_its_people_alone(
        self, lin: User, zhou: User, person: Callable, places: dict
    ) -> None:
        outside = person("outside", display="周外")
        for one in (zhou, outside):
            follows.follow(one, by=lin)
        made = circle(places, lin, zhou)
        assert texts(told(lin, q="周", **{"in": f"circle:{made.public_id}"})) == ["周叶"]
        post = posts.post_status(by=lin, text="早", scope=made.scope)
        assert texts(told(lin, q="周", **{"in": f"post:{post.public_id}"})) == ["周叶"]

    @pytest.mark.deny
    def test_not_in_one_that_she_does_not_belong_to(self, lin: User, zhou: User, places: dict) -> None:
        made = circle(places, zhou)
        assert told(lin, **{"in": f"circle:{made.public_id}"}).status_code == 404
        assert told(lin, **{"in": "circle:nothing"}).status_code == 404

    def test_under_a_status_everybody_whom_she_may_mention(self, lin: User, zhou: User) -> None:
        follows.follow(zhou, by=lin)
        post = posts.post_status(by=zhou, text="早", scope=Scope(PUBLIC))
        assert texts(told(lin, **{"in": f"post:{post.public_id}"})) == ["周叶"]

    def test_in_a_conversation_those_who_are_in_it(self, lin: User, zhou: User, person: Callable) -> None:
        from chat.domain import sending

        other = person("other", display="周外")
        for one in (zhou, other):
            contacts(lin, one)
        made = sending.write_to(zhou, by=lin, text="早").conversation
        path = f"/messages/{made.public_id}/mentionable/"
        assert texts(told(lin, path, q="周")) == ["周叶"]
        assert told(other, path).status_code == 404

    def test_every_box_asks_at_the_right_place(
        self, lin: User, zhou: User, places: dict, portal: Any
    ) -> None:
        client = Client()
        client.force_login(lin)
        made = circle(places, lin, zhou)
        post = posts.post_status(by=zhou, text="早", scope=Scope(PUBLIC))
        for page, asked in (
            ("/feed/", ""),
            (post.url, f"?in=post%3A{post.public_id}"),
            (made.get_absolute_url(), f"?in=circle%3A{made.public_id}"),
        ):
            assert f'data-mention="/social/mentionable/{asked}"' in client.get(page).content.decode(), page


@pytest.mark.row("U5")
def test_a_device_asks_too(lin: User, zhou: User) -> None:
    follows.follow(zhou, by=lin)
    (one,) = device_of(lin).get("/mentionable?q=zho").json()
    assert (one["display_name"], one["name"]) == ("周叶", "zhou")


def test_asking_costs_the_same_however_many_one_knows(
    lin: User, person: Callable, drain: Callable, django_assert_num_queries: Callable
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    follows.follow(person("p0", display="邻居0"), by=lin)
    drain()
    # What a process keeps is filled by the first question.
    names(lin, "邻")
    with CaptureQueriesContext(connection) as few:
        names(lin, "邻")
    for number in range(1, 6):
        follows.follow(person(f"p{number}", display=f"邻居{number}"), by=lin)
    drain()
    with django_assert_num_queries(len(few)):
        names(lin, "邻")
