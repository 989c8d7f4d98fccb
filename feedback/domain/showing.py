"""Whether everybody sees an idea: its review, and hiding what was reported (O1, O2)."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from feedback.domain.machine import locked, office_of
from feedback.domain.writing import rescope_pictures
from feedback.models import Idea
from feedback.permissions import FeedbackPermission
from foundation.core import notify
from foundation.core.access.permissions import require
from foundation.core.pages.version import taken_back


@transaction.atomic
def decide_idea(idea: Idea, *, approved: bool, reason: str, by: Any) -> None:
    """Let a waiting idea appear, or keep it from everybody but its author, who is told. One that is seen already just stays.

    Raises Refused.
    """
    found = locked(idea)
    require(by, FeedbackPermission.REVIEW, place_path=found.place.path)
    was_waiting, found.waiting = found.waiting, False
    if not approved:
        found.reason = reason[:300]
        found.hidden_at = found.hidden_at or timezone.now()
    found.save(update_fields=["waiting", "reason", "hidden_at"])
    rescope_pictures(found)
    taken_back()
    if not approved:
        notify.emit("idea_refused", to=[found.author_id], about=found, by=by, text=reason)
    elif was_waiting and found.is_shown:
        notify.emit("idea_shown", to=[found.author_id], about=found, by=by)
        notify.emit("idea_written", to=office_of(found), about=found, by=found.author)


@transaction.atomic
def hide_idea(idea: Idea, *, hidden: bool, by: Any) -> None:
    """Take an idea and its pictures from everybody's eyes but its author's and its office's, or give them back (O2)."""
    found = locked(idea)
    if (found.hidden_at is not None) == hidden:
        return
    found.hidden_at = timezone.now() if hidden else None
    found.save(update_fields=["hidden_at"])
    rescope_pictures(found)
    taken_back()
