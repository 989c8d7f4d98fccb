"""Seal and open values; find sealed values again by a keyed blind index (security.md §7)."""

import hashlib
import hmac
import os
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from foundation.core.crypto.keys import NONCE, field_key, index_key, index_keys

VERSION = 1


class SealBroken(Exception):
    """The ciphertext was altered, or stands in another row or field than the one it was sealed for."""


def seal(text: str, *, label: str, row: str) -> bytes:
    """Encrypt `text` for one field (`app.model.field`) of one row.

    Returns version (1 byte), key number (1), nonce (12), ciphertext with tag; AES-256-GCM.
    """
    number, key = field_key(label)
    nonce = os.urandom(NONCE)
    return (
        bytes((VERSION, number))
        + nonce
        + AESGCM(key).encrypt(nonce, text.encode(), f"{label}|{row}".encode())
    )


def open_sealed(sealed: bytes, *, label: str, row: str) -> str:
    """Decrypt what `seal` made for the same field and row.

    Raises SealBroken where it was altered or moved, KeyMissing where its key is not held.
    """
    sealed = bytes(sealed)
    if len(sealed) < 2 + NONCE or sealed[0] != VERSION:
        raise SealBroken(label)
    _number, key = field_key(label, sealed[1])
    nonce, body = sealed[2 : 2 + NONCE], sealed[2 + NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, body, f"{label}|{row}".encode()).decode()
    except InvalidTag:
        raise SealBroken(label) from None


def blind_index(value: str, *, label: str) -> str:
    """Return 32 hex digits that are stored beside a sealed value, so that it is found without being readable.

    Values are compared without spaces, in NFKC, in capitals: `１１０…x` and `110…X` agree.
    """
    return _digest(value, index_key(label))


def blind_indexes(value: str, *, label: str) -> list[str]:
    """Return every index under which the value may stand: what looks it up asks for one of these.

    While index keys are replaced there are two generations in the table; equal values then differ.
    """
    return [_digest(value, key) for key in index_keys(label)]


def _digest(value: str, key: bytes) -> str:
    plain = "".join(unicodedata.normalize("NFKC", value).upper().split())
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()[:32]
