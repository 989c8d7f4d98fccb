"""Drafts and locks of an editor pass on when she leaves the staff (O9)."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from wagtail.models import Page

from foundation.core.access.permissions import has_permission
from foundation.core.flow import audit
from foundation.core.permissions import PortalPermission


def _drafts(user: Any) -> QuerySet[Page]:
    """Her pages that are not out yet or are being changed."""
    return Page.objects.filter(Q(live=False) | Q(has_unpublished_changes=True), owner=user)


def _locked(user: Any) -> QuerySet[Page]:
    return Page.objects.filter(locked_by=user)


def waiting(user: Any) -> int:
    """Return how many pages wait for her."""
    return (_drafts(user) | _locked(user)).count()


@transaction.atomic
def pass_on(user: Any, to: Any, by: Any) -> int:
    """Unlock what she locked, and give her drafts to `to` where that is somebody who writes pages; return how many.

    The caller has checked the right to let her go.
    """
    pages = list((_drafts(user) | _locked(user)).select_for_update().values_list("pk", flat=True))
    if not pages:
        return 0
    # Whoever writes no pages takes over none: every editor finds them.
    heir = to if has_permission(to, PortalPermission.WRITE_PAGES) else None
    if heir is not None:
        _drafts(user).update(owner=heir)
    _locked(user).update(locked=False, locked_by=None, locked_at=None)
    audit.append(
        "news.hand_over",
        by=by,
        data={"pages": pages, "from": user.pk, "to": heir.pk if heir else None},
    )
    return len(pages)
