"""One token for the whole portal: what was cached under another one is never shown (performance.md §3).

Fragments live in each process's own memory (`CACHES["fragments"]`); the token lies in the shared cache, so that
a page published on one node is seen on all of them within a moment.
"""

import secrets
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.cache import cache, caches
from django.db import transaction
from django.utils import timezone

KEY = "portal-version"
# A process asks the shared cache again after so many seconds, not for every request.
READ_AGAIN = 0.3


class _Memory:
    token = ""
    read_at = 0.0


def portal_version() -> str:
    """Return the token of what is published now."""
    now = time.monotonic()
    if not _Memory.token or now - _Memory.read_at > READ_AGAIN:
        _Memory.token = cache.get(KEY) or cache.get_or_set(KEY, _new, None) or _new()
        _Memory.read_at = now
    return _Memory.token


# When something of the portal next appears or ends by itself; each app adds its own question.
MOMENTS: list[Callable[[], datetime | None]] = []


def portal_version_now() -> str:
    """Return the token, renewed where the moment has come that a page ends at, or a notice comes into force."""
    moments = kept("moments", lambda: [moment for ask in MOMENTS if (moment := ask()) is not None])
    if any(moment <= timezone.now() for moment in moments):
        portal_changed()
    return portal_version()


def kept[T](key: str, find: Callable[[], T]) -> T:
    """Return what `find` found, from this process's memory while nothing of the portal changed.

    Each caller gets a copy of its own. Not for what depends on the reader.
    """
    fragments, full_key = caches["fragments"], f"{portal_version()}:{key}"
    found = fragments.get(full_key)
    if found is None:
        found = find()
        fragments.set(full_key, found)
    return found


def portal_changed(**_kwargs: Any) -> None:
    """Make every cached fragment of the portal stale (a page was published or withdrawn, a setting changed)."""
    _renew()
    # Once more when others can see the change: until then they may have cached what stood before.
    transaction.on_commit(_renew)


def forget() -> None:
    """Ask the shared cache at the next call."""
    _Memory.token = ""


def _renew() -> None:
    cache.set(KEY, _new(), None)
    forget()


def _new() -> str:
    # Not a number: an emptied cache would begin again at one that a process still remembers.
    return secrets.token_hex(6)
