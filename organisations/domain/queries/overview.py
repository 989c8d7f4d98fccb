"""What the office sees of the institutions in its places."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from foundation.accounts.models import Membership
from organisations.models import Institution, Qualification, RecordCheck
from organisations.models.institution import CHECK_HOLDS

SOON = timedelta(days=30)


def overseen(user: Any, *, state: str = "", due: bool = False, query: str = "") -> QuerySet[Institution]:
    """Return the institutions of the places that `user` oversees; `due`: only those whose papers run out soon."""
    licences = Qualification.objects.filter(
        institution=OuterRef("pk"), type=Qualification.Type.LICENCE
    ).values("institution")
    rows = Institution.objects.overseen_by(user).select_related("organisation__place")
    rows = rows.annotate(
        licence_until=Subquery(licences.annotate(latest=Max("valid_until")).values("latest"))
    )
    if state in Institution.State.values:
        rows = rows.filter(state=state)
    if query:
        rows = rows.filter(Q(organisation__name__icontains=query) | Q(organisation__code=query.upper()))
    if due:
        rows = rows.filter(_due(), state__in=["approved", "suspended"])
    return rows.order_by("-submitted_at", "pk")


def _due() -> Q:
    """The condition that the licence, or a member's record check, holds no longer than a month."""
    horizon = timezone.localdate() + SOON
    lasting = Qualification.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=horizon),
        institution=OuterRef("pk"),
        type=Qualification.Type.LICENCE,
    )
    checked = RecordCheck.objects.filter(
        institution=OuterRef("organisation_id"),
        user=OuterRef("user_id"),
        checked_on__gt=horizon - CHECK_HOLDS,
    )
    unchecked = Membership.objects.filter(
        ~Exists(checked), organisation_id=OuterRef("pk"), until__isnull=True
    )
    return ~Exists(lasting) | (Q(serves_children=True) & Exists(unchecked))
