"""What a device's sign-in remembers for some minutes: that she has just shown who she is, a code that was sent.

allauth keeps such things in the session. The API has none: neither cookie nor row of the table of sessions.
"""

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache

SECONDS = 900


class Memory(SessionBase):
    """Looks like a session to allauth. Without a name it forgets everything with the request."""

    def __init__(self, name: str = "") -> None:
        # A session without a key loads nothing.
        super().__init__(f"api-memory:{name}" if name else None)
        self.name = name

    def load(self) -> dict[str, Any]:
        return cache.get(f"api-memory:{self.name}", {}) if self.name else {}

    def save(self, must_create: bool = False) -> None:
        """Keep what was written; called once, when the operation is over."""
        if self.name and self.modified:
            cache.set(f"api-memory:{self.name}", dict(self.items()), SECONDS)

    def create(self) -> None:
        self._session_cache: dict[str, Any] = {}

    def exists(self, session_key: str) -> bool:
        return False

    def delete(self, session_key: str | None = None) -> None:
        if self.name:
            cache.delete(f"api-memory:{self.name}")
