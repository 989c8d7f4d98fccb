"""The shared cache: Redis, and while that is away or full, a table of the database.

Limits of signing in, the portal's version and copies of sessions are in it. Without it nobody would come in, and a
limit that can't be counted would be none; so each process turns to the table for a moment, which all of them share.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import connections, router, transaction
from django.db.models import DateTimeField, Expression
from django.utils import timezone
from redis.exceptions import RedisError

STAND_IN = "stand_in"
# So long a process does not ask Redis again.
AGAIN = 5.0
log = logging.getLogger("linli.cache")


class _Standing:
    """What this process knows of Redis."""

    was_away = False
    ask_at = 0.0


def forget() -> None:
    """Believe that Redis is there, as a process that starts."""
    _Standing.was_away, _Standing.ask_at = False, 0.0


def is_there() -> bool:
    """Say at once whether Redis answers; who only rings a bell in it need not wait for one that is away."""
    shared = caches["default"]
    if not isinstance(shared, SharedCache) or time.monotonic() < _Standing.ask_at:
        return False
    try:
        return bool(shared.redis._cache.get_client(write=True).ping())
    except RedisError as fault:
        _gone(fault)
        return False


def _gone(fault: RedisError) -> None:
    if not _Standing.was_away:
        log.error("Redis does not serve (%s); the database stands in.", type(fault).__name__)
    _Standing.was_away, _Standing.ask_at = True, time.monotonic() + AGAIN


def serves() -> bool:
    """Say whether Redis takes something now; True where an installation has none."""
    shared = caches["default"]
    if not isinstance(shared, SharedCache):
        return True
    try:
        shared.redis.set("does-it-serve", 1, 60)
    except RedisError:
        return False
    return True


def _either(name: str) -> Callable[..., Any]:
    """Make the method of that name: Redis's, else the table's."""

    def method(self: "SharedCache", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= _Standing.ask_at:
            try:
                if _Standing.was_away:
                    # Meanwhile people signed out, and pages were published; it knows nothing of that.
                    self.redis.clear()
                    _Standing.was_away = False
                    log.warning("Redis serves again; what it held was thrown away.")
                return getattr(self.redis, name)(*args, **kwargs)
            except RedisError as fault:
                _gone(fault)
        return getattr(caches[STAND_IN], name)(*args, **kwargs)

    method.__name__ = name
    return method


class TableCache(DatabaseCache):
    """Django's table, which can count: its own reads and writes apart, and forgets five minutes after the last time."""

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count under the row's lock; what is counted ends when it would have. Raises ValueError where it has."""
        name = self.make_and_validate_key(key, version=version)
        database = router.db_for_write(self.cache_model_class)
        connection = connections[database]
        ends = Expression(output_field=DateTimeField())
        converters = [*connection.ops.get_db_converters(ends), *ends.get_db_converters(connection)]
        lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
        with transaction.atomic(using=database):
            with connection.cursor() as cursor:
                table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]
                cursor.execute(f"SELECT expires FROM {table} WHERE cache_key = %s{lock}", [name])  # noqa: S608
                row = cursor.fetchone()
            value = self.get(key, version=version)
            if row is None or value is None:
                raise ValueError(f"Key {key!r} not found")
            until = row[0]
            for converter in converters:
                until = converter(until, ends, connection)
            left = (until - timezone.now()).total_seconds()
            self.set(key, value + delta, timeout=max(1, round(left)), version=version)
        return value + delta


class SharedCache(BaseCache):
    """Redis as long as it takes what it is given."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.redis = RedisCache(server, params)

    add = _either("add")
    get = _either("get")
    set = _either("set")
    touch = _either("touch")
    delete = _either("delete")
    get_many = _either("get_many")
    set_many = _either("set_many")
    delete_many = _either("delete_many")
    has_key = _either("has_key")
    incr = _either("incr")
    clear = _either("clear")

    def close(self, **kwargs: Any) -> None:
        self.redis.close(**kwargs)
