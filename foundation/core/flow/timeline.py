"""What happened to one object, step by step, as the audit log holds it (全程留痕, H8)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from foundation.core import kinds
from foundation.core.facets import Without, Words
from foundation.core.flow.models import AuditEntry, AuditPayload

MOST = 300
# What an entry's payload may hold that is read out to whoever may read the object's life.
TOLD = ("reason", "answer")


@dataclass(frozen=True)
class Happened:
    """One step: its place in the chain, when, what in words, who, and why."""

    seq: int
    at: datetime
    action: str
    words: Words
    who: str
    role: str
    why: str
    data: dict[str, Any]
    digest: str


def timeline(*objects: models.Model) -> list[Happened]:
    """Return what the log holds of these objects, the oldest first; three statements, however many there are.

    The caller has found that the reader may see them. What was erased is missing from the payloads, never a step.
    """
    found = models.Q(pk__in=[])
    for obj in objects:
        found |= models.Q(kind=kinds.of(obj).key, object_id=str(obj.pk))
    # The newest: nobody reads a life of thousands of steps on one page, and the log itself holds them all.
    # The decision in the inbox and the step that it carries out are one: the step is told.
    steps = AuditEntry.objects.filter(found).exclude(action__startswith="moderation.")
    entries = list(steps.order_by("-seq")[:MOST])[::-1]
    payloads = {
        row.seq: row.data
        for row in AuditPayload.objects.filter(seq__in=[one.seq for one in entries], erased_at=None)
    }
    people: Any = get_user_model()._default_manager
    names = dict(people.filter(pk__in={one.actor_id for one in entries}).values_list("pk", "display_name"))
    words = _words()
    return [
        Happened(
            seq=one.seq,
            at=one.at,
            action=one.action,
            words=words.get(one.action, one.action),
            who=names.get(one.actor_id, ""),
            role=one.role,
            why=next((str(payloads[one.seq][key]) for key in TOLD if payloads.get(one.seq, {}).get(key)), ""),
            data=payloads.get(one.seq, {}),
            digest=one.digest,
        )
        for one in entries
    ]


def _words() -> dict[str, Words]:
    found: dict[str, Words] = {}
    for kind in kinds.all_kinds().values():
        if not isinstance(kind.audit, Without):
            found.update(kind.audit)
    return found
