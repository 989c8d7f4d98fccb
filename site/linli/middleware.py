"""Response policies that depend on the route."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.csp import CSP
from django.utils.functional import SimpleLazyObject
from django.utils.http import escape_leading_slashes

from foundation.core.api.problems import Problem, answer
from foundation.core.pages.display import MODES, remember
from foundation.core.pages.models import site_of
from linli.views import wrong_method

ADMIN_CSP = {
    **settings.SECURE_CSP,
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
}


API = "/api/"
# The package's editor sends and takes back each piece of a translation by itself.
TRANSLATING = "/admin/localize/"


def api_door(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep cookies out of the API on the way in and out: a token is all that counts there, and no page can send one.

    What it answers is made for one reader, and kept by nobody on the way.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API):
            return get_response(request)
        request.COOKIES.clear()
        response = get_response(request)
        response.cookies.clear()
        add_never_cache_headers(response)
        response.headers["Vary"] = "Accept-Language, Authorization"
        return response

    return middleware


def api_language(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let the API speak the language that the client asks for; its addresses name none."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API):
            return get_response(request)
        with translation.override(translation.get_language_from_request(request)):
            response = get_response(request)
            response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        return response

    return middleware


def admin_csp(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give Wagtail's admin its own policy: version 8.0 still has inline scripts (wagtail/wagtail#1288)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # What only leads elsewhere, as to the sign-in page, has nothing inline.
        if request.path.startswith("/admin/") and not 300 <= response.status_code < 400:
            response._csp_config = ADMIN_CSP  # type: ignore[attr-defined]
        return response

    return middleware


def portal_site(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Hand Wagtail the site it would look for in the database at every request, where it looks first."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request._wagtail_site = SimpleLazyObject(lambda: site_of(request))  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def private_pages(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Keep what was made for one reader out of every cache: pages read with a session, and all of `account/`.

    On a shared computer the next person would find them with the Back button.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        page = response.headers.get("Content-Type", "").startswith(("text/html", "application/json"))
        personal = settings.SESSION_COOKIE_NAME in request.COOKIES or "/account/" in request.path
        if personal and page:
            add_never_cache_headers(response)
        return response

    return middleware


def wrong_method_page(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give somebody who opens the address of a form a page in words; Django's own refusal is empty."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and request.path.startswith(API):
            return answer(Problem(405, "method", headers={"Allow": response.headers["Allow"]}))
        if response.status_code != 405 or request.method not in ("GET", "POST") or response.content:
            return response
        page = wrong_method(request)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware


def shown_by_address(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let `?mode=elder` at the end of any address switch the way of showing: a poster's QR code leads there (U2)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        mode = request.GET.get("mode")
        if mode not in MODES or request.method not in ("GET", "HEAD") or request.path.startswith("/admin/"):
            return get_response(request)
        rest = request.GET.copy()
        del rest["mode"]
        # Of two strokes at the beginning a browser would make another site.
        path = escape_leading_slashes(request.path)
        response = redirect(f"{path}?{rest.urlencode()}" if rest else path)
        remember(request, response, mode=mode)
        return response

    return middleware


METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
API_METHODS = [*METHODS, "PUT", "PATCH", "DELETE"]


def known_methods(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse what no page of ours answers: Django's form views take PUT for POST, and allauth's break on it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        known = API_METHODS if request.path.startswith((API, TRANSLATING)) else METHODS
        if request.method not in known:
            return HttpResponseNotAllowed(known)
        return get_response(request)

    return middleware


# What somebody who is leaving can still do: stay, take her data along, show who she is, sign out.
WHILE_LEAVING = (
    "own:leave",
    "own:data",
    "accounts:display",
    "account_logout",
    "account_reauthenticate",
    "accounts:confirm_by_code",
    "mfa_index",
)
# What is no page, or is everybody's: the look of that one page, and what machines ask.
NO_PAGES = (
    "/mode/",
    "/theme.css",
    "/static/",
    "/healthz",
    "/readyz",
    "/sw.js",
    "/favicon.ico",
    "/robots.txt",
)


def on_the_way_out(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Show somebody whose account is being closed only the page on which she can take it back (A7)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path.startswith(NO_PAGES):
            return get_response(request)
        user = request.user
        if not user.is_authenticated or user.leaves_at is None:
            return get_response(request)
        open_still = tuple(reverse(name) for name in WHILE_LEAVING)
        return get_response(request) if request.path.startswith(open_still) else redirect("own:leave")

    return middleware
