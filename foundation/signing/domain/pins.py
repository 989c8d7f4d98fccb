"""Keys that a PIN opens: AES-GCM under scrypt, in memory for one signature, five tries (help-platform.md §3.2)."""

import base64
import json
import os
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from django.conf import settings
from django.db import models

from foundation.signing.domain.faults import CertificateNotValid, NotTheSigner, TrivialPin, WrongPin
from foundation.signing.models import Certificate
from foundation.signing.models.certificate import TRIES

NONCE, SALT = 12, 16
SHORTEST = 6


@dataclass(frozen=True)
class OpenedKey:
    """The key of one certificate, open in memory; who holds it has typed the PIN."""

    certificate_id: int
    key: bytes

    def __repr__(self) -> str:
        return f"OpenedKey({self.certificate_id})"


def check_pin(pin: str) -> None:
    """Raise TrivialPin for one that is too short, all alike, or in a row."""
    steps = {(ord(after) - ord(before)) for before, after in pairwise(pin)}
    if not re.fullmatch(r"[0-9]{6,20}", pin, re.ASCII) or (len(steps) == 1 and steps <= {-1, 0, 1}):
        raise TrivialPin
    half = len(pin) // 2
    # 123123, 121212: a short piece again and again.
    if any(len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size) for size in range(1, half + 1)):
        raise TrivialPin


def seal_key(key: ec.EllipticCurvePrivateKey, pin: str, *, label: str) -> str:
    """Return a private key sealed under a PIN, for the certificate of that public name. Raises TrivialPin."""
    check_pin(pin)
    salt, nonce, cost = os.urandom(SALT), os.urandom(NONCE), settings.SIGNING_PIN_COST
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    body = AESGCM(_derive(pin, salt, cost)).encrypt(nonce, plain, label.encode())
    return json.dumps({"n": cost, "salt": _text(salt), "nonce": _text(nonce), "body": _text(body)})


def open_key(certificate: Certificate, pin: str, *, by: Any) -> OpenedKey:
    """Open the key of one's own certificate; a wrong PIN costs one of five tries.

    The try is taken before the PIN is looked at, so that a hundred at once are not a hundred guesses. It counts once the
    surrounding transaction commits: call this outside of one (the ceremony's form does), or catch WrongPin inside.
    Raises NotTheSigner, CertificateNotValid, WrongPin.
    """
    if by is None or certificate.user_id != by.pk or certificate.backend != Certificate.Backend.PIN:
        raise NotTheSigner
    taken = Certificate.objects.filter(pk=certificate.pk, state="valid", tries_left__gt=0)
    if not taken.update(tries_left=models.F("tries_left") - 1):
        certificate.refresh_from_db()
        if certificate.state == Certificate.State.VALID and certificate.is_locked:
            raise WrongPin(0)
        raise CertificateNotValid
    certificate.refresh_from_db()
    if certificate.state != Certificate.State.VALID or not certificate.key:
        # Revoked since the try was taken: its key is gone.
        raise CertificateNotValid
    sealed = json.loads(certificate.key)
    derived = _derive(pin, _bytes(sealed["salt"]), sealed["n"])
    try:
        key = AESGCM(derived).decrypt(
            _bytes(sealed["nonce"]), _bytes(sealed["body"]), certificate.public_id.encode()
        )
    except InvalidTag:
        raise WrongPin(certificate.tries_left) from None
    load_der_private_key(key, None)
    Certificate.objects.filter(pk=certificate.pk).update(tries_left=TRIES)
    certificate.tries_left = TRIES
    return OpenedKey(certificate.pk, key)


def _derive(pin: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(pin.encode())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
