"""What leaves the house is sealed for the recipients (age, X25519): the server itself can't open it again."""

import gzip
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

import pyrage
from django.conf import settings

FOREIGN = "the backup was sealed for another identity, or was damaged"


class NoRecipient(Exception):
    """Nobody is named who could open the backups, or what is named is no recipient."""


class CannotOpen(Exception):
    """The identity is not the one the backup was sealed for, or what came back is not what was put away."""


def new_identity() -> tuple[str, str]:
    """Return a new identity (`AGE-SECRET-KEY-1…`, to be kept in a safe) and the recipient that belongs to it."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipients() -> list[pyrage.x25519.Recipient]:
    """Return those whom backups are sealed for. Raises NoRecipient."""
    if not settings.BACKUP_RECIPIENTS:
        raise NoRecipient("LINLI_BACKUP_RECIPIENTS is empty: `manage.py backup identity` makes a pair")
    try:
        return [pyrage.x25519.Recipient.from_str(one.strip()) for one in settings.BACKUP_RECIPIENTS]
    except pyrage.RecipientError as fault:
        raise NoRecipient("LINLI_BACKUP_RECIPIENTS names what is no recipient (age1…)") from fault


def read_identities(text: str) -> list[pyrage.x25519.Identity]:
    """Return the identities of a file as `age-keygen` writes it. Raises CannotOpen where there is none."""
    lines = [line.strip() for line in text.splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError as fault:
        raise CannotOpen("that is no identity (AGE-SECRET-KEY-1…)") from fault
    if not found:
        raise CannotOpen("there is no identity (AGE-SECRET-KEY-1…)")
    return found


def seal_file(source: Path, target: Path, *, compress: bool = False) -> str:
    """Seal a file for the recipients; return the SHA-256 of what came out. Raises NoRecipient."""
    packed = source
    if compress:
        packed = target.with_suffix(".gz")
        with source.open("rb") as read, gzip.open(packed, "wb", compresslevel=1) as write:
            shutil.copyfileobj(read, write, 1 << 20)
    with packed.open("rb") as read, target.open("wb") as write:
        pyrage.encrypt_io(read, write, recipients())
    if compress:
        packed.unlink()
    return digest(target)


def open_file(
    source: Path, target: Path, identities: Sequence[pyrage.x25519.Identity], *, compressed: bool = False
) -> None:
    """Open what `seal_file` made. Raises CannotOpen."""
    packed = target.with_suffix(".packed") if compressed else target
    try:
        with source.open("rb") as read, packed.open("wb") as write:
            pyrage.decrypt_io(read, write, identities)
    except pyrage.DecryptError as fault:
        raise CannotOpen(FOREIGN) from fault
    if compressed:
        with gzip.open(packed, "rb") as read, target.open("wb") as write:
            shutil.copyfileobj(read, write, 1 << 20)
        packed.unlink()


def seal_bytes(data: bytes, target: Path) -> None:
    """Seal what is in memory for the recipients, so that no file has it in the clear. Raises NoRecipient."""
    target.write_bytes(pyrage.encrypt(data, recipients()))


def open_bytes(source: Path, identities: Sequence[pyrage.x25519.Identity]) -> bytes:
    """Return what `seal_bytes` or `seal_file` sealed. Raises CannotOpen."""
    try:
        return pyrage.decrypt(source.read_bytes(), identities)
    except pyrage.DecryptError as fault:
        raise CannotOpen(FOREIGN) from fault


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
