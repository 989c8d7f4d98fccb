"""The live process: one connection for each open page, over which the bell hears that it should ask again (S11).

Server-sent events (WHATWG HTML, 9.2) at `/live/`, an ASGI application of its own, so that the web processes stay few and
synchronous. Who listens is found by the session, and asked for again every minute: a session that ended or an account
that was suspended hears nothing more.
"""

import asyncio
import contextlib
import os
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

import django
from asgiref.sync import sync_to_async

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings.production")
django.setup()

from django.conf import settings  # noqa: E402 - after the set-up
from django.contrib.auth import get_user  # noqa: E402
from django.db import close_old_connections  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from redis import RedisError  # noqa: E402
from redis.asyncio import Redis  # noqa: E402

from foundation.accounts.domain import sessions  # noqa: E402
from foundation.core.live import CHANNEL  # noqa: E402

type Send = Callable[[dict[str, Any]], Awaitable[None]]
type Receive = Callable[[], Awaitable[dict[str, Any]]]

HEARTBEAT = float(os.environ.get("LINLI_LIVE_HEARTBEAT", "20"))
# Within a minute, heartbeats included.
ASK_AGAIN = float(os.environ.get("LINLI_LIVE_ASK_AGAIN", "40"))
MOST = int(os.environ.get("LINLI_LIVE_MOST", "5000"))
MOST_OF_ONE = 6
SESSION = import_module(settings.SESSION_ENGINE).SessionStore


class Hub:
    """Hears Redis once for all pages of this process, and hands on to those that it concerns."""

    def __init__(self) -> None:
        self.listeners: dict[int, set[asyncio.Queue[str]]] = defaultdict(set)
        self.task: asyncio.Task[None] | None = None

    @property
    def count(self) -> int:
        return sum(map(len, self.listeners.values()))

    @contextlib.contextmanager
    def listening(self, person: int) -> Any:
        """Give a queue of the events of one person."""
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._hear())
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=8)
        self.listeners[person].add(queue)
        try:
            yield queue
        finally:
            self.listeners[person].discard(queue)
            if not self.listeners[person]:
                del self.listeners[person]

    def tell(self, person: int, event: str) -> None:
        for queue in self.listeners.get(person, ()):
            # A full queue already says that there is something to ask for.
            with contextlib.suppress(asyncio.QueueFull):
                queue.put_nowait(event)

    async def _hear(self) -> None:
        while True:
            try:
                async with Redis.from_url(settings.REDIS_URL) as link, link.pubsub() as line:
                    await line.psubscribe(f"{CHANNEL}*")
                    # What was said while nobody listened is lost: everybody asks once.
                    for person in list(self.listeners):
                        self.tell(person, "unread")
                    async for message in line.listen():
                        if message["type"] == "pmessage":
                            person = message["channel"].decode().removeprefix(CHANNEL)
                            if person.isdigit():
                                self.tell(int(person), message["data"].decode())
            except (RedisError, OSError):
                await asyncio.sleep(1)


hub = Hub()


def _who(cookies: str) -> int | None:
    """Return whose session this is, or None where it ended or its account may not be used."""
    close_old_connections()
    try:
        jar: SimpleCookie = SimpleCookie(cookies)
        morsel = jar.get(settings.SESSION_COOKIE_NAME)
        if morsel is None:
            return None
        request = HttpRequest()
        request.session = SESSION(morsel.value)
        if sessions.is_over(request.session):
            return None
        user = get_user(request)
        usable = user.is_authenticated and user.is_active and not user.is_suspended
        return user.pk if usable else None
    except CookieError:
        return None
    finally:
        close_old_connections()


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer `GET /live/`; everything else is 404."""
    if scope["type"] != "http":
        return
    if scope["path"] == "/live/readyz":
        await _refuse(send, 200)
        return
    if scope["path"] != "/live/" or scope["method"] != "GET":
        await _refuse(send, 404)
        return
    cookies = "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
    who = sync_to_async(_who, thread_sensitive=False)
    person = await who(cookies)
    if person is None:
        # 204 tells the browser not to come again.
        await _refuse(send, 204)
        return
    if hub.count >= MOST or len(hub.listeners.get(person, ())) >= MOST_OF_ONE:
        await _refuse(send, 503)
        return
    gone = asyncio.create_task(_left(receive))
    try:
        await _tell(send, person, gone, lambda: who(cookies))
    finally:
        gone.cancel()


async def _tell(
    send: Send, person: int, gone: asyncio.Task[None], who: Callable[[], Awaitable[int | None]]
) -> None:
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        # nginx would hold the events back until a buffer is full.
        (b"x-accel-buffering", b"no"),
    ]
    with hub.listening(person) as queue:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await _write(send, b"retry: 5000\n\nevent: unread\ndata:\n\n")
        asked = time.monotonic()
        while not gone.done():
            try:
                async with asyncio.timeout(HEARTBEAT):
                    event = await queue.get()
            except TimeoutError:
                event = ""
            if time.monotonic() - asked >= ASK_AGAIN:
                if await who() != person:
                    break
                asked = time.monotonic()
            await _write(send, f"event: {event}\ndata:\n\n".encode() if event else b":\n\n")
    if not gone.done():
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _write(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store"), (b"retry-after", b"30")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
