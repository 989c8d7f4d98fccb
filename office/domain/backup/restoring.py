"""Putting a backup back into this installation, and what has to follow before anybody is let in (O8)."""

import base64
import binascii
import contextlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from foundation.core.crypto import keys, rotation
from foundation.core.flow import audit, heads
from foundation.core.flow.models import AuditEntry
from identity.domain.leaving import erase_again
from office.domain.backup import databases, sets
from office.domain.backup.places import Place, place_at, spool
from office.domain.backup.sealing import CannotOpen, digest, open_file
from office.domain.backup.sets import ROOTS, BackupSet
from office.models import BackupRun

type Say = Callable[[str], None]


class CannotRestore(Exception):
    """Nothing was replaced, or what was put back does not hold; the message says which and why."""


@dataclass
class Restored:
    """What was put back, and what was found afterwards."""

    name: str = ""
    moment: str = ""
    rows: int = 0
    files: int = 0
    erased_again: int = 0
    audit_entries: int = 0
    # Entries of the log that are younger than the backup, as signed heads know.
    lost_entries: int = 0
    # What somebody has to look at; empty: all is as it should be.
    faults: list[str] = field(default_factory=list)

    def as_report(self) -> dict[str, Any]:
        """The same for the record."""
        return dict(self.__dict__)


def restore(
    address: str,
    *,
    identities: Sequence[Any],
    name: str = "latest",
    replace: bool = False,
    keys_from: str = "",
    say: Say = lambda line: None,
) -> Restored:
    """Put the set of that name back: database, files, keys; then bring it up to date and check it.

    Nothing is replaced before the whole database has come, agrees with its digest, opens, and the keys are there that
    open what is in it. Raises NoSet, NoPlace,
    CannotOpen, CannotRestore (there is data and `replace` was not said, a newer release made the set, keys are
    missing), NoProgram, DatabaseFault, and what the place raises.
    """
    if not replace and not databases.is_empty():
        raise CannotRestore("this installation holds accounts already: say --replace to lose them")
    with spool() as folder, place_at(address) as place:
        chosen = sets.read_set(place, name, folder)
        _check(chosen)
        if keys_from:
            _fetch_keys(keys_from, identities, folder)
        if not chosen.is_ours():
            raise CannotRestore(
                "the set does not agree with the key-encryption key at hand: these are other keys, or somebody"
                " else made it"
            )
        say(f"set {chosen.name} of {chosen.at}")
        for part in chosen.digests:
            _fetch(place, f"sets/{chosen.name}/{part}", folder / part, chosen.digests[part])
        open_file(folder / "contents.age", folder / "contents", identities, compressed=True)
        lines = [json.loads(line) for line in (folder / "contents").read_text(encoding="utf-8").splitlines()]
        open_file(folder / "database.age", folder / "database", identities, compressed=True)
        say("putting the database back")
        reopen = _close()
        try:
            databases.put_back(folder / "database")
        except Exception:
            reopen()
            raise
        restored = Restored(name=chosen.name, moment=chosen.at)
        _compare(lines[0]["rows"], restored)
        _newest_lists(place, identities, folder)
        _files(place, lines[1:], identities, folder, restored, say)
    finish(restored, say)
    if not restored.faults:
        reopen()
    return restored


def _close() -> Callable[[], None]:
    """Close this node while nothing fits together (`manage.py maintenance`); return what opens it again.

    It stays closed where the restore breaks off or finds a fault, and where it was closed before.
    """
    file = Path(settings.MAINTENANCE_FILE)
    if file.exists():
        return lambda: None
    file.touch()
    return partial(file.unlink, missing_ok=True)


def _check(chosen: BackupSet) -> None:
    if chosen.engine != databases.engine():
        raise CannotRestore(f"the set is of {chosen.engine}, this installation uses {databases.engine()}")
    known = MigrationLoader(None).disk_migrations
    strange = [f"{app} {last}" for app, last in chosen.migrations.items() if (app, last) not in known]
    if strange:
        raise CannotRestore(f"the set was made by a newer release, which knows {', '.join(strange)}")


def _fetch(place: Place, name: str, target: Path, expected: str) -> None:
    place.get(name, target)
    if digest(target) != expected:
        raise CannotOpen(f"{name} is not what was put there")


def _fetch_keys(address: str, identities: Sequence[Any], folder: Path) -> None:
    """Write the key-encryption keys where this installation looks for them; those that are there stay."""
    with place_at(address) as place:
        place.get("keys.age", folder / "keys.age")
    open_file(folder / "keys.age", folder / "keys", identities)
    try:
        held = json.loads((folder / "keys").read_text(encoding="ascii"))
        found = {name: base64.b64decode(key, validate=True) for name, key in held.items()}
    except (ValueError, binascii.Error) as fault:
        raise CannotOpen("the backup of the keys can't be read") from fault
    Path(settings.KEYS_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, key in found.items():
        target = Path(settings.KEYS_DIR) / ("kek" if name == "kek" else f"kek.{name}")
        with contextlib.suppress(FileExistsError):
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(base64.b64encode(key))
    keys.forget()


def _compare(expected: dict[str, int], restored: Restored) -> None:
    found = databases.row_counts()
    restored.rows = sum(found.values())
    restored.faults += [
        f"{table}: {found.get(table, 0)} rows instead of {count}"
        for table, count in expected.items()
        if found.get(table, 0) != count and not table.startswith("sqlite_")
    ]


def _newest_lists(place: Place, identities: Sequence[Any], folder: Path) -> None:
    """Bring what is always the newest: an older set must not make anybody forget who left since."""
    there = place.names("")
    for name, setting in ((sets.ERASURES, "ERASURE_LIST"), (sets.HEADS, "AUDIT_HEADS")):
        if name not in there:
            continue
        place.get(name, folder / name)
        open_file(folder / name, folder / "list", identities)
        target = Path(getattr(settings, setting))
        target.parent.mkdir(parents=True, exist_ok=True)
        known = target.read_bytes() if target.exists() else b""
        present = set(known.splitlines())
        new = [line for line in (folder / "list").read_bytes().splitlines() if line not in present]
        with target.open("ab") as file:
            file.write(
                (b"" if not known or known.endswith(b"\n") else b"\n")
                + b"".join(b"%s\n" % one for one in new)
            )


def _files(
    place: Place,
    lines: list[dict[str, str]],
    identities: Sequence[Any],
    folder: Path,
    restored: Restored,
    say: Say,
) -> None:
    for number, line in enumerate(lines, start=1):
        root = Path(getattr(settings, ROOTS[line["root"]])).resolve()
        target = (root / line["path"]).resolve()
        if not target.is_relative_to(root):
            raise CannotOpen("the set names a file outside its folder")
        if not target.exists():
            try:
                _fetch(place, sets.object_name(line["object"]), folder / "object.age", line["sha256"])
                open_file(folder / "object.age", folder / "object", identities)
            except (CannotOpen, OSError) as fault:
                restored.faults.append(f"a file of {line['root']}: {fault}")
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder / "object", target)
        restored.files += 1
        if number % 1000 == 0:
            say(f"{number} of {len(lines)} files")


def finish(restored: Restored, say: Say = lambda line: None) -> None:
    """Do what follows a database that was put back, however it came: also after a point-in-time recovery.

    Keys are tried, the tables brought up to this release, whoever left since is erased again, the log is verified,
    and everybody has to sign in anew: a session that was ended since would be alive again.
    """
    for step in _steps(restored, say):
        say(step)
    connections.close_all()


def _steps(restored: Restored, say: Say) -> Iterator[str]:
    keys.forget()
    if locked := rotation.locked_keys():
        raise CannotRestore(f"the key-encryption key does not open these data keys: {'; '.join(locked)}")
    yield "bringing the tables up to date"
    call_command("migrate", verbosity=0, interactive=False)
    if settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
        call_command("createcachetable", verbosity=0)
    yield "ending every session"
    Session.objects.all().delete()
    cache.clear()
    yield "erasing again whoever left since"
    restored.erased_again, failed = erase_again()
    restored.faults += [f"account {pk} could not be erased again" for pk in failed]
    yield "verifying the audit log"
    restored.audit_entries, broken = audit.verify()
    if broken:
        restored.faults.append(f"the audit log breaks at entry {broken.seq}: {broken.fault}")
    restored.lost_entries = _cut_tail()
    if unknown := rotation.unknown_keys():
        restored.faults.append(f"sealed with keys that are not here: {', '.join(unknown)}")


def _cut_tail() -> int:
    """Return how many entries of the log are not in the backup: heads that were signed later name them."""
    path = Path(settings.AUDIT_HEADS)
    last = heads.last(path)
    ours = AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    if last is None or last["seq"] <= ours:
        return 0
    # The log goes on from the backup's end, and its heads in a new file; the old one shows what was lost.
    path.rename(path.with_name(f"{path.name}.before-{timezone.now():%Y%m%dT%H%M%S}"))
    return last["seq"] - ours


def record(restored: Restored, *, kind: BackupRun.Kind, began: Any, report: dict[str, Any]) -> BackupRun:
    """Write down that something was put back, and log it."""
    run = BackupRun.objects.create(
        kind=kind,
        name=restored.name,
        began_at=began,
        ended_at=timezone.now(),
        good=not restored.faults,
        fault="\n".join(restored.faults),
        report=report,
    )
    audit.append(f"office.{kind}", by=None, data={"set": restored.name, "faults": len(restored.faults)})
    return run
