"""Does the log hold? Walked whole, at most once in five minutes, for whoever may ask (H1, H8; O4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from foundation.core.flow import audit
from foundation.core.flow.models import AuditEntry

KEY, KEEP = "audit-chain", 300
NEWEST = 20


@dataclass(frozen=True)
class Checked:
    """How many entries hold, when that was looked at, and what is broken first, if anything is."""

    at: datetime
    entries: int
    broken_at: int | None
    fault: str


def checked() -> Checked:
    """Walk the chain, or say what the last walk of the last five minutes came to. Raises KeyMissing."""
    kept: Checked | None = cache.get(KEY)
    if kept is None:
        entries, broken = audit.verify()
        kept = Checked(
            timezone.now(), entries, broken.seq if broken else None, broken.fault if broken else ""
        )
        cache.set(KEY, kept, KEEP)
    return kept


def own_entries(user: Any) -> list[AuditEntry]:
    """Return the newest entries about the organisation for which somebody acts, with their places in the chain."""
    organisation = user.acting_organisation
    if organisation is None:
        return []
    found = AuditEntry.objects.filter(kind="institution", object_id=str(organisation))
    return list(found.order_by("-seq")[:NEWEST])
