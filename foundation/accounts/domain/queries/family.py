"""Family proxies as staff look after them."""

from typing import Any

from django.db.models import Q, QuerySet

from foundation.accounts.models import FamilyProxy
from foundation.accounts.permissions import AccountPermission
from foundation.core.access.permissions import place_paths


def kept_by(user: Any, query: str = "") -> QuerySet[FamilyProxy]:
    """Return what was agreed and stands in the places of a member of staff, the newest first."""
    found = FamilyProxy.objects.visible_to(user).standing().filter(agreed_at__isnull=False)
    paths = place_paths(user, AccountPermission.RECORD_FAMILY)
    if paths is not None:
        within = Q(pk__in=[])
        for path in paths:
            within |= Q(principal__place__path__startswith=path)
        found = found.filter(within)
    if query:
        found = found.filter(
            Q(principal__display_name__icontains=query)
            | Q(proxy__display_name__icontains=query)
            | Q(principal__username=query.lower())
            | Q(proxy__username=query.lower())
        )
    related = found.select_related("principal__place", "proxy", "recorded_by")
    return related.order_by("-agreed_at", "-pk")
