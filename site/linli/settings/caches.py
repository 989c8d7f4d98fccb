"""The caches: Redis where there is one, a table that stands in for it, and each process's own memory."""

import os
from typing import Any

from redis.backoff import NoBackoff
from redis.retry import Retry

REDIS_URL = os.environ.get("REDIS_URL", "")
# Django's 300 would throw rate limits away as soon as a few hundred names were tried.
CACHE_ENTRIES = 200_000
TABLE = {
    "BACKEND": "foundation.core.cache.TableCache",
    "LOCATION": "linli_cache",
    "OPTIONS": {"MAX_ENTRIES": CACHE_ENTRIES},
}
# Redis answers within a second, or counts as away; one dead connection is replaced, nothing is tried for longer.
REDIS_PATIENCE = {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 1)}
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "foundation.core.cache.SharedCache", "LOCATION": REDIS_URL, "OPTIONS": REDIS_PATIENCE}
        if REDIS_URL
        else TABLE
    ),
    # What stands in for Redis while it is away.
    "stand_in": TABLE,
    # Pieces of pages, in each process's own memory, under keys that change with what they show.
    "fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "fragments",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 4000},
    },
    "renditions": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "renditions",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 4000},
    },
}
# Whole pages for visitors, in each process's memory (`linli.kept_pages`); 0: none.
KEPT_PAGES_BYTES = int(os.environ.get("LINLI_KEPT_PAGES_BYTES", str(32 * 1024 * 1024)))
