"""The port by which every app puts something into the one inbox; `moderation` answers it (DESIGN §1)."""

from typing import Any, Protocol

from django.db import models


class Inbox(Protocol):
    def submit(self, obj: models.Model, *, by: Any, place_path: str) -> None: ...

    def withdraw(self, obj: models.Model, *, by: Any) -> None: ...


_inboxes: list[Inbox] = []


def answered_by(inbox: Inbox) -> None:
    """Make `inbox` the one that holds what waits for a decision."""
    _inboxes[:] = [inbox]


def submit(obj: models.Model, *, by: Any, place_path: str = "") -> None:
    """Put an object of a kind with a review facet into the inbox; submitting it again changes nothing."""
    for inbox in _inboxes:
        inbox.submit(obj, by=by, place_path=place_path)


def withdraw(obj: models.Model, *, by: Any) -> None:
    """Take an object out of the inbox because it needs no decision any more.

    Call it before the object's own row is locked or written: a decision locks the inbox's row first, and two
    orders would wait for each other. Whoever was decided on meanwhile is read anew after it.
    """
    for inbox in _inboxes:
        inbox.withdraw(obj, by=by)
