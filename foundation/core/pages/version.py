"""One token for the whole portal: what was cached under another one is never shown (performance.md §3).

Fragments live in each process's own memory (`CACHES["fragments"]`); the token lies in the shared cache, so that
a page published on one node is seen on all of them within a moment. A second token changes only when something
was taken from the public: what was kept before that is shown to nobody, not even while the site is crowded.
"""

import secrets
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.core.cache import cache, caches
from django.db import transaction
from django.utils import timezone

KEY, WITHDRAWN_KEY = "portal-version", "portal-withdrawn"
# A process asks the shared cache again after so many seconds, not for every request.
READ_AGAIN = 0.3


class Tokens(NamedTuple):
    """What is public now: `version` changes with everything, `withdrawn` only when something went away."""

    version: str
    withdrawn: str


class _Memory:
    tokens: Tokens | None = None
    read_at = 0.0


def tokens() -> Tokens:
    """Return both tokens, as the shared cache had them a moment ago."""
    now = time.monotonic()
    if _Memory.tokens is None or now - _Memory.read_at > READ_AGAIN:
        found = cache.get_many([KEY, WITHDRAWN_KEY])
        _Memory.tokens = Tokens(*(found.get(key) or _first(key) for key in (KEY, WITHDRAWN_KEY)))
        _Memory.read_at = now
    return _Memory.tokens


def portal_version() -> str:
    """Return the token of what is published now."""
    return tokens().version


# When something of the portal next appears or ends by itself; each app adds its own question.
MOMENTS: list[Callable[[], datetime | None]] = []


def tokens_now() -> Tokens:
    """Return the tokens, renewed where the moment has come that a page ends at, or a notice comes into force."""
    moments = kept("moments", lambda: [moment for ask in MOMENTS if (moment := ask()) is not None])
    if any(moment <= timezone.now() for moment in moments):
        portal_changed()
    return tokens()


def portal_version_now() -> str:
    """Return the token of what is published, renewed where a moment has come."""
    return tokens_now().version


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
    """Make every cached piece of the portal stale: a page was withdrawn, a setting changed."""
    _renew(KEY, WITHDRAWN_KEY)
    # Once more when others can see the change: until then they may have cached what stood before.
    transaction.on_commit(lambda: _renew(KEY, WITHDRAWN_KEY))


def portal_grew(**_kwargs: Any) -> None:
    """Make every cached piece stale because something was added: a crowded site may show what stood before."""
    _renew(KEY)
    transaction.on_commit(lambda: _renew(KEY))


def taken_back(**_kwargs: Any) -> None:
    """Somebody's public words went away or changed: no whole page that was kept may show them again.

    Fragments stay: those that hold people's words have keys of their own (docs/adr/0011).
    """
    _renew(WITHDRAWN_KEY)
    transaction.on_commit(lambda: _renew(WITHDRAWN_KEY))


def forget() -> None:
    """Ask the shared cache at the next call."""
    _Memory.tokens = None


def last_tokens() -> Tokens | None:
    """Return the tokens as this process last knew them, without asking: for whoever can't."""
    return _Memory.tokens


def _first(key: str) -> str:
    return cache.get_or_set(key, _new, None) or _new()


def _renew(*keys: str) -> None:
    cache.set_many(dict.fromkeys(keys, _new()), None)
    forget()


def _new() -> str:
    # Not a number: an emptied cache would begin again at one that a process still remembers.
    return secrets.token_hex(6)
