"""The audit log: an append-only hash chain (H8, O4; security.md §7)."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple

from django.db import connection, models, transaction

from foundation.core import kinds
from foundation.core.crypto.fields import canonical
from foundation.core.crypto.seal import SealBroken, open_sealed
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
STORED = (*COLUMNS, "previous", "digest")
CHUNK = 2000


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
    # No savepoint: the act and its entry stand or fall together.
    with transaction.atomic(savepoint=False):
        last, previous = _locked_head()
        seq = last + 1
        payload = None
        if data is not None:
            # The salt keeps a short payload from being guessed out of its digest once it is erased.
            payload = AuditPayload(seq=seq, data={**data, "salt": secrets.token_hex(16)})
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
            payload_digest=digest_of_payload(payload.data) if payload is not None else "",
            previous=previous,
        )
        entry.digest = digest_of_entry([getattr(entry, name) for name in COLUMNS], previous)
        _write(entry, payload)
    return entry


def _locked_head() -> tuple[int, str]:
    """Number and digest of the last entry, which nobody else can follow before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_statements().lock)
        if row := cursor.fetchone():
            return row
        AuditHead.objects.bulk_create([AuditHead(id=1, seq=0, digest=GENESIS)], ignore_conflicts=True)
        cursor.execute(_statements().lock)
        return cursor.fetchone()


def _write(entry: AuditEntry, payload: AuditPayload | None) -> None:
    """Write entry, payload and new head: one round trip where a statement can hold several writes."""
    statements = _statements()
    writes = [(statements.entry, [_stored(entry, name) for name in STORED])]
    if payload is not None:
        writes.append((statements.payload, [payload.seq, _stored(payload, "data")]))
    writes.append((statements.head, [entry.seq, entry.digest]))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            *inserts, (update, _values) = writes
            parts = ", ".join(f"part{number} AS ({text})" for number, (text, _values) in enumerate(inserts))
            cursor.execute(f"WITH {parts} {update}", [value for _text, values in writes for value in values])
        else:
            for text, values in writes:
                cursor.execute(text, values)


def _stored(row: models.Model, name: str) -> Any:
    """A column's value as the database takes it: sealed where the field seals."""
    field: Any = row._meta.get_field(name)
    return field.get_db_prep_save(field.pre_save(row, add=True), connection)


class _Statements(NamedTuple):
    """Written out: the ORM takes as long to build such a statement as the database to carry it out."""

    lock: str
    entry: str
    payload: str
    head: str


@cache
def _statements() -> _Statements:
    entries, payloads, head = (model._meta.db_table for model in (AuditEntry, AuditPayload, AuditHead))
    # SQLite's transactions are IMMEDIATE: whoever is inside one already keeps all others out.
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    marks = ", ".join(["%s"] * len(STORED))
    return _Statements(
        lock=f"SELECT seq, digest FROM {head} WHERE id = 1{lock}",  # noqa: S608 - our own tables' names
        entry=f"INSERT INTO {entries} ({', '.join(STORED)}) VALUES ({marks})",  # noqa: S608
        payload=f"INSERT INTO {payloads} (seq, data) VALUES (%s, %s)",  # noqa: S608
        head=f"UPDATE {head} SET seq = %s, digest = %s WHERE id = 1",  # noqa: S608
    )


def _kind_key(obj: models.Model | None) -> str:
    if obj is None:
        return ""
    try:
        return kinds.of(obj).key
    except KeyError:
        return obj._meta.label_lower


def digest_of_payload(data: dict[str, Any]) -> str:
    """Return the SHA-256 of the payload in canonical JSON, in which its table holds it too (sealed)."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def digest_of_entry(values: Sequence[Any], previous: str) -> str:
    """Return the SHA-256 that binds an entry's columns, in the order of COLUMNS, to the digest before it."""
    seq, at, actor_id, role, action, kind, object_id, place_path, purpose, payload_digest = values
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    # A JSON array, put together by hand: an encoder takes three times as long, and logs are long.
    return hashlib.sha256(
        f'{previous}\n[{seq}, "{at.isoformat(timespec="microseconds")}", '
        f"{'null' if actor_id is None else actor_id}, {quoted(role)}, {quoted(action)}, {quoted(kind)}, "
        f"{quoted(object_id)}, {quoted(place_path)}, {quoted(purpose)}, {quoted(payload_digest)}]".encode()
    ).hexdigest()


@dataclass(frozen=True)
class Break:
    """The first entry at which the chain does not hold, and what is wrong there."""

    seq: int
    fault: str


def verify() -> tuple[int, Break | None]:
    """Walk the whole chain; return how many entries hold, and the first break or None.

    Finds altered, deleted, inserted and reordered entries, altered, moved, lost and added payloads, and a cut
    tail (against the head). Others can write meanwhile: what is looked at is the log of one moment.
    Raises KeyMissing where a payload's key is not held.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return _walk()


def _walk() -> tuple[int, Break | None]:
    head = AuditHead.objects.filter(id=1).values_list("seq", "digest").first() or (0, GENESIS)
    payloads = _Payloads()
    previous, expected = GENESIS, 1
    rows = AuditEntry.objects.order_by("seq").values_list(*STORED)
    for *values, stored_previous, stored in rows.iterator(chunk_size=CHUNK):
        seq = values[0]
        if seq != expected:
            return expected - 1, Break(expected, "missing" if seq > expected else "number out of order")
        if stored_previous != previous or digest_of_entry(values, previous) != stored:
            return expected - 1, Break(seq, "altered")
        if not payloads.hold(seq, values[-1]):
            return expected - 1, Break(seq, "payload altered or missing")
        previous, expected = stored, expected + 1
    if head != (expected - 1, previous):
        return expected - 1, Break(expected, "the tail was cut or the head altered")
    if payloads.seq is not None:
        return expected - 1, Break(payloads.seq, "payload altered or missing")
    return expected - 1, None


class _Payloads:
    """The payloads, walked beside the entries; `seq` is the next one's, None behind the last."""

    def __init__(self) -> None:
        field: Any = AuditPayload._meta.get_field("data")
        self._label = field.label()
        rows = AuditPayload.objects.order_by("seq").values_list("seq", "erased_at", "data")
        self._rows = rows.iterator(chunk_size=CHUNK)
        self._step()

    def _step(self) -> None:
        row: tuple[int | None, datetime | None, Any] = next(self._rows, (None, None, None))
        self.seq, self._erased_at, self._sealed = row

    def hold(self, seq: int, digest: str) -> bool:
        """Whether this entry has the payload that its digest speaks of, or none where it speaks of none."""
        if not digest:
            return self.seq != seq
        if self.seq != seq:
            return False
        whole = self._erased_at is not None or self._is(digest)
        self._step()
        return whole

    def _is(self, digest: str) -> bool:
        try:
            text = open_sealed(self._sealed.data, label=self._label, row=str(self.seq))
        except SealBroken:
            return False
        if hashlib.sha256(text.encode()).hexdigest() == digest:
            return True
        # Sealed in another spelling of the same JSON.
        return digest_of_payload(json.loads(text)) == digest
