"""Putting a backup back into this installation, and what has to follow before anybody is let in (O8)."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from foundation.accounts.domain import tokens
from foundation.core.api import once
from foundation.core.closing import close_for_restore, reopen_after_restore
from foundation.core.crypto import keys, rotation
from foundation.core.crypto.models import CryptoKey
from foundation.core.flow import audit, heads
from foundation.core.flow.models import AuditEntry
from foundation.messaging.domain import push
from identity.domain.leaving import erase_again
from office.domain.backup import databases, sets
from office.domain.backup.newest import fetch_newest, merge
from office.domain.backup.places import Place, clear_left, place_at, spool
from office.domain.backup.runs import alone
from office.domain.backup.sealing import CannotOpen, digest, open_file
from office.domain.backup.sets import ROOTS, BackupSet
from office.domain.backup.wrapping import fetch_keys, locked
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

    Nothing is replaced before the whole database has come, agrees with its digest, opens, the keys are there that open
    what is in it, and the lists of who left and of the log's heads hold. Raises NoSet, NoPlace,
    CannotOpen, CannotRestore (there is data and `replace` was not said, a newer release made the set, keys are
    missing), AlreadyRunning, NoProgram, DatabaseFault, and what the place raises.
    """
    if not replace and not databases.is_empty():
        raise CannotRestore("this installation holds data already: say --replace to lose it")
    with alone():
        clear_left()
        with spool() as folder, place_at(address) as place:
            restored = _put_back(place, name, identities, keys_from, folder, say)
    finish(restored, say)
    return restored


def _put_back(
    place: Place, name: str, identities: Sequence[Any], keys_from: str, folder: Path, say: Say
) -> Restored:
    chosen = sets.read_set(place, name, folder)
    _check(chosen)
    if keys_from:
        fetch_keys(keys_from, identities, folder)
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
    if shut := locked(databases.rows_in(folder / "database", CryptoKey._meta.db_table)):
        raise CannotRestore(
            f"the key-encryption key at hand does not open these data keys of the set: {', '.join(shut)}."
            " Nothing was replaced; --keys names the place that has the right one"
        )
    lists = fetch_newest(
        place, identities=identities, folder=folder, since=chosen.moment, others=settings.BACKUP_PLACES
    )
    for fault in lists.faults:
        say(fault)
    say("putting the database back")
    was_open = close_for_restore()
    try:
        databases.put_back(folder / "database")
    except Exception:
        if was_open:
            reopen_after_restore()
        raise
    restored = Restored(name=chosen.name, moment=chosen.at, faults=lists.faults)
    merge(lists.bodies)
    _compare(lines[0]["rows"], restored)
    _files(place, lines[1:], identities, folder, restored, say)
    return restored


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


def _compare(expected: dict[str, int], restored: Restored) -> None:
    found = databases.row_counts()
    restored.rows = sum(found.values())
    restored.faults += [
        f"{table}: {found.get(table, 0)} rows instead of {count}"
        for table, count in expected.items()
        if found.get(table, 0) != count and not table.startswith("sqlite_")
    ]


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
    and everybody has to sign in anew: a session or a device's token that was ended since would be alive again.

    Meanwhile this node is closed: nobody is answered and no letter goes to who has left since. It stays closed where
    this breaks off or finds a fault, and where a person closed it.
    """
    close_for_restore()
    for step in _steps(restored):
        say(step)
    connections.close_all()
    if not restored.faults:
        reopen_after_restore()


def _steps(restored: Restored) -> Iterator[str]:
    keys.forget()
    if locked := rotation.locked_keys():
        raise CannotRestore(f"the key-encryption key does not open these data keys: {'; '.join(locked)}")
    yield "bringing the tables up to date"
    call_command("migrate", verbosity=0, interactive=False)
    if settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
        call_command("createcachetable", verbosity=0)
    yield "signing everybody out"
    _sign_out_everybody()
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


def _sign_out_everybody() -> None:
    """End what opens an account without a password, and forget what was said to whoever held it."""
    Session.objects.all().delete()
    tokens.end_all_tokens()
    push.forget_every_browser()
    once.forget_all()
    cache.clear()


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
