"""What a backup consists of, and how it is told to be whole and ours.

sets/<name>/database.age   the database of one moment
sets/<name>/contents.age   which file is which object, how many rows each table has
sets/<name>/objects.gz     the objects that the set needs, by names that say nothing
sets/<name>/set.json       digests of the above, with a code that only the holder of the keys can make; put last,
                           so that a set without it is none
objects/<ab>/<name>.age    a file each; the next sets use it again
erasures.age, heads.age    who left, and the audit log's signed heads: always the newest (`newest`)
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder

from foundation.core.crypto.keys import key_encryption_key, wrapping_keys
from office.domain.backup.places import Place
from office.domain.backup.sealing import CannotOpen

FORMAT = 1
ROOTS = {"private": "PRIVATE_ROOT", "media": "MEDIA_ROOT"}
NAME = re.compile(r"(\d{8}T\d{6}Z)-[0-9a-f]{4}")


class NoSet(Exception):
    """The place holds no whole set of that name."""


@dataclass(frozen=True)
class BackupSet:
    """The clear part of a set: no name of a file or person in it."""

    name: str
    at: str
    engine: str
    # The last migration of each app: what the code has to know to take it.
    migrations: dict[str, str]
    # File of the set → SHA-256 of what lies in the place.
    digests: dict[str, str]
    size: int
    files: int
    format: int = FORMAT
    # HMAC-SHA256 of all that: who can write in a place knows the recipient, and could put another set there.
    code: str = field(default="", compare=False)

    @property
    def moment(self) -> datetime:
        """When the snapshot was taken."""
        return datetime.fromisoformat(self.at)

    def as_json(self) -> str:
        """The set as it lies in a place, with this installation's code."""
        code = code_of(self._told(), key_encryption_key())
        return json.dumps({**asdict(self), "code": code}, sort_keys=True, indent=1)

    def is_ours(self) -> bool:
        """Say whether it was made with one of the key-encryption keys at hand, and is as it was made."""
        return is_code_of(str(self.code), self._told())

    def _told(self) -> bytes:
        told = {name: value for name, value in asdict(self).items() if name != "code"}
        return json.dumps(told, sort_keys=True).encode()


def code_of(told: bytes, wrapping_key: bytes) -> str:
    """Return the code (HMAC-SHA256) that only who holds the key-encryption key can make."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"linli backup").derive(wrapping_key)
    return hmac.new(key, told, hashlib.sha256).hexdigest()


def is_code_of(code: str, told: bytes) -> bool:
    """Say whether one of the key-encryption keys at hand made the code. Raises ImproperlyConfigured without any."""
    return any(hmac.compare_digest(code.encode(), code_of(told, key).encode()) for key in wrapping_keys())


def new_name(at: datetime) -> str:
    """Return the name of a set of that moment; names sort by time."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def moment_in(name: str) -> datetime | None:
    """Return the moment that the name of a set tells; None where it is no such name."""
    found = NAME.fullmatch(name)
    try:
        return datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def set_names(place: Place) -> list[str]:
    """Return the whole sets of a place, the oldest first; what else somebody laid there is passed over."""
    parts = (name.split("/") for name in place.names("sets/"))
    return sorted(
        part[1] for part in parts if len(part) == 3 and part[2] == "set.json" and moment_in(part[1])
    )


def read_set(place: Place, name: str, spool: Path) -> BackupSet:
    """Read the clear part of a set; "latest" is the newest. Raises NoSet, CannotOpen."""
    known = set_names(place)
    if name == "latest" and known:
        name = known[-1]
    if not known and name == "latest":
        raise NoSet("there is no set in this place yet")
    if name not in known:
        raise NoSet(f"there is no set {name}" + (f"; the newest is {known[-1]}" if known else ""))
    place.get(f"sets/{name}/set.json", spool / "set.json")
    try:
        found = BackupSet(**json.loads((spool / "set.json").read_text(encoding="utf-8")))
    except (ValueError, TypeError) as fault:
        raise CannotOpen(f"the set {name} can't be read") from fault
    if found.format != FORMAT or found.name != name:
        raise CannotOpen(f"the set {name} was made by another release, or is another one")
    return found


def migrations() -> dict[str, str]:
    """Return the last migration of each app that this database has."""
    # In order, so that the last one of an app counts.
    return dict(sorted(MigrationRecorder.Migration.objects.values_list("app", "name")))


@dataclass(frozen=True)
class StoredPath:
    """A file on the disk: where it lies below which root, and the object that it is in a backup."""

    root: str
    path: str
    object: str

    @property
    def source(self) -> Path:
        return Path(getattr(settings, ROOTS[self.root])) / self.path


def stored_paths() -> Iterable[StoredPath]:
    """Yield every file that belongs to the database; one that goes away meanwhile is passed over."""
    for root, setting in ROOTS.items():
        folder = Path(getattr(settings, setting))
        for path in sorted(folder.rglob("*")):
            try:
                if not path.is_file():
                    continue
                known = path.stat()
            except FileNotFoundError:
                continue
            relative = path.relative_to(folder).as_posix()
            told = f"{root}\n{relative}\n{known.st_size}\n{known.st_mtime_ns}".encode()
            yield StoredPath(root, relative, hashlib.sha256(told).hexdigest())


def object_name(digest: str) -> str:
    """Return where an object lies."""
    return f"objects/{digest[:2]}/{digest}.age"


def as_lines(rows: Iterable[Any]) -> str:
    """One JSON value a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
