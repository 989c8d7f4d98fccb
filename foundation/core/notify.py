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


@dataclass(frozen=True)
class Settled:
    """One call of `settle`, kept as long."""

    events: tuple[str, ...]
    about: models.Model


type Emitter = Callable[..., None]
type Settler = Callable[..., int]
type Later = Callable[[Sequence[Told | Settled]], None]
type Reader = Callable[..., int]
_answers: list[tuple[Emitter, Settler, Later]] = []
_readers: list[Reader] = []
_gathered: ContextVar[list[Told | Settled] | None] = ContextVar("gathered", default=None)


def answered_by(emitter: Emitter, *, settler: Settler, later: Later, reader: Reader) -> None:
    """Make `emitter(event, to=…, about=…, by=…)` the one that carries notifications out.

    `settler(*events, about=…)` takes back what is done, `later(acts)` leaves both to the worker, and
    `reader(about, by=…)` marks as read what one person was told.
    """
    _answers[:] = [(emitter, settler, later)]
    _readers[:] = [reader]


def emit(
    event: str, *, to: Iterable[int], about: models.Model, by: Any = None, text: str = "", again: bool = True
) -> None:
    """Tell the users with the ids `to` that `event` happened to `about`, an object of a kind.

    `event` is one that the kind's notify facet names; `by` is who did it and is never told; `text` is a short
    addition such as a reason. `again` False: what a person can repeat at will (a like, a follow) tells only the
    first time. Written in the caller's transaction, delivered after it.
    """
    acts = _gathered.get()
    if acts is not None:
        acts.append(Told(event, frozenset(to), about, by, str(text), again))
        return
    for emitter, _settler, _later in _answers:
        emitter(event, to=to, about=about, by=by, text=text, again=again)


def settle(*events: str, about: models.Model) -> None:
    """Take back what asked people to do something about `about`: it is done, nobody has to look any more."""
    acts = _gathered.get()
    if acts is not None:
        acts.append(Settled(events, about))
        return
    for _emitter, settler, _later in _answers:
        settler(*events, about=about)


def seen(about: models.Model, *, by: Any) -> None:
    """Mark as read what `by` was told of `about`: she has looked at the thing itself."""
    for reader in _readers:
        reader(about, by=by)


@contextmanager
def gathered() -> Iterator[None]:
    """Leave what is emitted or settled inside to the worker: one row of the outbox, however many it concerns.

    For acts that people do one after the other and wait for, such as decisions. To be opened inside a transaction.
    """
    acts: list[Told | Settled] = []
    token = _gathered.set(acts)
    try:
        yield
    finally:
        _gathered.reset(token)
    if acts:
        for _emitter, _settler, later in _answers:
            later(acts)
