"""When the site can't answer: closed for work, or something that it stands on is away (503), or a fault (500).

These pages stand on nothing that may be broken: no database, no context, no list of hashed file names.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.core.access.routes import open_to_all
from foundation.core.api import problems
from foundation.core.api.problems import Problem
from foundation.core.closing import is_closed
from foundation.core.models import SiteSettings
from foundation.core.outage import RETRY_AFTER, is_outage
from foundation.core.pages.display import MODE_COOKIE
from linli.middleware import API
from linli.refused import typed

# They are asked while the site is closed, too.
ALIVE, READY = "/healthz", "/readyz"


@dataclass(frozen=True)
class Closed:
    """The site is closed for work: until about when, why, and whom to call meanwhile."""

    until: datetime
    why: str = ""
    hotline: str = ""
    hours: str = ""

    @property
    def seconds_left(self) -> int:
        return max(RETRY_AFTER, int((self.until - timezone.now()).total_seconds()))


def close(*, minutes: int, why: str = "") -> Closed:
    """Close the site: from the next request on everybody reads why, and until about when."""
    try:
        contact = SiteSettings.current()
    except DatabaseError:
        contact = SiteSettings()
    until = timezone.now() + timedelta(minutes=minutes)
    closed = Closed(until, why, contact.hotline, contact.office_hours)
    words = {**vars(closed), "until": until.isoformat()}
    file = Path(settings.MAINTENANCE_FILE)
    # Read whole or not at all, by whichever request comes in between.
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
    draft.replace(file)
    return closed


def reopen() -> bool:
    """Open the site again; False where it was open."""
    file = Path(settings.MAINTENANCE_FILE)
    was_closed = file.exists()
    file.unlink(missing_ok=True)
    return was_closed


def closed_now() -> Closed | None:
    """Return why the site is closed, None where it is open. A file made by hand, even an empty one, closes it too."""
    if not is_closed():
        return None
    try:
        words = json.loads(Path(settings.MAINTENANCE_FILE).read_text(encoding="utf-8"))
        return Closed(**{**words, "until": datetime.fromisoformat(words["until"])})
    except (OSError, ValueError, KeyError, TypeError):
        return Closed(timezone.now() + timedelta(minutes=10))


def maintenance(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer everything but `/healthz` with the page that says why, while the site is closed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        closed = closed_now()
        if closed is None or request.path == ALIVE:
            return get_response(request)
        if request.path == READY:
            return _plain("closed", closed.seconds_left)
        return unavailable(request, closed)

    return middleware


def server_error(request: HttpRequest) -> HttpResponse:
    """Tell an outage from a fault: the one passes, the other we have to mend."""
    if is_outage(sys.exc_info()[1]):
        return unavailable(request)
    if request.path.startswith(API):
        return _problem(request, Problem(500, "fault"))
    if "HX-Request" in request.headers:
        return _plain(_("出了点问题，不是您的错。请过一会儿再试。"), status=500)
    return HttpResponse(_page(request, "500.html"), status=500)


def unavailable(request: HttpRequest, closed: Closed | None = None) -> HttpResponse:
    """Say that it will work again soon; what was typed comes back."""
    seconds = closed.seconds_left if closed else RETRY_AFTER
    if request.path.startswith(API):
        return _problem(request, problems.unavailable(seconds=seconds, detail=closed.why if closed else ""))
    if "HX-Request" in request.headers:
        return _plain(_("网站暂时不能用，请过几分钟再试。"), seconds)
    page = _page(request, "503.html", closed=closed)
    return HttpResponse(page, status=503, headers=_headers(seconds))


# Whoever is turned away because of the crowd may come again so soon, in seconds.
COME_AGAIN = 5


def crowded(request: HttpRequest) -> HttpResponse:
    """Say that too many are here just now; what was typed comes back. No middleware has seen this request."""
    language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    with translation.override(language):
        if request.path.startswith(API):
            return _problem(request, problems.unavailable(seconds=COME_AGAIN))
        if "HX-Request" in request.headers:
            return _plain(_("现在访问的人很多，请过几秒再试。"), COME_AGAIN)
        page = _page(request, "503.html", crowded=True)
        return HttpResponse(page, status=503, headers=_headers(COME_AGAIN))


def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Answer a client of the API, which reads no page; nothing has looked for its language yet."""
    with translation.override(translation.get_language_from_request(request)):
        response = problems.answer(problem)
        response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    response.headers["Cache-Control"] = "no-store"
    return response


def _plain(words: str, seconds: int = RETRY_AFTER, *, status: int = 503) -> HttpResponse:
    return HttpResponse(
        words, status=status, content_type="text/plain; charset=utf-8", headers=_headers(seconds)
    )


def _headers(seconds: int) -> dict[str, str]:
    return {"Retry-After": str(seconds), "Cache-Control": "no-store"}


def _page(request: HttpRequest, template: str, closed: Closed | None = None, *, crowded: bool = False) -> str:
    known: Any = closed if closed and closed.hotline else SiteSettings.last_known()
    context = {
        "closed": closed,
        "crowded": crowded,
        "hotline": known.hotline if known else "",
        "hours": (getattr(known, "hours", "") or getattr(known, "office_hours", "")) if known else "",
        "elder": request.COOKIES.get(MODE_COOKIE) == "1",
        "again": request.get_full_path() if request.method == "GET" else "/",
        "typed": _typed(request),
    }
    return loader.get_template(template).render(context)


def _typed(request: HttpRequest) -> list[str]:
    try:
        return typed(request)
    except (OSError, SuspiciousOperation, BadRequest):
        # The body itself was what went wrong: it did not come whole, or there was no room for it.
        return []


@open_to_all("a load balancer asks")
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@open_to_all("a load balancer asks")
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The process can work: its database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _plain("away")
    return HttpResponse("ready", content_type="text/plain")
