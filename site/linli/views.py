"""What the whole site answers: refusals that say what to do next, and what machines ask for."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.log import log_response
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.static import serve

from foundation.core.access.limits import A_MINUTE, TooOften, in_words
from foundation.core.access.permissions import Refusal, Refused
from foundation.core.access.refusals import why
from foundation.core.access.routes import open_to_all
from linli.refused import typed


@open_to_all("the sizes of editors' pictures that pages show")
@require_safe
def cut_picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """Give out a cut picture; behind nginx this is never asked.

    Nothing else of MEDIA_ROOT has an address: documents are checked one by one, originals are nobody's.
    """
    return serve(request, path, document_root=str(Path(settings.MEDIA_ROOT) / "images"))


def came_from(request: HttpRequest) -> str:
    """Return the page of this site on which the form or link stood, as a path; empty where that is not known."""
    of_htmx = request.headers.get("HX-Current-URL", "")
    address = of_htmx or request.headers.get("Referer", "")
    own = {request.get_host()}
    if not url_has_allowed_host_and_scheme(address, allowed_hosts=own, require_https=request.is_secure()):
        return ""
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""


def _login_url(request: HttpRequest) -> str:
    is_page = request.method in ("GET", "HEAD") and "HX-Request" not in request.headers
    back = request.get_full_path() if is_page else came_from(request) or "/"
    return f"{reverse('account_login')}?{urlencode({'next': back})}"


def _after_a_form(request: HttpRequest) -> dict[str, Any]:
    """Return what every page knows that stands where a form was refused."""
    return {
        "typed": typed(request),
        "back_url": came_from(request),
        "login_url": _login_url(request),
    }


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say why, and what to do next; whoever only has to sign in is brought there and back.

    A piece of a page that was asked for by htmx must not become a page of its own: it gets a way, or a sentence.
    """
    if isinstance(exception, TooOften):
        return too_often(request, seconds=exception.seconds)
    refusal = exception.refusal if isinstance(exception, Refused) else Refusal.FORBIDDEN
    if "HX-Request" in request.headers:
        if refusal is Refusal.SIGN_IN:
            return HttpResponse(status=403, headers={"HX-Redirect": _login_url(request)})
        return HttpResponse(why(refusal, request.user), status=403, content_type="text/plain; charset=utf-8")
    if refusal is Refusal.SIGN_IN and request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    context = {"refusal": str(refusal), "why": why(refusal, request.user), **_after_a_form(request)}
    return render(request, "403.html", context, status=403)


def too_often(request: HttpRequest, *, seconds: int = A_MINUTE) -> HttpResponse:
    """Say that it was too much in a short time, and how long to wait; what was typed comes back."""
    if "HX-Request" in request.headers:
        answer = HttpResponse(
            _("短时间内试的次数太多了。%(wait)s") % {"wait": in_words(seconds)},
            status=429,
            content_type="text/plain; charset=utf-8",
        )
    else:
        context = {"wait": in_words(seconds), **_after_a_form(request)}
        answer = render(request, "429.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    # In one line and by its name: Django would call it forbidden and print where in the code it was noticed.
    log_response("Too often: %s", request.path, response=answer, request=request)
    return answer


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that it is gone, or was never there; what was typed into a form for it comes back."""
    return render(request, "404.html", _after_a_form(request), status=404)


def wrong_method(request: HttpRequest) -> HttpResponse:
    """Say that there is nothing to see where forms are sent to."""
    return render(request, "405.html", _after_a_form(request), status=405)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say which limit a request broke: too large in all, too many files; everything else only that it is wrong."""
    too_large = isinstance(exception, RequestDataTooBig)
    context = {"too_large": too_large, "too_many": isinstance(exception, TooManyFilesSent)}
    return render(request, "400.html", context, status=413 if too_large else 400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or came from elsewhere: nothing was done, and what was typed comes back."""
    if "HX-Request" in request.headers:
        fresh = (
            {"HX-Refresh": "true"} if request.user.is_authenticated else {"HX-Redirect": _login_url(request)}
        )
        return HttpResponse(status=403, headers=fresh)
    return render(request, "403_csrf.html", _after_a_form(request), status=403)


@open_to_all("the admin's own sign-in is the site's sign-in")
@require_safe
def admin_login(request: HttpRequest) -> HttpResponse:
    """Wagtail asks for its login page: there is only one, allauth's."""
    wanted = request.GET.get("next") or reverse("wagtailadmin_home")
    if request.user.is_authenticated:
        raise Refused(Refusal.FORBIDDEN)
    return redirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")


@open_to_all("the only sign-in is allauth's, with its limits and its second look")
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """Stand before the form that Wagtail brings for its restricted pages, which knows no limit of attempts."""
    return redirect(f"{reverse('account_login')}?{urlencode({'next': request.GET.get('next') or '/'})}")


@open_to_all("names the installation to browsers and search engines")
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may take: pages, sign-up, and spaces as their owners show them to everybody, no statuses."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        # Whatever is personal leads a stranger to the sign-in page; that page itself may be found, once.
        "Disallow: /account/*?",
        "Disallow: /u/*/*/",
        "Disallow: /files/",
        "Disallow: /search/",
    ]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
