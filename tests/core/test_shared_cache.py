"""While Redis is away or full a table stands in: limits are counted, and what Redis held is believed no more (A1, M4)."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.core.management import call_command
from redis.exceptions import ConnectionError as Away
from redis.exceptions import OutOfMemoryError

from foundation.core import cache as shared

pytestmark = [pytest.mark.django_db, pytest.mark.row("A1", "M4")]


class Redis:
    """What stands behind it, with a mood."""

    def __init__(self) -> None:
        self.mood: Exception | None = None
        self.held: dict[str, Any] = {}

    def _do(self) -> None:
        if self.mood is not None:
            raise self.mood

    def get(self, key: str, default: Any = None) -> Any:
        self._do()
        return self.held.get(key, default)

    def set(self, key: str, value: Any, timeout: Any = None) -> None:
        self._do()
        self.held[key] = value

    def clear(self) -> None:
        self._do()
        self.held.clear()


@pytest.fixture
def redis(monkeypatch: Any) -> Iterator[Redis]:
    stub = Redis()
    shared.forget()
    yield stub
    shared.forget()


@pytest.fixture
def cache(redis: Redis) -> shared.SharedCache:
    made = shared.SharedCache("redis://127.0.0.1:1/0", {})
    made.redis = redis
    return made


@pytest.mark.security(33)
@pytest.mark.parametrize("mood", [Away("refused"), OutOfMemoryError("OOM")])
def test_what_redis_does_not_take_the_table_takes(
    cache: shared.SharedCache, redis: Redis, mood: Exception
) -> None:
    redis.mood = mood
    cache.set("limit", 3, 60)
    assert cache.get("limit") == 3
    assert caches["stand_in"].get("limit") == 3
    assert redis.held == {}


def test_it_is_not_asked_again_for_a_moment(
    cache: shared.SharedCache, redis: Redis, monkeypatch: Any
) -> None:
    now = [1000.0]
    monkeypatch.setattr("foundation.core.cache.time.monotonic", lambda: now[0])
    redis.mood = Away("refused")
    cache.set("a", 1, 60)
    redis.mood = None
    cache.set("b", 2, 60)
    assert redis.held == {}, "every page would wait for a Redis that is not there"
    now[0] += shared.AGAIN
    cache.set("c", 3, 60)
    assert redis.held == {"c": 3}


def test_who_rings_a_bell_hears_at_once_that_nobody_is_there(monkeypatch: Any) -> None:
    away = shared.SharedCache("redis://127.0.0.1:1/0", {})
    monkeypatch.setattr(shared, "caches", {"default": away})
    assert not shared.is_there()
    assert shared._Standing.was_away
    monkeypatch.setattr(shared, "caches", {"default": object()})
    assert not shared.is_there()
    assert shared.serves(), "an installation without Redis misses none"
    shared.forget()


@pytest.mark.deny
@pytest.mark.security(39)
def test_a_session_ended_meanwhile_does_not_come_back_with_redis(
    cache: shared.SharedCache, redis: Redis, monkeypatch: Any
) -> None:
    now = [1000.0]
    monkeypatch.setattr("foundation.core.cache.time.monotonic", lambda: now[0])
    cache.set("session", "lin", 60)
    redis.mood = Away("refused")
    cache.get("session")
    cache.delete("session")
    redis.mood, now[0] = None, now[0] + shared.AGAIN
    assert cache.get("session") is None


@pytest.fixture
def table(db: None) -> shared.TableCache:
    """What counts where there is no Redis; the suite's own cache is another one."""
    call_command("createcachetable", "counts", verbosity=0)
    return shared.TableCache("counts", {"TIMEOUT": 300})


@pytest.mark.security(33)
@pytest.mark.deny
def test_a_limit_of_a_day_is_counted_for_a_day(table: shared.TableCache) -> None:
    """Django's own table forgets what was counted five minutes after the last time."""
    with time_machine.travel("2026-11-29 08:00:00Z", tick=False) as clock:
        table.add("limit:export", 0, 24 * 60 * 60)
        for count in (1, 2):
            assert table.incr("limit:export") == count
        clock.shift(23 * 60 * 60)
        assert table.incr("limit:export") == 3
        clock.shift(61 * 60)
        with pytest.raises(ValueError, match="not found"):
            table.incr("limit:export")


@pytest.mark.security(33)
def test_what_was_never_counted_is_not_there(table: shared.TableCache) -> None:
    with pytest.raises(ValueError, match="not found"):
        table.incr("limit:nothing")
