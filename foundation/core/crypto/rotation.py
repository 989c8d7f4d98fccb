"""New data keys while the site runs: every sealed value and every blind index is written anew (security.md §7).

1. The new keys are made, and known to every process KEYS_FRESH seconds later, before anything is written with them.
2. They become the writing ones. What was sealed before still opens, and look-ups ask for both generations.
3. Row by row, where nobody changed it meanwhile, values are sealed and indexed anew; again, until nothing is left.
4. A day later, when a last look finds nothing, the old keys are retired; later they are destroyed.

Every step can be done twice: whoever was killed begins again, and what is done is passed over.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from foundation.core.crypto import keys
from foundation.core.crypto.fields import EncryptedTextField
from foundation.core.crypto.keys import FIELD_KEYS, INDEX_KEYS, KEY, KeyMissing
from foundation.core.crypto.models import CryptoKey
from foundation.core.crypto.seal import SealBroken, blind_index, open_sealed, seal

CHUNK = 1000
ROTATED = (FIELD_KEYS, INDEX_KEYS)
# A request that began before the new keys wrote has long ended by then.
RETIRE_AFTER = timedelta(days=1)
DESTROY_AFTER = timedelta(days=90)
log = logging.getLogger("linli.crypto")

type Rows = Sequence[Any]
type Say = Callable[[str], None]


@dataclass(frozen=True)
class _Index:
    model: str
    column: str
    label: str
    plain: Callable[[Rows], Iterable[tuple[Any, str]]]


@dataclass
class Outcome:
    """What a walk through the tables did: values written anew, and the rows it had to leave as they were."""

    renewed: int = 0
    # Values that do not open, as "table.column key": the old keys stay until somebody has looked.
    broken: list[str] = field(default_factory=list)
    # Rows whose new index another row has: one person, one account does not hold.
    clashes: list[str] = field(default_factory=list)
    # The new keys that it was done with, as "purpose number"; none where an earlier run's were given their due.
    made: list[str] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        self.renewed += other.renewed
        self.broken += other.broken
        self.clashes += other.clashes


_indexes: list[_Index] = []
_elsewhere: list[Callable[[int], Outcome]] = []


def index_of(model: str, column: str, *, label: str) -> Callable[[Any], Any]:
    """Make the decorated `plain(rows)` the one that says what a blind index stands for.

    It yields (primary key, value) for the rows of `model` that have one; those it leaves out keep theirs.
    """

    def decorate(function: Callable[[Rows], Iterable[tuple[Any, str]]]) -> Any:
        _indexes.append(_Index(model, column, label, function))
        return function

    return decorate


def indexes() -> set[tuple[str, str]]:
    """Return the (model, column) of every blind index that can be written anew."""
    return {(index.model, index.column) for index in _indexes}


def sealed_elsewhere(function: Callable[[int], Outcome]) -> Callable[[int], Outcome]:
    """Register what renews values that were sealed outside a field of ours.

    `function(number)` seals anew what another key than that number sealed, and returns how many it did and which
    do not open.
    """
    _elsewhere.append(function)
    return function


def rotate(say: Say = lambda line: None, *, wait: Callable[[float], None] = time.sleep) -> Outcome:
    """Replace the keys of fields and indexes and write everything anew; return what the last walk had to leave.

    A run that was interrupted is ended first, with the keys that it made: the outcome then names no new ones. Raises
    KeyMissing where the keys of this installation do not open.
    """
    fresh = settings.KEYS_FRESH + 1
    renewed = _left_by_an_earlier_run(say)
    made = [] if renewed else _make_next_keys()
    say(f"new keys: {', '.join(made)}" if made else "no new keys: ending an earlier run with those it made")
    if made:
        say(f"waiting {fresh} s until every process knows them")
        wait(fresh)
        _let_write()
    begun, waited = time.monotonic(), False
    while True:
        keys.forget()
        outcome = walk(say)
        renewed += outcome.renewed
        if outcome.renewed == 0 and waited:
            outcome.renewed, outcome.made = renewed, made
            return outcome
        if outcome.renewed == 0:
            left = max(0.0, fresh - (time.monotonic() - begun))
            say(f"waiting {left:.0f} s for whoever still wrote with the old ones")
            wait(left)
            waited = True


def _left_by_an_earlier_run(say: Say) -> int:
    """Do what an earlier run left when it was interrupted in its walk; return how many values that were.

    Keys that only read do not tell: they also stand for values that never open again, and for a day after every run.
    Taken for an interruption, one broken value would keep a key that has leaked in its place for ever.
    """
    purposes = [ring.purpose for ring in ROTATED]
    if not CryptoKey.objects.filter(purpose__in=purposes, state=CryptoKey.State.READ).exists():
        return 0
    keys.forget()
    return walk(say).renewed


def _make_next_keys() -> list[str]:
    """Make the keys that will write, unless a run before this one did and they never wrote; return their names."""
    made = []
    with transaction.atomic():
        for ring in ROTATED:
            rows = CryptoKey.objects.select_for_update().filter(purpose=ring.purpose)
            writing = rows.get(state=CryptoKey.State.WRITE).number
            newest = max(row.number for row in rows)
            coming = rows.filter(number__gt=writing, state=CryptoKey.State.READ).first()
            number = coming.number if coming else newest + 1
            if coming is None:
                CryptoKey.objects.create(
                    purpose=ring.purpose,
                    number=number,
                    wrapped=keys.wrap(AESGCM.generate_key(KEY * 8), purpose=ring.purpose, number=number),
                    state=CryptoKey.State.READ,
                )
            made.append(f"{ring.purpose} {number}")
    return made


@transaction.atomic
def _let_write() -> None:
    for ring in ROTATED:
        rows = CryptoKey.objects.filter(purpose=ring.purpose)
        newest = rows.exclude(state=CryptoKey.State.RETIRED).latest("number")
        rows.filter(state=CryptoKey.State.WRITE).exclude(pk=newest.pk).update(state=CryptoKey.State.READ)
        rows.filter(pk=newest.pk).update(state=CryptoKey.State.WRITE, created_at=timezone.now())


def walk(say: Say = lambda line: None) -> Outcome:
    """Seal and index anew, once, whatever the writing keys did not; safe beside everybody else's work."""
    number, _key = FIELD_KEYS.writing()
    outcome = Outcome()
    for model, columns in sealed_columns():
        found = _reseal(model, columns, number)
        outcome.add(found)
        if found.renewed:
            say(f"{model._meta.label}: {found.renewed} values sealed anew")
    for renew in _elsewhere:
        outcome.add(renew(number))
    for index in _indexes:
        found = _reindex(index)
        outcome.add(found)
        if found.renewed:
            say(f"{index.model}.{index.column}: {found.renewed} indexes written anew")
    for line in (*outcome.broken, *outcome.clashes):
        log.error("key rotation left a row: %s", line)
    return outcome


def sealed_columns() -> Iterator[tuple[type[models.Model], list[EncryptedTextField]]]:
    """Return every table that holds sealed values, with the fields that do."""
    for model in apps.get_models(include_auto_created=True):
        columns = [one for one in model._meta.local_fields if isinstance(one, EncryptedTextField)]
        if columns and not model._meta.proxy:
            yield model, columns


def _reseal(model: type[models.Model], columns: list[EncryptedTextField], number: int) -> Outcome:
    outcome = Outcome()
    names = [column.attname for column in columns]
    bounds = [column.bound_to or "pk" for column in columns]
    last: Any = None
    while True:
        rows: Any = model._base_manager.order_by("pk").values_list("pk", *bounds, *names)
        chunk = list((rows if last is None else rows.filter(pk__gt=last))[:CHUNK])
        if not chunk:
            return outcome
        last = chunk[-1][0]
        for at, column in enumerate(columns):
            changes = []
            for row in chunk:
                old = getattr(row[1 + len(columns) + at], "data", b"")
                if not old or old[1] == number:
                    continue
                try:
                    bound = str(row[1 + at])
                    new = seal(
                        open_sealed(old, label=column.label(), row=bound), label=column.label(), row=bound
                    )
                except (SealBroken, KeyMissing):
                    outcome.broken.append(f"{column.label()} of {row[0]}, key {old[1]}")
                    continue
                changes.append((new, row[0], old))
            outcome.renewed += _swap(model, column, changes)


def _reindex(index: _Index) -> Outcome:
    outcome = Outcome()
    model = apps.get_model(index.model)
    column = model._meta.get_field(index.column)
    last: Any = None
    while True:
        rows = (
            model._base_manager.order_by("pk").exclude(**{index.column: ""}).exclude(**{index.column: None})
        )
        chunk = list((rows if last is None else rows.filter(pk__gt=last))[:CHUNK])
        if not chunk:
            return outcome
        last = chunk[-1].pk
        stored = {row.pk: getattr(row, column.attname) for row in chunk}
        changes: list[tuple[Any, Any, Any]] = []
        for pk, value in _plain(index, chunk, outcome):
            new = blind_index(value, label=index.label)
            if new != stored[pk]:
                changes.append((new, pk, stored[pk]))
        try:
            outcome.renewed += _swap(model, column, changes)
        except IntegrityError:
            for change in changes:
                try:
                    outcome.renewed += _swap(model, column, [change])
                except IntegrityError:
                    outcome.clashes.append(f"{index.model}.{index.column} of {change[1]}")


def _plain(index: _Index, chunk: Rows, outcome: Outcome) -> list[tuple[Any, str]]:
    """What the indexes of these rows stand for; rows whose values do not open are named and left out."""
    try:
        return list(index.plain(chunk))
    except (SealBroken, KeyMissing):
        if len(chunk) == 1:
            outcome.broken.append(f"{index.model}.{index.column} of {chunk[0].pk}")
            return []
    return [pair for row in chunk for pair in _plain(index, [row], outcome)]


def _swap(model: type[models.Model], column: Any, changes: list[tuple[Any, Any, Any]]) -> int:
    """Write (new, primary key, old) where the old value still stands; return how many rows that were."""
    if not changes:
        return 0
    quote = connection.ops.quote_name
    key: Any = model._meta.pk
    table = quote(model._meta.db_table)
    statement = f"UPDATE {table} SET {quote(column.column)} = %s WHERE {quote(key.column)} = %s AND {quote(column.column)} = %s"  # noqa: S608 - names of our own tables
    values = [
        (
            column.get_db_prep_value(new, connection),
            key.get_db_prep_value(pk, connection),
            column.get_db_prep_value(old, connection),
        )
        for new, pk, old in changes
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(statement, values)
        return cursor.rowcount


def unknown_keys() -> list[str]:
    """Return, as "table.column key", every data key that sealed something and is not held: what nobody can read."""
    held = set(
        CryptoKey.objects.filter(purpose=FIELD_KEYS.purpose)
        .exclude(state=CryptoKey.State.RETIRED)
        .values_list("number", flat=True)
    )
    found = []
    for model, columns in sealed_columns():
        for column in columns:
            quote = connection.ops.quote_name
            # The number is the second byte of every sealed value.
            byte = "hex(substr({0}, 2, 1))" if connection.vendor == "sqlite" else "to_hex(get_byte({0}, 1))"
            name = quote(str(column.column))
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT DISTINCT {byte.format(name)} FROM {quote(model._meta.db_table)}"  # noqa: S608
                    f" WHERE {name} IS NOT NULL AND length({name}) > 1"
                )
                numbers = {int(row[0], 16) for row in cursor.fetchall()}
            found += [f"{column.label()} {number}" for number in sorted(numbers - held)]
    return found


def locked_keys() -> list[str]:
    """Return the data keys that the key-encryption key at hand does not open; reads nothing from memory."""
    keys.forget()
    locked = []
    for ring in keys.RINGS:
        try:
            ring.writing()
        except (KeyMissing, ImproperlyConfigured) as fault:
            locked.append(str(fault))
    return locked


def retire() -> int:
    """Retire the keys that nothing was sealed or indexed with for a day, destroy those retired long ago.

    Returns how many keys changed. What is retired opens nothing any more; until it is destroyed it can be taken back.
    """
    now = timezone.now()
    changed = (
        CryptoKey.objects.filter(state=CryptoKey.State.RETIRED, retired_at__lt=now - DESTROY_AFTER)
        .exclude(wrapped=b"")
        .update(wrapped=b"")
    )
    due = [ring for ring in ROTATED if _is_due(ring.purpose, now)]
    if not due:
        return changed
    outcome = walk()
    if outcome.renewed or outcome.broken or outcome.clashes:
        return changed
    for ring in due:
        changed += CryptoKey.objects.filter(purpose=ring.purpose, state=CryptoKey.State.READ).update(
            state=CryptoKey.State.RETIRED, retired_at=now
        )
    return changed


def _is_due(purpose: str, now: Any) -> bool:
    rows = CryptoKey.objects.filter(purpose=purpose)
    writing = rows.filter(state=CryptoKey.State.WRITE, created_at__lt=now - RETIRE_AFTER).first()
    if writing is None:
        return False
    old = rows.filter(state=CryptoKey.State.READ, number__lt=writing.number)
    # One that is newer waits to write: a rotation is going on.
    return old.exists() and not rows.filter(number__gt=writing.number).exists()
