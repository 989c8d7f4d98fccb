"""The port by which every app puts something into the one inbox; `moderation` answers it (DESIGN §1)."""

from typing import Any, Protocol

from django.db import models


class Inbox(Protocol):
    def submit(self, obj: models.Model, *, by: Any, place_path: str, afterwards: bool) -> None: ...

    def withdraw(self, obj: models.Model, *, by: Any) -> None: ...

    def timing(self, kind_key: str) -> str: ...


_inboxes: list[Inbox] = []


def answered_by(inbox: Inbox) -> None:
    """Make `inbox` the one that holds what waits for a decision."""
    _inboxes[:] = [inbox]


def timing(kind_key: str) -> str:
    """Say (as a `ReviewTiming`) whether objects of that kind are seen before their review, afterwards, or are not reviewed (O1).

    The owning app asks while it writes: `BEFORE`, it keeps the object from everybody and submits it; `AFTER`, it
    shows it and submits it with `afterwards=True`; `NEVER`, it submits nothing. Raises KeyError for no kind,
    TypeError for one that has no review, LookupError where there is no inbox.
    """
    for inbox in _inboxes:
        return inbox.timing(kind_key)
    raise LookupError("nobody answers for the inbox")


def submit(obj: models.Model, *, by: Any, place_path: str = "", afterwards: bool = False) -> None:
    """Put an object of a kind with a review facet into the inbox; submitting it again changes nothing.

    `afterwards`: everybody sees it already, and a refusal takes it away again.
    """
    for inbox in _inboxes:
        inbox.submit(obj, by=by, place_path=place_path, afterwards=afterwards)


def withdraw(obj: models.Model, *, by: Any) -> None:
    """Take an object out of the inbox because it needs no decision any more.

    Call it before the object's own row is locked or written: a decision locks the inbox's row first, and two
    orders would wait for each other. Whoever was decided on meanwhile is read anew after it.
    """
    for inbox in _inboxes:
        inbox.withdraw(obj, by=by)
