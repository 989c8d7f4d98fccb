"""Identifiers that the application chooses: time-ordered keys and unguessable public names."""

import base64
import secrets
import threading
import time
from typing import Any

from django.utils.crypto import salted_hmac

EPOCH_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
_lock = threading.Lock()
_newest = (0, 0)


def time_ordered_id(at: float | None = None) -> int:
    """Return a 63-bit integer that grows with time: 41 bits of milliseconds, 8 of sequence, 14 of chance.

    Of two made by one process the later is the greater, within a millisecond too. Feed tables are read by this key
    alone, and can be spread over servers without a central counter (performance.md §3). `at` is a Unix time in
    seconds; without it, now.
    """
    global _newest
    milliseconds = max(0, int((time.time() if at is None else at) * 1000) - EPOCH_MS + (1 << 40))
    with _lock:
        # A new millisecond begins somewhere in the lower half, so that two processes seldom meet; what runs over
        # its end lies in the next one.
        sequence = _newest[1] + 1 if milliseconds == _newest[0] else secrets.randbits(7)
        _newest = (milliseconds, sequence)
    return (((milliseconds << 8) + sequence) << 14) | secrets.randbits(14)


def public_id() -> str:
    """Return a name of 16 URL-safe characters (96 bits of chance) for use in addresses."""
    return secrets.token_urlsafe(12)


def name_of_row(label: str, pk: Any) -> str:
    """Return the public name of a row that has none of its own: always the same, and nobody can make it from the key."""
    digest = salted_hmac(f"row:{label}", str(pk), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:12]).decode()
