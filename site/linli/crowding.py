"""When more is asked than can be answered: few at a time, and whoever can't wait hears it at once (performance.md §3).

Requests that stand in line take no work from those that are being answered: the line is short, visitors get the page
of a moment ago, everybody else a short one with 503 and Retry-After. What somebody sends waits longest.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from linli.kept_pages import CROWDED, Application, Environ, StartResponse
from linli.outages import ALIVE, READY, crowded

# How long somebody stands in line, in seconds: a page can be asked for again, a form should not be.
PATIENCE, PATIENCE_OF_A_FORM = 1.0, 5.0


class Crowd:
    """Lets so many requests into `application` at once, keeps a short line, and turns the others away in words."""

    def __init__(self, application: Application, *, at_once: int, in_line: int) -> None:
        self._application = application
        self._places = threading.BoundedSemaphore(at_once)
        self._most, self._waiting, self._lock = in_line, 0, threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in (ALIVE, READY):
            return self._application(environ, start_response)
        if not self._enter(environ):
            stale: Callable[..., Iterable[bytes]] | None = environ.get(CROWDED)
            return stale(environ, start_response) if stale else _turn_away(environ, start_response)
        try:
            answered = self._application(environ, start_response)
        except BaseException:
            self._places.release()
            raise
        return Answer(answered, self._places.release)

    def _enter(self, environ: Environ) -> bool:
        if self._places.acquire(blocking=False):
            return True
        with self._lock:
            if self._waiting >= self._most or CROWDED in environ:
                return False
            self._waiting += 1
        try:
            form = environ["REQUEST_METHOD"] == "POST"
            return self._places.acquire(timeout=PATIENCE_OF_A_FORM if form else PATIENCE)
        finally:
            with self._lock:
                self._waiting -= 1


class Answer:
    """An answer on its way out; its place is free when it is closed, once."""

    def __init__(self, answered: Iterable[bytes], release: Callable[[], None]) -> None:
        self._answered, self._release = answered, release
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answered)

    def close(self) -> None:
        """End the request, as every server does, whatever became of the connection."""
        try:
            close: Any = getattr(self._answered, "close", None)
            if close is not None:
                close()
        finally:
            if self._open:
                self._open = False
                self._release()


def _turn_away(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    response = crowded(WSGIRequest(environ))
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]


def with_a_line(application: Application) -> Application:
    """Return the application as the settings have it: without a line where they name none."""
    if not settings.REQUESTS_AT_ONCE:
        return application
    return Crowd(application, at_once=settings.REQUESTS_AT_ONCE, in_line=settings.REQUESTS_IN_LINE)
