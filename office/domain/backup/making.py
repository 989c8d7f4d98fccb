"""Making a backup: database, files and, apart from them, keys; sealed, in every place (O8)."""

import base64
import contextlib
import fcntl
import gzip
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from foundation.core.crypto import keys
from foundation.core.flow import heads
from office.domain.backup import databases, sets
from office.domain.backup.places import TROUBLE, NoPlace, Place, place_at, spool
from office.domain.backup.sealing import digest, recipients, seal_file
from office.domain.backup.sets import BackupSet, StoredPath
from office.models import BackupRun

type Say = Callable[[str], None]
# All of the last day, one a day for a month, one a month for a year.
KEEP_ALL, KEEP_DAILY, KEEP_MONTHLY = timedelta(days=1), timedelta(days=31), timedelta(days=366)


class BackupFailed(Exception):
    """No place, or not every place, has the backup; the message says why, place by place."""


class AlreadyRunning(Exception):
    """Another backup of this installation is being made."""


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    with (Path(settings.VAR_DIR) / "backup.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning("another backup is being made") from None
        yield


def back_up(say: Say = lambda line: None) -> BackupRun:
    """Make one set and put it into every place; keys go to their own. Returns the record of it.

    A place that fails keeps no other from getting its set. Raises BackupFailed where one did, AlreadyRunning,
    NoRecipient, NoPlace.
    """
    recipients()
    if not settings.BACKUP_PLACES:
        raise NoPlace("LINLI_BACKUP_PLACES is empty: name a folder of another disk, and a second place")
    if settings.BACKUP_KEYS_PLACE in settings.BACKUP_PLACES:
        raise NoPlace("LINLI_BACKUP_KEYS_PLACE is one of the places: keys lie apart from what they open")
    with _alone(), spool() as folder:
        run = BackupRun.objects.create(kind=BackupRun.Kind.BACKUP)
        faults: dict[str, str] = {}
        try:
            made = _Making(folder, say)
            run.name = made.name
            made.before()
            for address in settings.BACKUP_PLACES:
                _into(address, made, faults, say)
            run.report = {"size": made.size, "files": len(made.paths), "places": len(settings.BACKUP_PLACES)}
        except (databases.NoProgram, databases.DatabaseFault, OSError) as fault:
            faults["here"] = str(fault)
        _end(run, faults)
    if settings.BACKUP_KEYS_PLACE:
        back_up_keys(settings.BACKUP_KEYS_PLACE)
    if faults:
        raise BackupFailed(run.fault)
    return run


def _into(address: str, made: "_Making", faults: dict[str, str], say: Say) -> None:
    try:
        with place_at(address) as place:
            made.put_into(place, address)
            prune(place)
        say(f"{_plain(address)}: {made.name}")
    except (*TROUBLE, NoPlace) as fault:
        faults[_plain(address)] = f"{type(fault).__name__}: {str(fault)[:200]}"
        say(f"{_plain(address)}: {faults[_plain(address)]}")


def _plain(address: str) -> str:
    """An address without who signs in there."""
    scheme, _sep, rest = address.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _end(run: BackupRun, faults: dict[str, str]) -> None:
    run.good = not faults
    run.fault = "\n".join(f"{place}: {fault}" for place, fault in faults.items())
    run.ended_at = timezone.now()
    run.save()


class _Making:
    """One set on its way into several places.

    Files first, then the database, then the files that came meanwhile: what the database of that moment speaks of
    is there, whatever is added or removed while the backup runs.
    """

    def __init__(self, folder: Path, say: Say) -> None:
        self.folder, self.say = folder, say
        self.at = datetime.now(UTC)
        self.name = sets.new_name(self.at)
        self.paths: dict[str, StoredPath] = {}
        self.size = 0

    def before(self) -> None:
        """Take the snapshot, between two looks at the files."""
        for path in sets.stored_paths():
            self.paths[path.object] = path
        snapshot = self.folder / "database"
        self.say("taking the snapshot")
        self.at = datetime.now(UTC)
        self._rows = databases.snapshot(snapshot)
        for path in sets.stored_paths():
            self.paths[path.object] = path
        self._digests = {"database.age": seal_file(snapshot, self.folder / "database.age", compress=True)}
        snapshot.unlink()

    def put_into(self, place: Place, address: str) -> None:
        """Put everything that the place does not have yet; the set's own description last."""
        known = place.names("objects/")
        kept = _Kept(address)
        there: dict[str, str] = {}
        for path in self.paths.values():
            name = sets.object_name(path.object)
            digest_known = kept.digest(path.object) if name in known else ""
            if not digest_known:
                try:
                    sealed = self.folder / "object.age"
                    digest_known = seal_file(path.source, sealed)
                except FileNotFoundError:
                    continue  # removed since: nobody misses it, or the database would still speak of it
                place.put(name, sealed)
                kept.add(path.object, digest_known)
            there[path.object] = digest_known
        self._put_set(place, there)
        self._put_newest(place)

    def _put_set(self, place: Place, there: dict[str, str]) -> None:
        contents = self.folder / "contents"
        lines = [{"rows": self._rows}, *(self._line(self.paths[one], there[one]) for one in there)]
        contents.write_text(sets.as_lines(lines), encoding="utf-8")
        digests = dict(self._digests)
        digests["contents.age"] = seal_file(contents, self.folder / "contents.age", compress=True)
        objects = self.folder / "objects.gz"
        with gzip.open(objects, "wt", encoding="ascii") as file:
            file.writelines(f"{one}\n" for one in sorted(there))
        digests["objects.gz"] = digest(objects)
        for name in digests:
            place.put(f"sets/{self.name}/{name}", self.folder / name)
        self.size = (self.folder / "database.age").stat().st_size
        described = BackupSet(
            name=self.name,
            at=self.at.isoformat(timespec="seconds"),
            engine=databases.engine(),
            migrations=sets.migrations(),
            digests=digests,
            size=self.size,
            files=len(there),
        )
        (self.folder / "set.json").write_text(described.as_json(), encoding="utf-8")
        place.put(f"sets/{self.name}/set.json", self.folder / "set.json")

    @staticmethod
    def _line(path: StoredPath, sha256: str) -> dict[str, Any]:
        return {"root": path.root, "path": path.path, "object": path.object, "sha256": sha256}

    def _put_newest(self, place: Place) -> None:
        """Whatever set is put back: who left since, and how far the log had grown, is known beside it."""
        heads.publish()
        for name, setting in ((sets.ERASURES, "ERASURE_LIST"), (sets.HEADS, "AUDIT_HEADS")):
            source = Path(getattr(settings, setting))
            if source.exists():
                seal_file(source, self.folder / name)
                place.put(name, self.folder / name)


class _Kept:
    """Which digest each object of a place has, so that no file is read again to know it; made anew where it is lost."""

    def __init__(self, address: str) -> None:
        place = hashlib.sha256(address.encode()).hexdigest()[:8]
        self._path = Path(settings.VAR_DIR) / f"backup-objects-{place}.csv"
        lines = self._path.read_text(encoding="ascii").splitlines() if self._path.exists() else []
        pairs = (line.split(",") for line in lines)
        self._known = {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and len(pair[1]) == 64}

    def digest(self, name: str) -> str:
        return self._known.get(name, "")

    def add(self, name: str, sha256: str) -> None:
        with self._path.open("a", encoding="ascii") as file:
            file.write(f"{name},{sha256}\n")


def prune(place: Place) -> int:
    """Remove the sets that are kept no longer, and the objects that no set needs; return how many went."""
    names = sets.set_names(place)
    keep = set(_kept_of(names, datetime.now(UTC)))
    gone = 0
    for name in names:
        if name not in keep:
            # Its description first: half a set must not look like one.
            for part in ("set.json", "database.age", "contents.age", "objects.gz"):
                place.remove(f"sets/{name}/{part}")
            gone += 1
    if gone:
        _remove_orphans(place, keep)
    return gone


def _kept_of(names: list[str], now: datetime) -> Iterator[str]:
    """Yield the names to keep; the newest always."""
    taken: set[str] = set()
    for name in sorted(names, reverse=True):
        moment = datetime.strptime(name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        age = now - moment
        slot = (
            name
            if age < KEEP_ALL
            else f"{moment:%Y%m%d}"
            if age < KEEP_DAILY
            else f"{moment:%Y%m}"
            if age < KEEP_MONTHLY
            else ""
        )
        if not taken or (slot and slot not in taken):
            taken.add(slot)
            yield name


def _remove_orphans(place: Place, keep: set[str]) -> None:
    needed: set[str] = set()
    with spool() as folder:
        for name in keep:
            place.get(f"sets/{name}/objects.gz", folder / "objects.gz")
            with gzip.open(folder / "objects.gz", "rt", encoding="ascii") as file:
                needed.update(sets.object_name(line.strip()) for line in file)
    for name in place.names("objects/") - needed:
        place.remove(name)


def back_up_keys(address: str) -> BackupRun:
    """Put the key-encryption keys, sealed, into a place apart from the backups. Raises BackupFailed, NoRecipient."""
    run = BackupRun.objects.create(kind=BackupRun.Kind.KEYS)
    faults: dict[str, str] = {}
    with spool() as folder:
        plain = folder / "keys"
        with os.fdopen(os.open(plain, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            json.dump(_held_keys(), file)
        seal_file(plain, folder / "keys.age")
        run.name = sets.new_name(datetime.now(UTC))
        try:
            with place_at(address) as place:
                place.put("keys.age", folder / "keys.age")
                place.put(f"keys/{run.name}.age", folder / "keys.age")
        except (*TROUBLE, NoPlace) as fault:
            faults[_plain(address)] = f"{type(fault).__name__}: {str(fault)[:200]}"
    _end(run, faults)
    if faults:
        raise BackupFailed(run.fault)
    return run


def _held_keys() -> dict[str, str]:
    found = {"kek": keys.key_encryption_key(), "old": keys.key_encryption_key_named("old")}
    return {name: base64.b64encode(key).decode() for name, key in found.items() if key is not None}
