"""Keys: one key-encryption key outside the database wraps the data keys inside it (security.md §7)."""

import base64
import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction

from foundation.core.crypto.models import CryptoKey

NONCE = 12
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
KEY = 32


class KeyMissing(Exception):
    """A ciphertext names a key that this installation does not hold: nothing is guessed, reading stops."""


@cache
def key_encryption_key() -> bytes:
    """Return the 32-byte key that wraps all data keys, from `LINLI_KEK` (base64) or `KEYS_DIR/kek`.

    Raises ImproperlyConfigured where there is none and `CREATE_KEYS` does not allow making one.
    """
    if given := os.environ.get("LINLI_KEK"):
        return _checked(base64.b64decode(given))
    path = settings.KEYS_DIR / "kek"
    if not path.exists():
        if not settings.CREATE_KEYS:
            raise ImproperlyConfigured(
                f"No key-encryption key: set LINLI_KEK, or create {path.name} with `manage.py create_keys`."
            )
        create_key_encryption_key()
    return _checked(base64.b64decode(path.read_bytes()))


def key_encryption_key_named(name: str) -> bytes | None:
    """Return the key that is coming ("next") or just went ("old"), or None where there is none.

    It comes from `LINLI_KEK_NEXT` or `LINLI_KEK_OLD`, or from `kek.next` or `kek.old` in KEYS_DIR. While the wrapping
    key is replaced, every process opens the data keys with one or the other (`wrapping.replace_wrapping_key`).
    """
    if given := os.environ.get(f"LINLI_KEK_{name.upper()}"):
        return _checked(base64.b64decode(given))
    path = settings.KEYS_DIR / f"kek.{name}"
    return _checked(base64.b64decode(path.read_bytes())) if path.exists() else None


def wrapping_keys() -> list[bytes]:
    """Return every key-encryption key at hand, the present one first."""
    others = map(key_encryption_key_named, ("next", "old"))
    return [key_encryption_key(), *(key for key in others if key is not None)]


def create_key_encryption_key(name: str = "kek") -> None:
    """Write a new key-encryption key, readable by the owner alone; an existing one is never replaced.

    When this returns, the key outlives a power cut: what is wrapped with it is committed for good a moment later.
    """
    path = settings.KEYS_DIR / name
    if not path.parent.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_through(path.parent.parent)
    if not path.exists():
        # Under its name it is whole or not there, and of two processes that make one the first counts.
        handle, draft = tempfile.mkstemp(prefix=f".{name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(base64.b64encode(AESGCM.generate_key(KEY * 8)))
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            os.unlink(draft)
    # One that was there already as well: whoever made it may have died before this.
    write_through(path)
    write_through(path.parent)


def write_through(path: Path) -> None:
    """Let what stands in a file, or the names that stand in a folder, be on the disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _checked(key: bytes) -> bytes:
    if len(key) != KEY:
        raise ImproperlyConfigured(f"The key-encryption key has {len(key)} bytes, not {KEY}.")
    return key


def wrap(key: bytes, *, purpose: str, number: int, by: bytes | None = None) -> bytes:
    """Seal a data key with the key-encryption key (or the one given); it opens under its purpose and number only."""
    nonce = os.urandom(NONCE)
    wrapper = AESGCM(key_encryption_key() if by is None else by)
    return nonce + wrapper.encrypt(nonce, key, _label(purpose, number))


def unwrap(row: CryptoKey, *, by: bytes) -> bytes:
    """Open a data key. Raises KeyMissing where `by` is not what it was wrapped with, or it was destroyed."""
    wrapped = bytes(row.wrapped)
    try:
        return AESGCM(by).decrypt(wrapped[:NONCE], wrapped[NONCE:], _label(row.purpose, row.number))
    except (InvalidTag, ValueError):
        raise KeyMissing(
            f"{row.purpose} {row.number}: the key-encryption key at hand does not open it"
        ) from None


def _unwrap_with_any(row: CryptoKey) -> bytes:
    try:
        return unwrap(row, by=key_encryption_key())
    except KeyMissing:
        # The wrapping key was replaced since this process read it, or is being replaced now.
        key_encryption_key.cache_clear()
        for other in wrapping_keys():
            with contextlib.suppress(KeyMissing):
                return unwrap(row, by=other)
        raise


class _Held(NamedTuple):
    """What one reading of the table gave. Replaced as a whole: other threads read while one loads."""

    keys: Mapping[int, bytes]
    writing: int | None
    read_at: float


_NOTHING = _Held({}, None, 0)


class Keyring:
    """The unwrapped data keys of one purpose, as each process reads them from the table.

    They are read again when an unknown one appears, and, before anything is sealed or looked up, every KEYS_FRESH
    seconds: so long after a new key was made every process knows it (`rotation`).

    Using a ring never makes a key: one that is made in a transaction which is undone would go on sealing
    values that nothing can open again.
    """

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose
        self._held = _NOTHING
        self._lock = threading.Lock()

    def writing(self) -> tuple[int, bytes]:
        """Return number and bytes of the key that new values are sealed with. Raises KeyMissing."""
        held = self._fresh()
        if held.writing is None:
            raise KeyMissing(f"{self.purpose}: no key writes; `manage.py migrate` makes the first one.")
        return held.writing, held.keys[held.writing]

    def reading(self, number: int) -> bytes:
        """Return the key of that number. Raises KeyMissing."""
        held = self._held
        if number not in held.keys:
            held = self._load()
        try:
            return held.keys[number]
        except KeyError:
            raise KeyMissing(f"{self.purpose} {number}") from None

    def all(self) -> list[bytes]:
        """Return every key that is not retired, the writing one first. Raises KeyMissing."""
        number, writing = self.writing()
        return [writing, *(key for other, key in sorted(self._held.keys.items()) if other != number)]

    def _fresh(self) -> _Held:
        held = self._held
        if held.writing is None or time.monotonic() - held.read_at > settings.KEYS_FRESH:
            held = self._load()
        return held

    def forget(self) -> None:
        """Drop what is held, and what was derived from it, so that the next use reads the table again."""
        self._held = _NOTHING
        _derive.cache_clear()

    def _load(self) -> _Held:
        with self._lock:
            rows = CryptoKey.objects.filter(purpose=self.purpose).exclude(state=CryptoKey.State.RETIRED)
            keys: dict[int, bytes] = {}
            writing = None
            for row in rows:
                keys[row.number] = _unwrap_with_any(row)
                if row.state == CryptoKey.State.WRITE:
                    writing = row.number
            gone = set(self._held.keys.values()) - set(keys.values())
            self._held = held = _Held(keys, writing, time.monotonic())
            if gone:
                # What was derived from a key does not outlive it in memory; the rest is made again when it is used.
                _derive.cache_clear()
            return held


def _label(purpose: str, number: int) -> bytes:
    return f"{purpose}|{number}".encode()


FIELD_KEYS = Keyring("field")
INDEX_KEYS = Keyring("index")
PUSH_KEYS = Keyring("push")
HEAD_KEYS = Keyring("head")
RINGS = (FIELD_KEYS, INDEX_KEYS, PUSH_KEYS, HEAD_KEYS)


def create_data_keys() -> None:
    """Make the first data key of each purpose that has none yet: what `migrate` does at its end.

    Each is committed before anybody can seal with it. Raises RuntimeError inside a transaction that could
    still undo it, ImproperlyConfigured where there is no key-encryption key and none may be made.
    """
    for ring in RINGS:
        if CryptoKey.objects.filter(purpose=ring.purpose).exists():
            continue
        wrapped = wrap(AESGCM.generate_key(KEY * 8), purpose=ring.purpose, number=1)
        try:
            with transaction.atomic(durable=True):
                CryptoKey.objects.create(purpose=ring.purpose, number=1, wrapped=wrapped)
        except IntegrityError:
            # Another process made it in the meantime; that one counts.
            continue


@cache
def _derive(root: bytes, label: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY, salt=None, info=label.encode()).derive(root)


def field_key(label: str, number: int | None = None) -> tuple[int, bytes]:
    """Return (key number, key) of a field: its own sub-key, derived from the writing or the named data key."""
    number, root = FIELD_KEYS.writing() if number is None else (number, FIELD_KEYS.reading(number))
    return number, _derive(root, label)


def index_key(label: str) -> bytes:
    """Return the HMAC key by which a blind index is written."""
    return _derive(INDEX_KEYS.writing()[1], label)


def index_keys(label: str) -> list[bytes]:
    """Return the HMAC keys by which a blind index may have been written, the present one first."""
    return [_derive(root, label) for root in INDEX_KEYS.all()]


def head_keys() -> list[Ed25519PrivateKey]:
    """Return the keys that sign the audit log's heads, the present one first (RFC 8032)."""
    return [Ed25519PrivateKey.from_private_bytes(_derive(root, "audit head")) for root in HEAD_KEYS.all()]


def push_key() -> ec.EllipticCurvePrivateKey:
    """Return the key by which push services know this installation (VAPID, RFC 8292); always the same one.

    It is made of the data key and never stored: a number below the curve's order, drawn without bias from more
    bytes than it has.
    """
    wide = HKDF(algorithm=SHA256(), length=KEY + 16, salt=None, info=b"vapid").derive(PUSH_KEYS.writing()[1])
    return ec.derive_private_key(int.from_bytes(wide) % (P256_ORDER - 1) + 1, ec.SECP256R1())


def forget() -> None:
    """Drop every key from memory, so that the next use reads the table again (after a rotation, in tests)."""
    key_encryption_key.cache_clear()
    for ring in RINGS:
        ring.forget()
