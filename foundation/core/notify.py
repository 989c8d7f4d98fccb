"""The port by which every app tells people something; `messaging` answers it (DESIGN §1)."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models

type Emitter = Callable[..., None]
_emitters: list[Emitter] = []


def answered_by(emitter: Emitter) -> None:
    """Make `emitter(event, to=…, about=…, by=…)` the one that carries notifications out."""
    _emitters[:] = [emitter]


def emit(
    event: str, *, to: Iterable[int], about: models.Model, by: Any = None, text: str = "", again: bool = True
) -> None:
    """Tell the users with the ids `to` that `event` happened to `about`, an object of a kind.

    `event` is one that the kind's notify facet names; `by` is who did it and is never told; `text` is a short
    addition such as a reason. `again` False: what a person can repeat at will (a like, a follow) tells only the
    first time. Written in the caller's transaction, delivered after it.
    """
    for emitter in _emitters:
        emitter(event, to=to, about=about, by=by, text=text, again=again)
