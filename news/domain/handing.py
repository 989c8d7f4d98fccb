"""Drafts and locks of an editor pass on when she leaves the staff (O9)."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from wagtail.models import Page

from foundation.core.flow import audit


def _hers(user: Any) -> QuerySet[Page]:
    """Her pages that are not out yet or are being changed, and whatever she keeps locked."""
    unfinished = Q(owner=user) & (Q(live=False) | Q(has_unpublished_changes=True))
    return Page.objects.filter(unfinished | Q(locked_by=user))


def waiting(user: Any) -> int:
    """Return how many pages wait for her."""
    return _hers(user).count()


@transaction.atomic
def pass_on(user: Any, to: Any, by: Any) -> int:
    """Unlock what she locked, and give her drafts to `to` where somebody takes them over; return how many.

    The caller has checked the right to let her go.
    """
    pages = list(_hers(user).select_for_update())
    for page in pages:
        if page.locked_by_id == user.pk:
            page.locked, page.locked_by, page.locked_at = False, None, None
        if page.owner_id == user.pk and to is not None:
            page.owner = to
        Page.objects.filter(pk=page.pk).update(
            locked=page.locked, locked_by=page.locked_by, locked_at=page.locked_at, owner=page.owner
        )
    if pages:
        audit.append(
            "news.hand_over",
            by=by,
            data={"pages": [page.pk for page in pages], "from": user.pk, "to": to.pk if to else None},
        )
    return len(pages)
