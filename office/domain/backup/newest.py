"""The lists that lie beside the sets, always the newest: who left, and the audit log's signed heads.

Sealed in each is first a line with the moment and a code that only the holder of the keys can make: whoever can write
in a place knows the recipient, and could seal a list by which the next restore erases everybody, or forgets who left.
"""

import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from foundation.core.crypto.keys import key_encryption_key
from foundation.core.flow import heads
from office.domain.backup import runs, sets
from office.domain.backup.places import TROUBLE, NoPlace, Place, place_at
from office.domain.backup.sealing import CannotOpen, open_bytes, seal_bytes

# The list's name in a place → the setting that says where it is kept here.
LISTS = {"erasures.age": "ERASURE_LIST", "heads.age": "AUDIT_HEADS"}
KINDS = {"erasures.age": "the list of who left", "heads.age": "the list of the log's signed heads"}


class NotThere(CannotOpen):
    """The place has no such list."""


@dataclass(frozen=True)
class Listed:
    """One list as it was put away."""

    at: datetime
    body: bytes


@dataclass
class Fetched:
    """The lists that will be merged, and what somebody has to look at."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def put_newest(place: Place, folder: Path) -> None:
    """Put both lists, also where one is empty: one that is missing was taken away."""
    # Where it can't be written the chore that does it says so; what is in it already goes away.
    with contextlib.suppress(OSError):
        heads.publish()
    for name, setting in LISTS.items():
        source = Path(getattr(settings, setting))
        body = source.read_bytes() if source.exists() else b""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        code = sets.code_of(_told(name, at, body), key_encryption_key())
        head = json.dumps({"at": at, "code": code}).encode("ascii")
        seal_bytes(head + b"\n" + body, folder / name)
        place.put(name, folder / name)


def _told(name: str, at: str, body: bytes) -> bytes:
    return f"{name}\n{at}\n".encode() + body


def fetch_newest(
    place: Place, *, identities: Sequence[Any], folder: Path, since: datetime, others: Sequence[str]
) -> Fetched:
    """Return the lists of a place, checked; changes nothing here.

    One that does not hold (forged, damaged, older than the set, which was put after it) is taken from that one of the
    `others`, addresses of places, whose list is the newest, and this is told. Raises CannotOpen where none has it
    whole; where every place is without it, that is told only.
    """
    fetched = Fetched()
    names = place.names("")
    for name in LISTS:
        try:
            fetched.bodies[name] = _opened(place, names, name, identities, folder, since).body
        except CannotOpen as fault:
            found = _of_others(name, identities, folder, since, others)
            if found:
                address, listed = found
                fetched.bodies[name] = listed.body
                fetched.faults.append(
                    f"{name}: {KINDS[name]} {fault}; that of {runs.plain(address)}, {listed.at:%Y-%m-%d %H:%M} UTC,"
                    " was taken"
                )
            elif isinstance(fault, NotThere):
                fetched.faults.append(f"{name}: {KINDS[name]} {fault}, nor anywhere else: who took it away?")
            else:
                raise CannotOpen(
                    f"{name}: {KINDS[name]} {fault}, and no other place of LINLI_BACKUP_PLACES has a good one."
                    " Nothing was replaced. Put a good one there, or, to go on without it, move it away"
                ) from fault
    return fetched


def _of_others(
    name: str, identities: Sequence[Any], folder: Path, since: datetime, others: Sequence[str]
) -> tuple[str, Listed] | None:
    found: list[tuple[str, Listed]] = []
    for address in others:
        try:
            with place_at(address) as other:
                found.append((address, _opened(other, other.names(""), name, identities, folder, since)))
        except (*TROUBLE, NoPlace, CannotOpen):
            continue
    return max(found, key=lambda one: one[1].at, default=None)


def _opened(
    place: Place, names: set[str], name: str, identities: Sequence[Any], folder: Path, since: datetime
) -> Listed:
    if name not in names:
        raise NotThere("is not in the place")
    place.get(name, folder / name)
    try:
        head, _sep, body = open_bytes(folder / name, identities).partition(b"\n")
        told = json.loads(head)
        at, code = str(told["at"]), str(told["code"])
        moment = datetime.fromisoformat(at)
    except (CannotOpen, ValueError, KeyError, TypeError) as fault:
        raise CannotOpen("can't be read") from fault
    if not sets.is_code_of(code, _told(name, at, body)):
        raise CannotOpen("does not agree with the key-encryption key at hand: somebody else made it")
    if moment < since:
        raise CannotOpen("is older than the set: somebody put an old one back")
    return Listed(moment, body)


def merge(bodies: dict[str, bytes]) -> None:
    """Add the lines that are not known here: an older set must not make anybody forget who left since."""
    for name, body in bodies.items():
        target = Path(getattr(settings, LISTS[name]))
        target.parent.mkdir(parents=True, exist_ok=True)
        known = target.read_bytes() if target.exists() else b""
        present = set(known.splitlines())
        new = [line for line in body.splitlines() if line not in present]
        with target.open("ab") as file:
            file.write(
                (b"" if not known or known.endswith(b"\n") else b"\n")
                + b"".join(b"%s\n" % one for one in new)
            )
