"""Circles in any state, with their people."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from foundation.accounts.models import User
from foundation.messaging.models import Notification
from groups.domain import circles, groups, joining
from groups.models import Circle, CircleMember, CircleRole, Group


def fresh(user: User) -> User:
    """The account as the next request reads it."""
    return User.objects.get(pk=user.pk)


def item_of(obj: Any) -> Any:
    """What waits in the inbox for it."""
    from foundation.core import kinds
    from foundation.moderation.models import ReviewItem

    return ReviewItem.objects.open().get(kind=kinds.of(obj).key, object_id=str(obj.pk))


def decide(obj: Any, *, approved: bool, by: User, reason: str = "") -> None:
    """Decide as the inbox does."""
    from foundation.moderation.domain import inbox

    inbox.decide(item_of(obj), approved=approved, reason=reason, by=by)


def told(user: User, event: str) -> bool:
    return Notification.objects.filter(user=user, event=event).exists()


def browser(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def role(circle: Circle, user: User) -> str:
    return CircleMember.objects.filter(circle=circle, user=user).values_list("role", flat=True).first() or ""


def sound(circle: Circle) -> None:
    """What always holds of a circle: one owner, who is the one it names, and as many places taken as people inside."""
    circle.refresh_from_db()
    owners = CircleMember.objects.filter(circle=circle, role=CircleRole.OWNER)
    assert list(owners.values_list("user_id", flat=True)) == [circle.owner_id]
    assert circle.member_count == circle.members.inside().count()
    assert circle.capacity is None or circle.member_count <= circle.capacity


@pytest.fixture
def owner(person: Callable) -> User:
    return person("owner", display="林秋雨")


@pytest.fixture
def clerk(person: Callable) -> User:
    """Works for the committee in which the circles are."""
    return person("clerk", display="小孟", roles=("staff",))


@pytest.fixture
def founded(places: dict, owner: User) -> Callable[..., Circle]:
    """Found a circle, which then waits."""

    def make(
        name: str = "银杏舞队",
        *,
        by: User | None = None,
        place: str = "ginkgo",
        tags: str = "",
        **values: Any,
    ) -> Circle:
        said = {"name": name, "purpose": "每天早上七点，广场见。", "joining": "open", **values}
        questions = said.pop("questions", ())
        return circles.found_circle(
            by=by or owner, place=places[place], values=said, tags=tags, questions=questions
        )

    return make


@pytest.fixture
def live(founded: Callable, clerk: User) -> Callable[..., Circle]:
    """A circle that staff approved, with those members."""

    def make(name: str = "银杏舞队", *, people: tuple[User, ...] = (), **how: Any) -> Circle:
        made = founded(name, **how)
        decide(made, approved=True, by=clerk)
        made.refresh_from_db()
        for one in people:
            put_in(made, one)
        return made

    return make


def put_in(circle: Circle, user: User, role: str = "member") -> CircleMember:
    """Make somebody a member as if she had come in long ago."""
    from django.db import transaction

    with transaction.atomic():
        member = joining.enter(circle, user, by=user)
        if role != "member":
            member.role = role
            member.save(update_fields=["role"])
    circle.refresh_from_db()
    return member


@pytest.fixture
def group(places: dict, owner: User) -> Callable[..., Group]:
    """Begin a group with a visibility."""

    def make(
        name: str = "夕阳合唱团", *, by: User | None = None, place: str = "ginkgo", **values: Any
    ) -> Group:
        said = {
            "name": name,
            "purpose": "每周三下午练唱。",
            "contact_name": "林秋雨",
            "visibility": "place",
            "joining": "open",
            **values,
        }
        return groups.found_group(by=by or owner, place=places[place], values=said)

    return make
