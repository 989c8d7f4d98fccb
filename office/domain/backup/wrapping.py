"""The key-encryption keys: sealed into a place apart from the backups, back again, and what they have to open."""

import base64
import binascii
import contextlib
import json
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from foundation.core.crypto import keys
from foundation.core.crypto.models import CryptoKey
from office.domain.backup import runs, sets
from office.domain.backup.places import check_apart, place_at, spool
from office.domain.backup.sealing import CannotOpen, open_bytes, seal_bytes
from office.models import BackupRun

# The present one; the one that is coming, which from the middle of a rotation on wraps the data keys; the last one.
PRESENT, OTHERS = "kek", ("next", "old")


def back_up_keys(address: str) -> BackupRun:
    """Put the key-encryption keys, sealed, into a place apart from the backups.

    Raises BackupFailed, NoRecipient, NoPlace (it is one of the backups' places).
    """
    check_apart(address, settings.BACKUP_PLACES)
    with spool() as folder, runs.begun(BackupRun.Kind.KEYS) as (run, faults):
        # In the clear they are in memory alone: a file could be left behind.
        seal_bytes(json.dumps(_held()).encode("ascii"), folder / "keys.age")
        run.name = sets.new_name(datetime.now(UTC))
        try:
            with place_at(address) as place:
                place.put("keys.age", folder / "keys.age")
                place.put(f"keys/{run.name}.age", folder / "keys.age")
        except Exception as fault:
            faults[runs.plain(address)] = runs.told(fault)
    if faults:
        raise runs.BackupFailed(run.fault)
    return run


def _held() -> dict[str, str]:
    """Every key at hand under its name, as of one moment: read again while a rotation renames them."""
    found = _read()
    while (again := _read()) != found:
        found = again
    return found


def _read() -> dict[str, str]:
    # A process that goes on for months may hold one that another process has replaced.
    keys.key_encryption_key.cache_clear()
    found = {
        PRESENT: keys.key_encryption_key(),
        **{one: keys.key_encryption_key_named(one) for one in OTHERS},
    }
    return {name: base64.b64encode(key).decode() for name, key in found.items() if key is not None}


def fetch_keys(address: str, identities: Sequence[Any], folder: Path) -> None:
    """Write the key-encryption keys where this installation looks for them; those that are there stay.

    Raises CannotOpen, NoPlace, and what the place raises.
    """
    with place_at(address) as place:
        place.get("keys.age", folder / "keys.age")
    try:
        held = json.loads(open_bytes(folder / "keys.age", identities))
        found = {
            name: base64.b64decode(held[name], validate=True) for name in (PRESENT, *OTHERS) if name in held
        }
    except (ValueError, TypeError, binascii.Error) as fault:
        raise CannotOpen("the backup of the keys can't be read") from fault
    Path(settings.KEYS_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
    if PRESENT in found:
        _write("kek", found.pop(PRESENT))
    keys.forget()
    for name, key in found.items():
        # One that is here under another name stays under that alone: as the coming one it would replace itself.
        if key not in keys.wrapping_keys():
            _write(f"kek.{name}", key)
    keys.forget()


def _write(name: str, key: bytes) -> None:
    with contextlib.suppress(FileExistsError):
        handle = os.open(Path(settings.KEYS_DIR) / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(key))


def locked(rows: Iterable[dict[str, Any]]) -> list[str]:
    """Return the data keys, as "purpose number", that no key-encryption key at hand opens.

    `rows` are those of a snapshot's own table of keys: the one that stands in the database is about to go.
    """
    found = []
    for row in rows:
        if row["state"] == CryptoKey.State.RETIRED:
            continue
        key = CryptoKey(purpose=row["purpose"], number=int(row["number"]), wrapped=row["wrapped"])
        if not any(_opens(key, by=one) for one in keys.wrapping_keys()):
            found.append(f"{key.purpose} {key.number}")
    return found


def _opens(key: CryptoKey, *, by: bytes) -> bool:
    try:
        keys.unwrap(key, by=by)
    except keys.KeyMissing:
        return False
    return True
