"""Making a backup: database, files and, apart from them, keys; sealed, in every place (O8)."""

import gzip
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from foundation.core.crypto import keys
from office.domain.backup import databases, sets
from office.domain.backup.newest import put_newest
from office.domain.backup.places import NoPlace, Place, check_apart, clear_left, place_at, spool
from office.domain.backup.runs import BackupFailed, alone, begun, plain, told
from office.domain.backup.sealing import digest, recipients, seal_file
from office.domain.backup.sets import BackupSet, StoredPath
from office.domain.backup.wrapping import back_up_keys
from office.models import BackupRun

type Say = Callable[[str], None]
# All of the last day, one a day for a month, one a month for a year.
KEEP_ALL, KEEP_DAILY, KEEP_MONTHLY = timedelta(days=1), timedelta(days=31), timedelta(days=366)


def back_up(say: Say = lambda line: None) -> BackupRun:
    """Make one set and put it into every place; keys go to their own. Returns the record of it.

    A place that fails keeps no other from getting its set. Raises BackupFailed where one did, AlreadyRunning,
    NoRecipient, NoPlace.
    """
    recipients()
    if not settings.BACKUP_PLACES:
        raise NoPlace("LINLI_BACKUP_PLACES is empty: name a folder of another disk, and a second place")
    if settings.BACKUP_KEYS_PLACE:
        check_apart(settings.BACKUP_KEYS_PLACE, settings.BACKUP_PLACES)
    # A process that goes on for months may hold a key that another process has replaced.
    keys.forget()
    with alone():
        clear_left()
        with spool() as folder, begun(BackupRun.Kind.BACKUP) as (run, faults):
            made = _Making(folder, say)
            run.name = made.name
            made.before()
            for address in settings.BACKUP_PLACES:
                _into(address, made, faults, say)
            run.report = {"size": made.size, "files": len(made.paths), "places": len(settings.BACKUP_PLACES)}
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
        say(f"{plain(address)}: {made.name}")
    except Exception as fault:
        # Whatever lies in a place, or doesn't: the next one gets its set.
        faults[plain(address)] = told(fault)
        say(f"{plain(address)}: {faults[plain(address)]}")


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
        # Before the set, so that none is younger than they: by that an old list that was put back is known.
        put_newest(place, self.folder)
        self._put_set(place, there)

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
        moment = sets.moment_in(name)
        if moment is None:
            continue
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
