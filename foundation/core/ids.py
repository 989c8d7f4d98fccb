"""Identifiers that the application chooses: time-ordered keys and unguessable public names."""

import base64
import secrets
import threading
import time
from typing import Any

from django.utils.crypto import salted_hmac

EPOCH_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z


class _Sequence:
    """Counts within a millisecond, for all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = self._count = 0

    def __call__(self, milliseconds: int) -> int:
        with self._lock:
            # A new millisecond begins somewhere in the lower half, so that two processes seldom meet; what runs
            # over its end lies in the next one.
            self._count = self._count + 1 if milliseconds == self._milliseconds else secrets.randbits(7)
            self._milliseconds = milliseconds
            return self._count


_sequence = _Sequence()


def time_ordered_id(at: float | None = None) -> int:
    """Return a 63-bit integer that grows with time: 41 bits of milliseconds, 8 of sequence, 14 of chance.

    Of two made by one process the later is the greater, within a millisecond too. Feed tables are read by this key
    alone, and can be spread over servers without a central counter (performance.md §3). `at` is a Unix time in
    seconds; without it, now.
    """
    milliseconds = max(0, int((time.time() if at is None else at) * 1000) - EPOCH_MS + (1 << 40))
    return (((milliseconds << 8) + _sequence(milliseconds)) << 14) | secrets.randbits(14)


def public_id() -> str:
    """Return a name of 16 URL-safe characters (96 bits of chance) for use in addresses."""
    return secrets.token_urlsafe(12)


def name_of_row(label: str, pk: Any) -> str:
    """Return the public name of a row that has none of its own: always the same, and nobody can make it from the key."""
    digest = salted_hmac(f"row:{label}", str(pk), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:12]).decode()
