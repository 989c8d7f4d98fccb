"""Which answers may be kept whole for every visitor, before Django (performance.md §3; docs/adr/0022).

A view says so; nothing is guessed. Whatever was read with a session, sets a cookie or has form tokens is never kept
(`linli.kept_pages` looks again).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Between the view and what stands before Django; it never leaves the server.
HEADER, SEEN_HEADER = "Linli-Keep", "Linli-Seen"
# What hangs on the clock ("5 minutes ago") is right within a minute.
SECONDS = 60

# What counts the readers of a kept page, by the first word of `seen`.
_counters: dict[str, Callable[[str], None]] = {}


def may_be_kept(request: HttpRequest) -> bool:
    """Say whether a request is a visitor's: it asks for a page, and brings neither session nor htmx."""
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "HX-Request" not in request.headers
        and not getattr(request, "is_preview", False)
    )


def keep[R: HttpResponseBase](
    request: HttpRequest, response: R, *, seconds: int = SECONDS, seen: str = ""
) -> R:
    """Let an answer be given to every visitor until the portal changes, at most for so many seconds.

    `seen` ("article:17") is counted each time that it is shown (`counts`).
    """
    if response.status_code == 200 and may_be_kept(request):
        response.headers[HEADER] = str(seconds)
        if seen:
            response.headers[SEEN_HEADER] = seen
    return response


def kept_for_visitors[V: Callable[..., Any]](view: V) -> V:
    """Mark a view whose answer to visitors depends on address, language and way of showing alone."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return keep(request, view(request, *args, **kwargs))

    return marked  # type: ignore[return-value]


def counts(what: str) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    """Make the decorated function the counter of kept pages whose `seen` begins with `what`."""

    def register(counter: Callable[[str], None]) -> Callable[[str], None]:
        _counters[what] = counter
        return counter

    return register


def count(seen: str) -> None:
    """Count one more reader of a kept page."""
    what, _, which = seen.partition(":")
    if what in _counters:
        _counters[what](which)
