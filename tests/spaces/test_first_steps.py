"""First steps of a new member (U4): each ticks itself off, and the card goes for good when she wants that."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from foundation.accounts.domain.profile import change_profile
from foundation.accounts.models import User
from foundation.accounts.models.profile import default_levels
from foundation.core import kinds
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.social.domain import follows, posts
from groups.models import Circle, CircleMember
from spaces.domain import first_steps, leaving
from spaces.domain.queries.first_steps import first_steps_of
from spaces.models import FirstSteps

pytestmark = [pytest.mark.django_db, pytest.mark.row("U4")]
EVERY = ["picture", "place", "follow", "circle", "status"]


@pytest.fixture
def lin(person: Callable) -> User:
    return person("lin", display="林秋雨")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def left(user: User) -> list[str]:
    steps = first_steps_of(User.objects.get(pk=user.pk))
    return [step.key for step in steps.lines if not step.done] if steps else []


def shown(user: User, path: str) -> list[str]:
    return re.findall(r'data-step="(\w+)"', browser(user).get(path).content.decode())


def post(user: User) -> None:
    posts.post_status(by=user, text="大家好", scope=Scope(PUBLIC))


def test_each_is_ticked_off_by_what_she_does(
    lin: User, person: Callable, places: dict, picture: Callable
) -> None:
    zhou = person("zhou", display="周叶")
    club = Circle.objects.create(
        owner=zhou, name="舞队", purpose="一起", slug="wu", place=places["ginkgo"], state="live"
    )
    assert left(lin) == EVERY
    post(lin)
    assert left(lin) == ["picture", "place", "follow", "circle"]
    CircleMember.objects.create(circle=club, user=lin, role="asked")
    assert left(lin) == ["picture", "place", "follow"]
    follows.follow(zhou, by=lin)
    assert left(lin) == ["picture", "place"]
    said = {"display_name": "林秋雨", "values": {"location": "3 号楼"}, "levels": default_levels()}
    change_profile(lin, by=lin, **said)
    assert left(lin) == ["picture"]
    change_profile(lin, by=lin, **said, avatar=picture("我.jpg"))
    assert left(lin) == []
    assert first_steps_of(User.objects.get(pk=lin.pk)) is None


def test_what_is_taken_back_is_open_again(lin: User) -> None:
    post(lin)
    posts.delete_post(posts.Post.objects.get(), by=lin)
    assert left(lin) == EVERY


def test_it_stands_where_a_new_member_looks(lin: User, portal: Any) -> None:
    for path in ("/", "/feed/", "/u/lin/"):
        assert shown(lin, path) == EVERY, path
    assert shown(lin, "/u/lin/?as=public") == []
    client = browser(lin)
    client.get("/mode/elder/")
    assert re.findall(r'data-step="(\w+)"', client.get("/").content.decode()) == EVERY


def test_a_feed_with_something_in_it_needs_no_card(lin: User, portal: Any) -> None:
    post(lin)
    assert shown(lin, "/feed/") == []
    assert shown(lin, "/") == EVERY


def test_who_is_not_verified_begins_with_that(person: Callable, portal: Any) -> None:
    newcomer = person("newcomer", verified=False)
    steps = first_steps_of(newcomer)
    assert steps is not None
    assert [(step.key, bool(step.url)) for step in steps.lines] == [
        ("verify", True),
        ("picture", False),
        ("follow", False),
        ("circle", False),
        ("status", False),
    ]
    assert shown(newcomer, "/feed/")[0] == "verify"
    # The front page's own block says it already.
    assert shown(newcomer, "/") == []


def test_put_away_it_never_comes_back(lin: User, portal: Any) -> None:
    answer = browser(lin).post("/account/steps/dismiss/", {"next": "/feed/"})
    assert answer["Location"] == "/feed/"
    first_steps.dismiss(by=lin)
    for path in ("/", "/feed/", "/u/lin/"):
        assert shown(lin, path) == [], path


def test_who_has_been_here_for_long_is_asked_nothing_more(
    lin: User, portal: Any, django_assert_num_queries: Callable
) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=61)):
        with django_assert_num_queries(0):
            assert first_steps_of(lin, only_new=True) is None
        # An empty feed asks her all the same.
        assert first_steps_of(lin) is not None


def test_it_takes_one_statement(lin: User, django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(1):
        first_steps_of(lin)


@pytest.mark.deny
def test_nobody_sees_anothers(lin: User, person: Callable, portal: Any) -> None:
    zhou = person("zhou", display="周叶")
    first_steps.dismiss(by=zhou)
    assert shown(zhou, "/u/lin/") == []
    assert left(lin) == EVERY
    assert first_steps_of(AnonymousUser()) is None
    with pytest.raises(Refused):
        first_steps.dismiss(by=AnonymousUser())  # type: ignore[arg-type]


@pytest.mark.row("A7")
def test_that_she_put_it_away_is_in_her_data_and_goes_with_her(lin: User) -> None:
    first_steps.dismiss(by=lin)
    (part,) = [part for part in kinds.own_data() if part.key == "first_steps"]
    assert [set(part.facet.as_data(row)) for row in part.facet.rows(lin)] == [{"dismissed_at"}]
    leaving.erase_rules(lin)
    assert not FirstSteps.objects.exists()
