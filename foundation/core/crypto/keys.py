"""Keys: one key-encryption key outside the database wraps the data keys inside it (security.md §7)."""

import base64
import os
import threading
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction

from foundation.core.crypto.models import CryptoKey

NONCE = 12
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


def create_key_encryption_key() -> None:
    """Write a new key-encryption key, readable by the owner alone; an existing one is never replaced."""
    path = settings.KEYS_DIR / "kek"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(AESGCM.generate_key(KEY * 8)))


def _checked(key: bytes) -> bytes:
    if len(key) != KEY:
        raise ImproperlyConfigured(f"The key-encryption key has {len(key)} bytes, not {KEY}.")
    return key


class Keyring:
    """The unwrapped data keys of one purpose, read once per process and again when an unknown one appears."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose
        self._keys: dict[int, bytes] = {}
        self._writing: int | None = None
        self._lock = threading.Lock()

    def writing(self) -> tuple[int, bytes]:
        """Return number and bytes of the key that new values are sealed with, making the first one."""
        if self._writing is None:
            self._load()
        if self._writing is None:
            self._create()
            self._load()
        if self._writing is None:
            raise KeyMissing(self.purpose)
        return self._writing, self._keys[self._writing]

    def reading(self, number: int) -> bytes:
        """Return the key of that number. Raises KeyMissing."""
        if number not in self._keys:
            self._load()
        try:
            return self._keys[number]
        except KeyError:
            raise KeyMissing(f"{self.purpose} {number}") from None

    def _load(self) -> None:
        with self._lock:
            wrapper = AESGCM(key_encryption_key())
            rows = CryptoKey.objects.filter(purpose=self.purpose).exclude(state=CryptoKey.State.RETIRED)
            self._writing = None
            for row in rows:
                wrapped = bytes(row.wrapped)
                label = f"{row.purpose}|{row.number}".encode()
                self._keys[row.number] = wrapper.decrypt(wrapped[:NONCE], wrapped[NONCE:], label)
                if row.state == CryptoKey.State.WRITE:
                    self._writing = row.number

    def _create(self) -> None:
        nonce = os.urandom(NONCE)
        label = f"{self.purpose}|1".encode()
        wrapped = nonce + AESGCM(key_encryption_key()).encrypt(nonce, AESGCM.generate_key(KEY * 8), label)
        try:
            with transaction.atomic():
                CryptoKey.objects.create(purpose=self.purpose, number=1, wrapped=wrapped)
        except IntegrityError:
            # Another process made it in the meantime; _load reads that one.
            return


FIELD_KEYS = Keyring("field")
INDEX_KEYS = Keyring("index")


@cache
def _derive(root: bytes, label: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY, salt=None, info=label.encode()).derive(root)


def field_key(label: str, number: int | None = None) -> tuple[int, bytes]:
    """Return (key number, key) of a field: its own sub-key, derived from the writing or the named data key."""
    number, root = FIELD_KEYS.writing() if number is None else (number, FIELD_KEYS.reading(number))
    return number, _derive(root, label)


def index_key(label: str) -> bytes:
    """Return the HMAC key of a blind index."""
    return _derive(INDEX_KEYS.writing()[1], label)


def forget() -> None:
    """Drop every key from memory, so that the next use reads the table again (after a rotation, in tests)."""
    key_encryption_key.cache_clear()
    for ring in (FIELD_KEYS, INDEX_KEYS):
        ring._keys.clear()
        ring._writing = None
