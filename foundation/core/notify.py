"""The port by which every app tells people something; `messaging` answers it (DESIGN §1)."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from foundation.core import kinds
from foundation.core.flow import outbox

CHANNEL = "tell"
type Emitter = Callable[..., None]
_emitters: list[Emitter] = []
_settlers: list[Callable[..., int]] = []
_gathered: ContextVar[list[dict[str, Any]] | None] = ContextVar("gathered", default=None)


def answered_by(emitter: Emitter, settler: Callable[..., int]) -> None:
    """Make `emitter(event, to=…, about=…, by=…)` the one that carries notifications out, `settler` what is over."""
    _emitters[:] = [emitter]
    _settlers[:] = [settler]


def settle(*events: str, about: models.Model) -> None:
    """Take back what asked people to do something about `about`: it is done, nobody has to look any more."""
    for settler in _settlers:
        settler(*events, about=about)


def emit(
    event: str, *, to: Iterable[int], about: models.Model, by: Any = None, text: str = "", again: bool = True
) -> None:
    """Tell the users with the ids `to` that `event` happened to `about`, an object of a kind.

    `event` is one that the kind's notify facet names; `by` is who did it and is never told; `text` is a short
    addition such as a reason. `again` False: what a person can repeat at will (a like, a follow) tells only the
    first time. Written in the caller's transaction, delivered after it.
    """
    gathered = _gathered.get()
    if gathered is not None:
        told = {"event": event, "to": sorted(to), "text": str(text), "again": again}
        about_it = {"kind": kinds.of(about).key, "object_id": str(about.pk), "by": by.pk if by else None}
        gathered.append(told | about_it)
        return
    for emitter in _emitters:
        emitter(event, to=to, about=about, by=by, text=text, again=again)


@contextmanager
def gathered() -> Iterator[None]:
    """Leave what is emitted inside to the worker: one row of the outbox, however many are told of however much.

    For acts that people do one after the other and wait for, such as decisions. To be opened inside a transaction.
    """
    events: list[dict[str, Any]] = []
    token = _gathered.set(events)
    try:
        yield
    finally:
        _gathered.reset(token)
    if events:
        outbox.enqueue(CHANNEL, key=None, payload={"events": events})


@outbox.handler(CHANNEL, inward=True)
def tell(key: str, payload: dict[str, Any]) -> None:
    """Tell what was gathered, in its order; what is gone meanwhile has nothing to tell."""
    for told in payload["events"]:
        kind = kinds.get(told["kind"])
        about = kind.model_class._default_manager.filter(pk=told["object_id"]).first()
        by = get_user_model()._default_manager.filter(pk=told["by"]).first() if told["by"] else None
        if about is not None:
            emit(told["event"], to=told["to"], about=about, by=by, text=told["text"], again=told["again"])
