"""Whole pages for visitors, from each process's own memory, before Django sees the request (docs/adr/0022).

A page is kept where its view said so (`core.pages.keeping`), under host, address, language and way of showing, as
long as the portal's token stands. When something was added, one request draws the page anew while the others still
get the one before; when something was taken away, nobody gets it.
"""

import gzip
import hashlib
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import close_old_connections
from django.http import parse_cookie

from foundation.core.closing import is_closed
from foundation.core.pages import keeping
from foundation.core.pages.display import MODE_COOKIE, SIZE_COOKIE, SIZES
from foundation.core.pages.version import READ_AGAIN, Tokens, last_tokens, tokens, tokens_now

type Environ = dict[str, Any]
type StartResponse = Callable[..., Any]
type Application = Callable[[Environ, StartResponse], Iterable[bytes]]

log = logging.getLogger("linli.kept_pages")
# Larger ones are files rather than pages.
LARGEST = 512 * 1024
# What stood before is shown so many seconds at most, while one request draws the page anew or the site is crowded.
STALE = 60.0
# An address with other parameters is somebody's own question.
PARAMETERS = {
    "page": re.compile(r"[1-9]\d{0,3}"),
    "channel": re.compile(r"[\w-]{1,30}"),
    "tag": re.compile(r"[\w-]{1,100}"),
}
# What the two cookies of the way of showing can say; whatever else is in them is nobody's page but its own.
MODES, TYPE_SIZES = {"", "0", "1"}, {"", *map(str, SIZES)}
# Whoever has one of these is no plain visitor; the second one carries a word for its reader.
PERSONAL = (settings.SESSION_COOKIE_NAME, "messages")
CROWDED = "linli.crowded"
DROPPED = {
    "content-length",
    "cache-control",
    "expires",
    "etag",
    keeping.HEADER.lower(),
    keeping.SEEN_HEADER.lower(),
}


@dataclass
class Page:
    """One kept answer."""

    tokens: Tokens
    until: float
    headers: list[tuple[str, str]]
    etag: str
    plain: bytes
    zipped: bytes
    seen: str
    # The mode and the size of type for which it was drawn.
    shown: tuple[str, str]
    drawing: bool = field(default=False)

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.zipped)

    def is_fresh(self, tokens: Tokens, now: float) -> bool:
        return self.tokens == tokens and now < self.until

    def may_be_stale(self, tokens: Tokens, now: float) -> bool:
        """Nothing went away since, and it is not a minute old: better than an error, or a wait."""
        return self.tokens.withdrawn == tokens.withdrawn and now < self.until + STALE

    def may_lie_in_proxy(self, environ: Environ) -> bool:
        """nginx may keep it too: it read the same way of showing out of the cookies, which people can spell in many ways."""
        same = environ.get("HTTP_LINLI_SHOWN") == f"{self.shown[0]}|{self.shown[1]}"
        return settings.PAGES_KEPT_BY_PROXY and not self.seen and same

    def answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Give it, compressed where the reader takes that, or say that she has it already."""
        if self.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 Not Modified", self.headers)
            return [b""]
        headers, body = self.headers, self.plain
        if self.zipped and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            headers, body = [*headers, ("Content-Encoding", "gzip")], self.zipped
        if self.may_lie_in_proxy(environ):
            # To the end of this second: nginx shows nothing longer, and a page whose readers are counted not at all.
            headers = [*headers, ("X-Accel-Expires", f"@{int(time.time())}")]
        start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


class KeptPages:
    """The outermost callable: answers visitors from memory, asks `application` for everything else."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._pages: dict[tuple[Any, ...], Page] = {}
        self._bytes = 0
        self._lock = threading.Lock()
        self._open = True
        self._asked_at = 0.0

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = key_of(environ) if settings.KEPT_PAGES_BYTES else None
        if key is None:
            return self._application(environ, _without_marks(start_response))
        tokens, now = self._tokens_now(), time.monotonic()
        page = self._pages.get(key)
        if page is not None and tokens is not None:
            self._used(key)
            if page.is_fresh(tokens, now) or (page.drawing and page.may_be_stale(tokens, now)):
                if page.seen:
                    keeping.count(page.seen)
                    close_old_connections()
                return page.answer(environ, start_response)
            if page.may_be_stale(tokens, now):
                page.drawing = True
                # Whoever stands next decides by it whether this request can wait for a page drawn anew.
                environ[CROWDED] = page.answer
        try:
            return self._ask(key, tokens, environ, start_response)
        finally:
            if page is not None:
                page.drawing = False

    def forget(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def _tokens_now(self) -> Tokens | None:
        """Return what is public now; None while the node is closed for work.

        What this process itself changed counts at once, what others did and what the clock brings a moment later.
        """
        now = time.monotonic()
        try:
            if now - self._asked_at <= READ_AGAIN:
                return tokens() if self._open else None
            self._asked_at, self._open = now, not is_closed()
            if not self._open:
                return None
            found = tokens_now()
        except Exception:
            # What was true a moment ago is still the best answer; the pages' own queries will say more.
            log.warning("The portal's token can't be read.")
            return last_tokens()
        # No request of Django's ends here, which would give the connection back.
        close_old_connections()
        return found

    def _ask(
        self, key: tuple[Any, ...], tokens: Tokens | None, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        said: list[Any] = []

        def hear(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            said[:] = [status, headers]

        answered = self._application(environ, hear)
        status, headers = said
        named = {name.lower(): value for name, value in headers}
        seconds = int(named.get(keeping.HEADER.lower(), 0))
        if not seconds or tokens is None or "set-cookie" in named or environ["REQUEST_METHOD"] != "GET":
            start_response(status, _plain(headers))
            return answered
        try:
            body = b"".join(answered)
        finally:
            close = getattr(answered, "close", None)
            if close is not None:
                close()
        seen = named.get(keeping.SEEN_HEADER.lower(), "")
        page = _page_of(tokens, seconds, headers, seen, key[-2:], body)
        if page.size <= LARGEST:
            self._keep(key, page)
        return page.answer({**environ, "HTTP_IF_NONE_MATCH": ""}, start_response)

    def _used(self, key: tuple[Any, ...]) -> None:
        """Let it stand last in line for going: what nobody reads goes first."""
        with self._lock:
            if (page := self._pages.pop(key, None)) is not None:
                self._pages[key] = page

    def _keep(self, key: tuple[Any, ...], page: Page) -> None:
        with self._lock:
            before = self._pages.pop(key, None)
            self._bytes += page.size - (before.size if before else 0)
            self._pages[key] = page
            while self._bytes > settings.KEPT_PAGES_BYTES:
                longest_unread = next(iter(self._pages))
                self._bytes -= self._pages.pop(longest_unread).size


def key_of(environ: Environ) -> tuple[Any, ...] | None:
    """Return under what a visitor's page would be kept; None where the request is not a plain visitor's."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or "HTTP_HX_REQUEST" in environ:
        return None
    # As Django reads them: it takes quotes off, and the last one of a name.
    cookies = parse_cookie(environ.get("HTTP_COOKIE", ""))
    if not cookies.keys().isdisjoint(PERSONAL):
        return None
    mode, size = cookies.get(MODE_COOKIE, ""), cookies.get(SIZE_COOKIE, "")
    if mode not in MODES or size not in TYPE_SIZES:
        return None
    query = environ.get("QUERY_STRING", "")
    if query and not _is_of_a_list(query):
        return None
    return (
        environ.get("HTTP_HOST", ""),
        environ.get("wsgi.url_scheme", ""),
        environ.get("HTTP_X_FORWARDED_PROTO", ""),
        environ.get("PATH_INFO", ""),
        query,
        mode,
        size,
    )


def _is_of_a_list(query: str) -> bool:
    """Say whether an address has only what lists know, and in the form that they write."""
    try:
        asked = parse_qsl(query, keep_blank_values=True, max_num_fields=5) if len(query) < 200 else None
    except ValueError:
        return False
    return asked is not None and all(
        name in PARAMETERS and PARAMETERS[name].fullmatch(value) for name, value in asked
    )


def _page_of(
    tokens: Tokens,
    seconds: int,
    headers: list[tuple[str, str]],
    seen: str,
    shown: tuple[Any, ...],
    body: bytes,
) -> Page:
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    kept = [(name, value) for name, value in headers if name.lower() not in DROPPED]
    kept += [("Cache-Control", "public, max-age=0, must-revalidate"), ("ETag", etag)]
    vary = {part.strip() for name, value in headers if name.lower() == "vary" for part in value.split(",")}
    kept = [(name, value) for name, value in kept if name.lower() != "vary"]
    kept.append(("Vary", ", ".join(sorted({*vary, "Accept-Encoding", "Cookie"} - {""}))))
    now = time.monotonic()
    zipped = gzip.compress(body, 6, mtime=0) if len(body) > 200 else b""
    return Page(tokens, now + seconds, kept, etag, body, zipped, seen, (shown[0], shown[1]))


def _plain(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    marks = {keeping.HEADER.lower(), keeping.SEEN_HEADER.lower()}
    return [(name, value) for name, value in headers if name.lower() not in marks]


def _without_marks(start_response: StartResponse) -> StartResponse:
    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        return start_response(status, _plain(headers))

    return start
