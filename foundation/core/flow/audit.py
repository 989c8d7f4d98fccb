"""The audit log: an append-only hash chain (H8, O4; security.md §7)."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from foundation.core import kinds
from foundation.core.flow.models import AuditEntry, AuditHead, AuditPayload

GENESIS = hashlib.sha256(b"linli audit 1").hexdigest()
COLUMNS = (
    "seq",
    "at",
    "actor_id",
    "role",
    "action",
    "kind",
    "object_id",
    "place_path",
    "purpose",
    "payload_digest",
)


def append(
    action: str,
    *,
    by: Any,
    obj: models.Model | None = None,
    place_path: str = "",
    purpose: str = "",
    data: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add one entry to the end of the chain, in the caller's transaction.

    `by` is the acting user, None the system itself; `data` is personal or bulky matter, sealed apart so that
    it can be erased. The head's lock is held until the caller's transaction ends, so append last.
    """
    with transaction.atomic():
        head = AuditHead.objects.select_for_update().filter(id=1).first() or _first_head()
        seq = head.seq + 1
        payload, payload_digest = None, ""
        if data is not None:
            # The salt keeps a short payload from being guessed out of its digest once it is erased.
            salted = {**data, "salt": secrets.token_hex(16)}
            payload = AuditPayload(seq=seq, data=salted)
            payload_digest = digest_of_payload(salted)
        entry = AuditEntry(
            seq=seq,
            at=datetime.now(UTC),
            actor_id=by.pk if by is not None else None,
            role=getattr(by, "acting_role", "") or "",
            action=action,
            kind=_kind_key(obj),
            object_id=str(obj.pk) if obj is not None else "",
            place_path=place_path,
            purpose=purpose,
            payload_digest=payload_digest,
            previous=head.digest,
        )
        entry.digest = digest_of_entry([getattr(entry, name) for name in COLUMNS], head.digest)
        entry.save(force_insert=True)
        if payload is not None:
            payload.save(force_insert=True)
        AuditHead.objects.filter(id=1).update(seq=seq, digest=entry.digest)
    return entry


def _first_head() -> AuditHead:
    AuditHead.objects.bulk_create([AuditHead(id=1, seq=0, digest=GENESIS)], ignore_conflicts=True)
    return AuditHead.objects.select_for_update().get(id=1)


def _kind_key(obj: models.Model | None) -> str:
    if obj is None:
        return ""
    try:
        return kinds.of(obj).key
    except KeyError:
        return obj._meta.label_lower


def digest_of_payload(data: dict[str, Any]) -> str:
    """Return the SHA-256 of the payload in canonical JSON."""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_entry(values: list[Any], previous: str) -> str:
    """Return the SHA-256 that binds an entry's columns to the digest before it."""
    values = [
        value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
        for value in values
    ]
    return hashlib.sha256(f"{previous}\n{json.dumps(values, ensure_ascii=False)}".encode()).hexdigest()


@dataclass(frozen=True)
class Break:
    """The first entry at which the chain does not hold, and what is wrong there."""

    seq: int
    fault: str


def verify() -> tuple[int, Break | None]:
    """Walk the whole chain; return how many entries hold, and the first break or None.

    Finds altered, deleted, inserted and reordered entries, altered payloads, and a cut tail (against the head).
    """
    previous, expected = GENESIS, 1
    with transaction.atomic():
        head = AuditHead.objects.filter(id=1).first()
        for row in _rows():
            values, stored_previous, stored = list(row[: len(COLUMNS)]), row[-2], row[-1]
            seq = values[0]
            if seq != expected:
                return expected - 1, Break(expected, "missing" if seq > expected else "number out of order")
            if stored_previous != previous or digest_of_entry(values, previous) != stored:
                return expected - 1, Break(seq, "altered")
            previous, expected = stored, expected + 1
    if (head.seq if head else 0) != expected - 1 or (head.digest if head else GENESIS) != previous:
        return expected - 1, Break(expected, "the tail was cut or the head altered")
    if (seq := _first_bad_payload()) is not None:
        return expected - 1, Break(seq, "payload altered or missing")
    return expected - 1, None


def _first_bad_payload() -> int | None:
    """Walk payloads and entries side by side; one that is gone without having been erased is as bad as an altered one."""
    payloads = AuditPayload.objects.order_by("seq").iterator(chunk_size=2000)
    payload = next(payloads, None)
    digests = (
        AuditEntry.objects.exclude(payload_digest="").order_by("seq").values_list("seq", "payload_digest")
    )
    for seq, digest in digests.iterator(chunk_size=5000):
        if payload is None or payload.seq != seq:
            return seq if payload is None else min(seq, payload.seq)
        if payload.erased_at is None and digest_of_payload(payload.data) != digest:
            return seq
        payload = next(payloads, None)
    return None if payload is None else payload.seq


def _rows() -> Iterator[tuple[Any, ...]]:
    query = AuditEntry.objects.order_by("seq").values_list(*COLUMNS, "previous", "digest")
    return query.iterator(chunk_size=5000 if connection.vendor == "sqlite" else 20000)
