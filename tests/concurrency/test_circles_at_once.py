"""Many press at once: the last places of a circle, one owner, one vote each (G3, G4)."""

import contextlib
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.access.scopes import PUBLIC, Scope
from groups.domain import joining, keeping
from groups.models import Circle, CircleMember
from tests.groups.conftest import role, sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.row("G3"), pytest.mark.security(32)]
PEOPLE, PLACES, AT_ONCE = 200, 5, 20


@pytest.fixture
def crowd(person: Callable, places: dict) -> list[User]:
    """Two hundred verified neighbours."""
    first = person("p0")
    User.objects.bulk_create(
        [
            User(
                username=f"p{number}",
                display_name=f"邻居{number}",
                password=first.password,
                verified_at=timezone.now(),
                verified_method="staff",
                verified_name=f"邻居{number}",
                identity_index=f"index-{number}",
                place=places["ginkgo"],
            )
            for number in range(1, PEOPLE)
        ]
    )
    return list(User.objects.filter(username__startswith="p").order_by("pk"))


@pytest.fixture
def circle(person: Callable, places: dict) -> Circle:
    """A live circle with one in it and five places left."""
    owner = person("owner")
    made = Circle.objects.create(
        owner=owner,
        name="遛娃",
        purpose="周六",
        slug="liu-wa",
        place=places["ginkgo"],
        state="live",
        member_count=1,
        capacity=1 + PLACES,
    )
    CircleMember.objects.create(circle=made, user=owner, role="owner")
    return made


def test_two_hundred_join_the_last_five_places_and_five_are_in(
    at_once: Callable, circle: Circle, crowd: list[User]
) -> None:
    """Each thread stands for ten people who press one after the other: as many as a server answers at once."""
    said: list[str] = []

    def press(some: list[User]) -> None:
        for user in some:
            try:
                joining.join(circle, by=user)
                said.append("in")
            except ValidationError as full:
                said.append(str(full.code))

    groups = [crowd[start::AT_ONCE] for start in range(AT_ONCE)]
    results = at_once(*(partial(press, some) for some in groups))
    assert [result for result in results if result is not None] == []
    assert (said.count("in"), said.count("full")) == (PLACES, PEOPLE - PLACES)
    assert CircleMember.objects.filter(circle=circle, role="member").count() == PLACES
    sound(circle)


def test_the_same_person_twice_takes_one_place(at_once: Callable, circle: Circle, person: Callable) -> None:
    zhou = person("zhou")
    results = at_once(*(partial(joining.join, circle, by=zhou) for _ in range(4)))
    assert {result.pk for result in results} == {CircleMember.objects.get(user=zhou).pk}
    sound(circle)


def test_handed_to_two_at_once_it_has_one_owner(at_once: Callable, circle: Circle, person: Callable) -> None:
    heirs = [person("zhou"), person("chen")]
    for heir in heirs:
        joining.join(circle, by=heir)
    owner = circle.owner

    def give(heir: Any) -> None:
        keeping.hand_over(circle, heir, by=owner)

    results = at_once(*(partial(give, heir) for heir in heirs))
    assert sum(isinstance(result, Exception) for result in results) == 1
    assert sorted(role(circle, heir) for heir in heirs) == ["member", "owner"]
    sound(circle)


def test_who_leaves_while_she_becomes_the_owner_does_not_leave_it_without_one(
    at_once: Callable, circle: Circle, person: Callable
) -> None:
    zhou = person("zhou")
    joining.join(circle, by=zhou)
    owner = circle.owner
    at_once(
        lambda: keeping.hand_over(circle, zhou, by=owner),
        lambda: joining.leave(circle, by=zhou),
    )
    sound(circle)


@pytest.mark.row("G4")
def test_a_vote_pressed_many_times_counts_once(at_once: Callable, person: Callable) -> None:
    from foundation.social.domain import polls, posts
    from foundation.social.models import PollChoice, PollVote

    lin, zhou = person("lin"), person("zhou")
    post = posts.post_status(
        by=lin, text="哪天？", scope=Scope(PUBLIC), poll=polls.new_poll(["周六", "周日"])
    )

    def vote(choice: int) -> None:
        with contextlib.suppress(ValidationError):
            polls.vote(post, [choice], by=zhou)

    results = at_once(*(partial(vote, number % 2) for number in range(6)))
    assert [result for result in results if result is not None] == []
    assert PollVote.objects.count() == 1
    assert sum(PollChoice.objects.values_list("votes", flat=True)) == 1
