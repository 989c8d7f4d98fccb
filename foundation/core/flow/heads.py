"""Signed heads of the audit log, kept in a second place: what shows that the log's end was cut (O4; security.md §7).

The chain alone can't say so: whoever may write in the database can cut its end and move the head back. The key is
a data key, which opens only by the key-encryption key outside the database; signed are number and digest, RFC 8032.
"""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from foundation.core.crypto.keys import head_keys, key_encryption_key
from foundation.core.flow import chores
from foundation.core.flow.models import AuditEntry, AuditHead

EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class BadHead:
    """A published head that the log does not agree with; `line` is where it stands in the file."""

    line: int
    fault: str


def _message(head: dict[str, Any]) -> bytes:
    return f"linli audit head\n{head['seq']}\n{head['digest']}\n{head['at']}".encode()


def public_key() -> str:
    """Return the key that signed heads are checked with, base64."""
    return _public(head_keys()[0])


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _as_before_there_were_head_keys() -> Ed25519PrivateKey:
    """The key of the heads that were signed before data keys of their own did it."""
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"linli audit head").derive(
        key_encryption_key()
    )
    return Ed25519PrivateKey.from_private_bytes(seed)


def signed_head() -> dict[str, Any]:
    """Return the log's present end, signed: seq, digest, at (UTC), key and signature (base64)."""
    row = AuditHead.objects.get(id=1)
    head: dict[str, Any] = {
        "seq": row.seq,
        "digest": row.digest,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    head["key"] = public_key()
    head["signature"] = base64.b64encode(head_keys()[0].sign(_message(head))).decode()
    return head


@chores.each(chores.Rhythm.MINUTE)
def publish() -> int:
    """Append the signed head to the file AUDIT_HEADS where the log grew; at most every five minutes."""
    path = Path(settings.AUDIT_HEADS)
    last_head = last(path)
    if last_head is not None:
        if datetime.now(UTC) - datetime.fromisoformat(last_head["at"]) < EVERY:
            return 0
        if last_head["seq"] == AuditHead.objects.values_list("seq", flat=True).get(id=1):
            return 0
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    cut = path.exists() and not _end(path).endswith(b"\n")
    with path.open("a", encoding="ascii") as file:
        # What was cut while it was written stays a line of its own: the file may be one that only grows.
        file.write(("\n" if cut else "") + json.dumps(signed_head()) + "\n")
    return 1


def last(path: Path) -> dict[str, Any] | None:
    """The newest head of the file: its last whole line."""
    if not path.exists():
        return None
    for line in reversed(_end(path).splitlines()):
        try:
            return json.loads(line)
        except ValueError:
            continue
    return None


def _end(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2048))
        return file.read()


def _signed(message: bytes, signature: bytes, *, by: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(by)).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def check(lines: Iterable[str], *, key: str = "") -> tuple[int, BadHead | None]:
    """Compare published heads with the log; return how many agree, and the first that does not.

    `key` is the public key that the reader trusts (base64), empty for those of this installation. A line that was cut
    while it was written counts for nothing.
    """
    trusted = [key] if key else [_public(one) for one in (*head_keys(), _as_before_there_were_head_keys())]
    agreeing = 0
    for number, line in enumerate(lines, start=1):
        try:
            head = json.loads(line)
            signature = base64.b64decode(head["signature"])
            message = _message(head)
        except (ValueError, KeyError, TypeError):
            if line.startswith("{") and not line.rstrip().endswith("}"):
                continue
            return agreeing, BadHead(number, "is no head")
        if not any(_signed(message, signature, by=one) for one in trusted):
            return agreeing, BadHead(number, "was not signed by this key")
        if head["seq"] and not AuditEntry.objects.filter(seq=head["seq"], digest=head["digest"]).exists():
            return agreeing, BadHead(number, f"names entry {head['seq']}, which the log does not have so")
        agreeing += 1
    return agreeing, None
