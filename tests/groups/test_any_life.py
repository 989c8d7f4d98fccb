"""Whatever its people do in whatever order, a circle stays what the short rules say (G3)."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from foundation.core.access.permissions import Refused
from foundation.core.flow.workflow import GuardFails, StepNotAllowed

PEOPLE = ("ann", "ben", "cui")
WHO = st.sampled_from(("own", *PEOPLE))
INSIDE = ("member", "moderator", "owner")
FRESH = itertools.count()


class CircleLife(RuleBasedStateMachine):
    """`roles` is the oracle: what everybody is by the rules written here once more, in one line each."""

    def __init__(self) -> None:
        super().__init__()
        from django.utils import timezone

        from foundation.accounts.models import User
        from foundation.core.models import Place
        from groups.models import Circle, CircleMember

        number = next(FRESH)
        self.place = Place.add_root(name=f"街{number}", slug=f"s{number}", level="street")
        self.users = {
            name: User.objects.create_user(
                f"{name}-{number}",
                display_name=name,
                verified_at=timezone.now(),
                verified_method="staff",
                verified_name=name,
                identity_index=f"{name}-{number}",
                place=self.place,
            )
            for name in ("own", *PEOPLE)
        }
        self.circle = Circle.objects.create(
            owner=self.users["own"],
            name="圈",
            purpose="圈",
            slug=f"q{number}",
            place=self.place,
            state="live",
            member_count=1,
            capacity=3,
        )
        CircleMember.objects.create(circle=self.circle, user=self.users["own"], role="owner")
        self.roles: dict[str, str] = {"own": "owner"}
        self.live = True

    def _try(self, act: Any, *args: Any, allowed: bool, **named: Any) -> bool:
        """Do it; it goes through exactly where the oracle says so."""
        from django.core.exceptions import ValidationError
        from django.db import transaction

        try:
            with transaction.atomic():
                act(self.circle, *args, **named)
        except (Refused, StepNotAllowed, GuardFails, ValidationError):
            assert not allowed
            return False
        assert allowed
        return True

    def _inside(self) -> int:
        return sum(role in INSIDE for role in self.roles.values())

    def _above(self, by: str, who: str) -> bool:
        height = {"owner": 2, "moderator": 1}
        mine = height.get(self.roles.get(by, ""), 0)
        return self.live and mine > 0 and who in self.roles and height.get(self.roles[who], 0) < mine

    @rule(who=WHO)
    def join(self, who: str) -> None:
        from groups.domain import joining

        role = self.roles.get(who, "")
        room = role in INSIDE or (role == "" and self._inside() < 3)
        if self._try(joining.join, by=self.users[who], allowed=self.live and role != "banned" and room):
            self.roles.setdefault(who, "member")

    @rule(who=WHO)
    def leave(self, who: str) -> None:
        from groups.domain import joining

        role = self.roles.get(who, "")
        if self._try(joining.leave, by=self.users[who], allowed=role != "owner") and role != "banned":
            self.roles.pop(who, None)

    @rule(by=WHO, who=WHO, moderator=st.booleans())
    def promote(self, by: str, who: str, moderator: bool) -> None:
        from groups.domain import keeping

        mine = self.live and self.roles.get(by) == "owner"
        allowed = mine and self.roles.get(who) in ("member", "moderator")
        act = keeping.set_moderator
        if self._try(act, self.users[who], moderator=moderator, by=self.users[by], allowed=allowed):
            self.roles[who] = "moderator" if moderator else "member"

    @rule(by=WHO, who=WHO)
    def hand_over(self, by: str, who: str) -> None:
        from groups.domain import keeping

        allowed = self.live and self.roles.get(by) == "owner" and self.roles.get(who) in INSIDE
        if self._try(keeping.hand_over, self.users[who], by=self.users[by], allowed=allowed):
            self.roles[by] = "moderator"
            self.roles[who] = "owner"

    @rule(by=WHO, who=WHO)
    def remove(self, by: str, who: str) -> None:
        from groups.domain import keeping

        allowed = self._above(by, who) and self.roles.get(who) in INSIDE
        if self._try(keeping.remove_member, self.users[who], by=self.users[by], allowed=allowed):
            del self.roles[who]

    @rule(by=WHO, who=WHO)
    def ban(self, by: str, who: str) -> None:
        from groups.domain import keeping

        if self._try(keeping.ban, self.users[who], by=self.users[by], allowed=self._above(by, who)):
            self.roles[who] = "banned"

    @rule(by=WHO, who=WHO)
    def lift_ban(self, by: str, who: str) -> None:
        from groups.domain import keeping

        allowed = self.live and self.roles.get(by) in ("owner", "moderator")
        done = self._try(keeping.lift_ban, self.users[who], by=self.users[by], allowed=allowed)
        if done and self.roles.get(who) == "banned":
            del self.roles[who]

    @precondition(lambda self: self.live and self._inside() > 2)
    @rule(by=WHO)
    def archive(self, by: str) -> None:
        from groups.domain import circles

        if self._try(circles.archive_circle, by=self.users[by], allowed=self.roles.get(by) == "owner"):
            self.live = False

    @invariant()
    def everybody_is_what_the_rules_say(self) -> None:
        from foundation.core.access import scopes
        from tests.groups.conftest import sound

        sound(self.circle)
        names = {user.pk: name for name, user in self.users.items()}
        found = {names[row.user_id]: row.role for row in self.circle.members.all()}
        assert found == self.roles
        for name, user in self.users.items():
            inside = self.roles.get(name) in INSIDE
            assert scopes.holds(user, self.circle.scope) == inside
            assert scopes.may_post(user, self.circle.scope) == (inside and self.live)


@pytest.mark.row("G3")
@pytest.mark.deny
class TestCircleLife(TestCase):
    def test_any_order(self) -> None:
        from django.conf import settings as site
        from django.test import override_settings

        with override_settings(RATES=site.RATES | {"join": "100000/h"}):
            run_state_machine_as_test(
                CircleLife,
                settings=settings(
                    max_examples=12,
                    stateful_step_count=20,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                    derandomize=True,
                ),
            )
