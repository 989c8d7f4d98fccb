"""The port by which every app tells people something; `messaging` answers it (DESIGN §1)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Told:
    """One call of `emit`, kept until the act that gathers them is whole."""

    event: str
    to: frozenset[int]
    about: models.Model
    by: Any
    text: str
    again: bool


type Emitter = Callable[..., None]
type Later = Callable[[Sequence[Told]], None]
_emitters: list[tuple[Emitter, Later]] = []
_gathered: ContextVar[list[Told] | None] = ContextVar("gathered", default=None)


def answered_by(emitter: Emitter, *, later: Later) -> None:
    """Make `emitter(event, to=…, about=…, by=…)` the one that carries notifications out, and `later(told)` leaves it to the worker."""
    _emitters[:] = [(emitter, later)]


def emit(
    event: str, *, to: Iterable[int], about: models.Model, by: Any = None, text: str = "", again: bool = True
) -> None:
    """Tell the users with the ids `to` that `event` happened to `about`, an object of a kind.

    `event` is one that the kind's notify facet names; `by` is who did it and is never told; `text` is a short
    addition such as a reason. `again` False: what a person can repeat at will (a like, a follow) tells only the
    first time. Written in the caller's transaction, delivered after it.
    """
    gathered_so_far = _gathered.get()
    if gathered_so_far is not None:
        gathered_so_far.append(Told(event, frozenset(to), about, by, str(text), again))
        return
    for emitter, _later in _emitters:
        emitter(event, to=to, about=about, by=by, text=text, again=again)


@contextmanager
def gathered() -> Iterator[None]:
    """Leave what is emitted inside to the worker: one row of the outbox, however many are told of however much.

    For acts that people do one after the other and wait for, such as decisions. To be opened inside a transaction.
    """
    told: list[Told] = []
    token = _gathered.set(told)
    try:
        yield
    finally:
        _gathered.reset(token)
    if told:
        for _emitter, later in _emitters:
            later(told)
