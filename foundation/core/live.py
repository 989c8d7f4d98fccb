"""The port by which open pages are told that something of theirs changed; they then ask for it themselves.

A message says only what to ask for again ("unread"), never what happened. Without the live process nothing is sent,
and the same pages ask every few seconds.
"""

import logging
from collections.abc import Iterable
from functools import cache, partial
from typing import Any

import redis
from django.conf import settings
from django.db import transaction

CHANNEL = "linli:live:"
log = logging.getLogger("linli.live")


def publish(people: Iterable[int], event: str = "unread") -> None:
    """Tell the open pages of those people, once the caller's transaction stands, that `event` is to be asked anew."""
    if settings.LIVE and (told := sorted(set(people))):
        transaction.on_commit(partial(_send, told, event))


@cache
def _client(url: str) -> Any:
    return redis.Redis.from_url(url, **settings.REDIS_PATIENCE)


def _send(people: list[int], event: str) -> None:
    try:
        with _client(settings.REDIS_URL).pipeline(transaction=False) as line:
            for person in people:
                line.publish(f"{CHANNEL}{person}", event)
            line.execute()
    except redis.RedisError:
        # A page that hears nothing asks again when it is looked at.
        log.warning("Redis did not take a live message.")
