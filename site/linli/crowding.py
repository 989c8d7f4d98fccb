"""When more is asked than can be answered: few at a time, and whoever can't wait hears it at once (performance.md §3).

Requests that stand in line take no work from those that are being answered: the line is short, visitors get the page
of a moment ago, everybody else a short one with 503 and Retry-After. What somebody sends waits longest.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from linli.kept_pages import CROWDED, Application, Environ, StartResponse
from linli.outages import ALIVE, READY, crowded

# How long somebody stands in line, in seconds: a page can be asked for again, a form should not be.
PATIENCE, PATIENCE_OF_A_FORM = 1.0, 5.0


class Crowd:
    """Lets so many requests into `application` at once, keeps a short line, and turns the others away in words.

    A place that gets free is handed to whoever has stood in line longest: a semaphore would let newcomers pass.
    """

    def __init__(self, application: Application, *, at_once: int, in_line: int) -> None:
        self._application = application
        self._free, self._most = at_once, in_line
        self._line: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in (ALIVE, READY):
            return self._application(environ, start_response)
        if not self.enter(environ):
            stale: Callable[..., Iterable[bytes]] | None = environ.get(CROWDED)
            return stale(environ, start_response) if stale else _turn_away(environ, start_response)
        try:
            answered = self._application(environ, start_response)
        except BaseException:
            self.leave()
            raise
        return Answer(answered, self.leave)

    def enter(self, environ: Environ) -> bool:
        """Take a place, after a wait where none is free; say whether there was one for this request."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            if len(self._line) >= self._most or CROWDED in environ:
                return False
            turn = threading.Event()
            self._line.append(turn)
        if turn.wait(PATIENCE_OF_A_FORM if environ["REQUEST_METHOD"] == "POST" else PATIENCE):
            return True
        with self._lock:
            if turn.is_set():
                # Handed over in the last moment.
                return True
            self._line.remove(turn)
            return False

    def leave(self) -> None:
        """Give a place back: to the first in line, while somebody stands there."""
        with self._lock:
            if self._line:
                self._line.popleft().set()
            else:
                self._free += 1


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
