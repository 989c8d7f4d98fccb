"""The port by which every app asks who may turn to whom; `social` answers it (S6, S10, DESIGN §3 on minors)."""

from collections.abc import Callable
from typing import Any, Protocol


class Relations(Protocol):
    def may_reach(self, person: Any, by: Any) -> bool: ...

    def knows(self, person: Any, by: Any) -> bool: ...


_relations: list[Relations] = []
_blocking: list[Callable[..., None]] = []


def answered_by(relations: Relations) -> None:
    """Make `relations` the one that knows how people stand to each other."""
    _relations[:] = [relations]


def may_reach(person: Any, *, by: Any) -> bool:
    """Say whether `by` may turn to `person` at all: write to her, sign her guestbook, invite her.

    Never where one of them blocked the other, and only among contacts where one is a minor.
    """
    return all(relations.may_reach(person, by) for relations in _relations)


def knows(person: Any, *, by: Any) -> bool:
    """Say whether `person` chose to hear of `by`: she follows her openly. Who is not known comes as a request."""
    return any(relations.knows(person, by) for relations in _relations)


def blocked_by(block: Callable[..., None]) -> None:
    """Make `block(person, by=…)` the one that lets `by` have nothing to do with `person` any more."""
    _blocking[:] = [block]


def can_block() -> bool:
    """Say whether anything answers `block`."""
    return bool(_blocking)


def block(person: Any, *, by: Any) -> None:
    """Let `by` have nothing to do with `person` any more; again changes nothing."""
    for answer in _blocking:
        answer(person, by=by)
