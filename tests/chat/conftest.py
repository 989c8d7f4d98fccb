"""Neighbours who know each other, or not: what `social` answers is played here, by a table of its own."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.accounts.models.user import AgeBand
from foundation.core import contact
from foundation.core.access import scopes
from foundation.social.domain.follows import follow
from foundation.social.models import Follow

MINORS = (AgeBand.UNDER_14, AgeBand.TEEN)


class Street:
    """Who blocked whom, and who hears of whom."""

    def __init__(self) -> None:
        self.blocked: set[tuple[int, int]] = set()

    def may_reach(self, person: Any, by: Any) -> bool:
        if {(person.pk, by.pk), (by.pk, person.pk)} & self.blocked:
            return False
        if person.age_band in MINORS or by.age_band in MINORS:
            return Follow.objects.filter(follower=person, followed=by, mutual=True).exists()
        return True

    def knows(self, person: Any, by: Any) -> bool:
        return Follow.objects.filter(follower=person, followed=by).exists()

    def block(self, person: Any, *, by: Any) -> None:
        self.blocked.add((by.pk, person.pk))

    def apart(self, user: Any) -> list[Any]:
        from foundation.accounts.models import User

        others = {
            one if other == user.pk else other for one, other in self.blocked if user.pk in (one, other)
        }
        return [User.objects.get_queryset().filter(pk__in=others).values("pk")]


@pytest.fixture(autouse=True)
def street(monkeypatch: pytest.MonkeyPatch) -> Street:
    made = Street()
    monkeypatch.setattr(contact, "_relations", [made])
    monkeypatch.setattr(contact, "_blocking", [made.block])
    monkeypatch.setattr(scopes, "_apart", [made.apart])
    return made


@pytest.fixture
def lin(person: Callable, portal: Any) -> Any:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(person: Callable, lin: Any) -> Any:
    """A neighbour whom 林 follows, and who follows her."""
    made = person("zhou", display="周叶")
    follow(lin, by=made)
    follow(made, by=lin)
    return made


@pytest.fixture
def wu(person: Callable) -> Any:
    """A neighbour whom nobody follows."""
    return person("wu", display="吴桐")
