"""The audit log: an append-only hash chain (H8, O4; security.md §7)."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple

from django.db import connection, models, transaction

from foundation.core import kinds
from foundation.core.access.permissions import held_roles
from foundation.core.access.roles import GIVEN, Role
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
# The roles, as an entry names them, in which somebody acts for herself; in all others she acts for the community.
FOR_ONESELF = ("", "resident", "guardian", "guardian,resident")
# What is published or overseen is the office's own, whoever's name it bears.
OFFICIAL = ("publication", "oversight")
# What is left of a payload that was erased: nothing at all, or the empty object.
ERASED = ("", canonical({}))


class HeadMissing(Exception):
    """The log's end is gone: somebody removed it, and appending would hide what went with it."""


def begin() -> None:
    """Give an empty log its head; one that is there stays."""
    AuditHead.objects.get_or_create(id=1, defaults={"seq": 0, "digest": GENESIS})


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
    Raises HeadMissing.
    """
    # Before the lock: they may have to be read.
    role = _roles(by)
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
            role=role,
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


@transaction.atomic
def erase_payloads(person: models.Model) -> int:
    """Blank what the log holds of a person beside its chain, and write that down; return how many were blanked."""
    gone = blank_payloads(person)
    append("core.erase_payloads", by=None, obj=person)
    return gone


def blank_payloads(person: models.Model) -> int:
    """Blank the payloads of what she did for herself, and of what anybody did about her or what is hers.

    What she did as an official on others' matters stays theirs to read. Call it before her rows go too: by them it is
    found which objects are hers. The entries stay, and the chain holds (个保法 47; O4). Returns how many were blanked.
    """
    gone = _blank(models.Q(actor_id=person.pk, role__in=FOR_ONESELF))
    gone += _blank(models.Q(kind=_kind_key(person), object_id=str(person.pk)))
    for kind in kinds.all_kinds().values():
        if not kind.privacy.subject or kind.privacy.category in OFFICIAL:
            continue
        found = kind.model_class._default_manager.filter(**{kind.privacy.subject: person})
        ids = [str(pk) for pk in found.values_list("pk", flat=True)]
        for start in range(0, len(ids), CHUNK):
            gone += _blank(models.Q(kind=kind.key, object_id__in=ids[start : start + CHUNK]))
    return gone


def _blank(about: models.Q) -> int:
    seqs = AuditEntry.objects.filter(about).exclude(payload_digest="").values("seq")
    found = AuditPayload.objects.filter(seq__in=seqs, erased_at=None)
    return found.update(data=b"", erased_at=datetime.now(UTC))


def _roles(by: Any) -> str:
    """The roles that can have let the actor do it, each once and in order; that everybody is a visitor says nothing.

    Whoever belongs to an organisation wears one hat at a time, hers or its own; what she was given to do for the
    community she may do under any.
    """
    if by is None:
        return ""
    held = held_roles(by)
    hat = getattr(by, "acting_organisation", None)
    worn = (
        [one for one in held if one.organisation == hat or one.role in GIVEN]
        if hat
        else [one for one in held if not one.organisation]
    )
    return ",".join(sorted({str(one.role) for one in worn} - {str(Role.VISITOR)}))


def _locked_head() -> tuple[int, str]:
    """Number and digest of the last entry, which nobody else can follow before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_statements().lock)
        if row := cursor.fetchone():
            return row
    raise HeadMissing("The audit log has no head; `manage.py audit verify` says what is left of it.")


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

    Finds altered, deleted, inserted and reordered entries, altered, moved, lost and added payloads, payloads
    that were replaced and called erased, a cut tail (against the head), and a log removed with its head.
    Others can write meanwhile: what is looked at is the log of one moment.
    Raises KeyMissing where a payload's key is not held.
    """
    with _one_moment():
        return _walk()


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction in which all that is read is of one moment, and which keeps nobody from writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # Our transactions there are IMMEDIATE, which shuts all other writers out as long as they last.
        here: Any = connection
        here.ensure_connection()  # a new connection takes its mode from the settings
        usual, here.transaction_mode = here.transaction_mode, "DEFERRED"
        try:
            with transaction.atomic():
                yield
        finally:
            here.transaction_mode = usual
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield


def _walk() -> tuple[int, Break | None]:
    head = AuditHead.objects.filter(id=1).values_list("seq", "digest").first()
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
    # Every log has a head, also an empty one, from the day its table was made.
    if head is None:
        return expected - 1, Break(expected, "the head is missing")
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
        whole = self._is(digest) if self._erased_at is None else self._text() in ERASED
        self._step()
        return whole

    def _text(self) -> str | None:
        """What was sealed, None where the seal is broken."""
        if not self._sealed.data:
            return ""
        try:
            return open_sealed(self._sealed.data, label=self._label, row=str(self.seq))
        except SealBroken:
            return None

    def _is(self, digest: str) -> bool:
        text = self._text()
        if not text:
            return False
        if hashlib.sha256(text.encode()).hexdigest() == digest:
            return True
        # Sealed in another spelling of the same JSON.
        return digest_of_payload(json.loads(text)) == digest
