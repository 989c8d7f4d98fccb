"""Whoever follows, blocks, joins and changes her mind in whatever order: everybody sees what the short rules say (S6, S9, G3)."""

import itertools
from dataclasses import dataclass
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

PEOPLE = ("ann", "ben", "cui", "dai")
WHO = st.sampled_from(PEOPLE)
LEVELS = st.sampled_from(("public", "residents", "contacts", "only", "circle"))
FRESH = itertools.count()


@dataclass
class Said:
    """A post as the oracle knows it."""

    author: str
    level: str
    row: Any


class NetworkLife(RuleBasedStateMachine):
    """Sets of pairs are the oracle: who follows whom openly and in secret, who blocked whom, who is in the circle."""

    def __init__(self) -> None:
        super().__init__()
        from django.utils import timezone

        from foundation.accounts.models import User
        from foundation.core.models import Place
        from groups.models import Circle, CircleMember

        number = next(FRESH)
        place = Place.add_root(name=f"街{number}", slug=f"w{number}", level="street")
        self.users = {
            name: User.objects.create_user(
                f"{name}-w{number}",
                display_name=name,
                verified_at=timezone.now(),
                verified_method="staff",
                verified_name=name,
                identity_index=f"{name}-w{number}",
                place=place,
            )
            for name in PEOPLE
        }
        self.circle = Circle.objects.create(
            owner=self.users["ann"],
            name="圈",
            purpose="圈",
            slug=f"w{number}",
            place=place,
            state="live",
            member_count=1,
        )
        CircleMember.objects.create(circle=self.circle, user=self.users["ann"], role="owner")
        self.open: set[tuple[str, str]] = set()
        self.secret: set[tuple[str, str]] = set()
        self.blocked: set[tuple[str, str]] = set()
        self.inside = {"ann"}
        self.said: list[Said] = []

    def _try(self, act: Any, *args: Any, allowed: bool = True, **named: Any) -> Any:
        """Do it; it goes through exactly where the oracle says so."""
        from django.core.exceptions import ValidationError
        from django.db import transaction

        try:
            with transaction.atomic():
                done = act(*args, **named)
        except (Refused, StepNotAllowed, GuardFails, ValidationError):
            assert not allowed
            return None
        assert allowed
        return done or True

    def _apart(self, one: str, other: str) -> bool:
        return (one, other) in self.blocked or (other, one) in self.blocked

    def _contacts(self, one: str, other: str) -> bool:
        return {(one, other), (other, one)} <= self.open

    def _sees(self, reader: str, said: Said) -> bool:
        if reader == said.author:
            return said.level != "circle" or reader in self.inside
        if self._apart(reader, said.author) or said.level == "only":
            return False
        if said.level == "contacts":
            return self._contacts(reader, said.author)
        return said.level != "circle" or reader in self.inside

    def _scope(self, level: str, author: str) -> Any:
        from foundation.core.access.scopes import Scope
        from foundation.social.domain import posts

        return (
            Scope("circle", str(self.circle.pk))
            if level == "circle"
            else posts.scope_of(level, self.users[author])
        )

    @rule(by=WHO, who=WHO, secret=st.booleans())
    def follow(self, by: str, who: str, secret: bool) -> None:
        from foundation.social.domain import follows

        allowed = by != who and not self._apart(by, who)
        if self._try(follows.follow, self.users[who], by=self.users[by], secret=secret, allowed=allowed):
            self.open.discard((by, who))
            self.secret.discard((by, who))
            (self.secret if secret else self.open).add((by, who))

    @rule(by=WHO, who=WHO)
    def unfollow(self, by: str, who: str) -> None:
        from foundation.social.domain import follows

        self._try(follows.unfollow, self.users[who], by=self.users[by])
        self.open.discard((by, who))
        self.secret.discard((by, who))

    @rule(by=WHO, who=WHO)
    def block(self, by: str, who: str) -> None:
        from foundation.social.domain import blocks

        if self._try(blocks.block, self.users[who], by=self.users[by], allowed=by != who):
            self.blocked.add((by, who))
            for pair in ((by, who), (who, by)):
                self.open.discard(pair)
                self.secret.discard(pair)

    @rule(by=WHO, who=WHO)
    def unblock(self, by: str, who: str) -> None:
        from foundation.social.domain import blocks

        self._try(blocks.unblock, self.users[who], by=self.users[by])
        self.blocked.discard((by, who))

    @precondition(lambda self: len(self.said) < 6)
    @rule(by=WHO, level=LEVELS)
    def say(self, by: str, level: str) -> None:
        from foundation.social.domain import posts

        allowed = level != "circle" or by in self.inside
        text = f"话{len(self.said)}"
        row = self._try(
            posts.post_status, by=self.users[by], text=text, scope=self._scope(level, by), allowed=allowed
        )
        if row:
            self.said.append(Said(by, level, row))

    @precondition(lambda self: self.said)
    @rule(number=st.integers(0, 5), level=st.sampled_from(("public", "residents", "contacts", "only")))
    def change_mind(self, number: int, level: str) -> None:
        from foundation.social.domain import posts

        said = self.said[number % len(self.said)]
        if said.level == "circle":
            return
        self._try(
            posts.edit_post,
            said.row,
            by=self.users[said.author],
            text=said.row.text,
            scope=self._scope(level, said.author),
        )
        said.level = level

    @precondition(lambda self: self.said)
    @rule(number=st.integers(0, 5))
    def take_back(self, number: int) -> None:
        from foundation.social.domain import posts

        said = self.said.pop(number % len(self.said))
        self._try(posts.delete_post, said.row, by=self.users[said.author])

    @rule(who=st.sampled_from(PEOPLE[1:]))
    def come_or_go(self, who: str) -> None:
        from groups.domain import joining

        if who in self.inside:
            self._try(joining.leave, self.circle, by=self.users[who])
            self.inside.discard(who)
        elif self._try(joining.join, self.circle, by=self.users[who]):
            self.inside.add(who)

    @invariant()
    def everybody_sees_what_the_rules_say(self) -> None:
        from foundation.accounts.models import User
        from foundation.social.domain.queries.feed import feed_page
        from foundation.social.models import Post

        rows = [said.row.pk for said in self.said]
        for reader in PEOPLE:
            # As the next request reads her: nothing remembered.
            user = User.objects.get(pk=self.users[reader].pk)
            wanted = {said.row.pk for said in self.said if self._sees(reader, said)}
            assert (
                set(Post.objects.visible_to(user).filter(pk__in=rows).values_list("pk", flat=True)) == wanted
            )
            streams = {
                said.row.pk
                for said in self.said
                if (
                    reader in self.inside
                    if said.level == "circle"
                    else said.author == reader or (reader, said.author) in self.open | self.secret
                )
            }
            assert {item.obj.pk for item in feed_page(user).items} == wanted & streams

    @invariant()
    def numbers_tell_only_what_is_open(self) -> None:
        from foundation.accounts.models import User
        from foundation.social.domain.queries.people import with_relation

        for reader in PEOPLE:
            user = User.objects.get(pk=self.users[reader].pk)
            for who in PEOPLE:
                shown = (
                    with_relation(User.objects.visible_to(user), user).filter(pk=self.users[who].pk).first()
                )
                assert (shown is None) == self._apart(reader, who)
                if shown is not None:
                    assert shown.follower_count == sum(followed == who for _by, followed in self.open)
                    assert shown.following_count == sum(by == who for by, _followed in self.open)


@pytest.mark.row("S6", "S9", "G3")
@pytest.mark.deny
class TestNetworkLife(TestCase):
    def test_any_order(self) -> None:
        from django.conf import settings as site
        from django.test import override_settings

        with override_settings(RATES=dict.fromkeys(site.RATES, "1000000/h")):
            run_state_machine_as_test(
                NetworkLife,
                settings=settings(
                    max_examples=8,
                    stateful_step_count=20,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                    derandomize=True,
                ),
            )
