"""What every request of somebody signed in is measured by: how long sessions last, and staff's second factor."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from foundation.accounts.domain import devices, family, hats, passwords, second_factor, sessions, tries
from foundation.core.access.permissions import Refusal, Refused
from foundation.core.pages.display import remember

ADMIN = "/admin/"
# Set in a session that was found to fulfil what the admin asks of staff.
READY = "staff_ready"
# Whoever acts for another may still sign out.
ALWAYS_OPEN = ("account_logout",)
type Answer = Callable[[HttpRequest], HttpResponse]


def session_rules(get_response: Answer) -> Answer:
    """End sessions that lasted or lay idle too long (A7.3 of the ASVS), and let browsers keep what names them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if _is_signed_in(request) and sessions.is_over(request.session):
            lasted = sessions.has_lasted(request.session)
            logout(request)
            messages.info(
                request,
                _("您这次登录的时间已经很长，为了安全已退出登录。请重新登录。")
                if lasted
                else _("您有一段时间没有操作，为了安全已退出登录。请重新登录。"),
            )
        # What an open page has to know so that it can say so in time.
        request.ends_idle = sessions.idle_seconds(request.session) if _is_signed_in(request) else None  # type: ignore[attr-defined]
        response = get_response(request)
        # Only now it is known which page was asked for; signing out has emptied the session.
        if _was_used(request):
            sessions.touch(request.session)
        token = getattr(request, "device_token", "")
        if token and request.COOKIES.get(settings.DEVICE_COOKIE) != token:
            response.set_cookie(
                settings.DEVICE_COOKIE,
                token,
                max_age=devices.KEEP,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        if shown := getattr(request, "shown_as", None):
            remember(request, response, **shown)
        return response

    return middleware


def _is_signed_in(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session


def _was_used(request: HttpRequest) -> bool:
    """Say whether somebody signed in did something: what an open page asks by itself keeps no session alive."""
    if not _is_signed_in(request):
        return False
    try:
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return False
    return match.view_name not in settings.UNATTENDED_ROUTES


def acting_for(get_response: Answer) -> Answer:
    """Know which hat somebody wears, and whom she acts for (亲情代办), and take changes meanwhile only where a route says so (DESIGN §3)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.acting_for = None  # type: ignore[attr-defined]
        if _is_signed_in(request) and (hat := request.session.get(hats.HAT)) is not None:
            request.user.hat = hat  # type: ignore[union-attr]
        chosen = request.session.get(family.ACTING) if _is_signed_in(request) else None
        if chosen and request.user.is_authenticated:
            request.acting_for = family.relation_of(request.user, chosen)  # type: ignore[attr-defined]
            # Ended by either of them, it ends here with the next click.
            if request.acting_for is None:  # type: ignore[attr-defined]
                del request.session[family.ACTING]
                messages.info(request, _("代办已经结束，现在是您自己的账号。"))
        return get_response(request)

    def process_view(request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> None:
        if request.acting_for is None:  # type: ignore[attr-defined]
            return
        access = getattr(view, "access", None)
        if getattr(access, "own_only", False):
            raise Http404
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return
        said = getattr(access, "for_another", False)
        if not said and request.resolver_match.view_name not in ALWAYS_OPEN:  # type: ignore[union-attr]
            raise Refused(Refusal.FOR_ANOTHER)

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def staff_door(get_response: Answer) -> Answer:
    """Let staff into the admin only with a second factor and a password that is not due (A6; 等保 L3)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            request.path.startswith(ADMIN)
            and request.user.is_authenticated
            and not request.session.get(READY)
        ):
            way = _way_to_go(request)
            if way:
                return redirect(way)
        return get_response(request)

    return middleware


def require_staff_ready(request: HttpRequest, *, back: str = "") -> None:
    """Ask of staff what the admin's door asks, on an ordinary page on which somebody acts for an office (A6; 等保 L3).

    For views outside the admin; nothing is asked of whoever may not enter it. Where something is missing the request
    ends here, with the same way to go as at the door: it raises what allauth's middleware answers with a redirect.
    `back` is where that way leads back to after a POST; without it, to the admin.
    """
    if (
        request.user.is_authenticated
        and not request.session.get(READY)
        and (way := _way_to_go(request, back))
    ):
        raise ImmediateHttpResponse(redirect(way))


def _way_to_go(request: HttpRequest, after_post: str = "") -> str:
    """Return where the person has to go first, with a sentence that says why; empty where nothing is missing."""
    user = request.user
    if not user.can_enter_admin:  # type: ignore[union-attr]
        return ""
    back = urlencode({"next": request.get_full_path() if request.method == "GET" else after_post or ADMIN})
    if second_factor.is_required(user):  # type: ignore[arg-type]
        factors = second_factor.factors_of(user)  # type: ignore[arg-type]
        if not factors:
            messages.info(request, _("进入管理后台前，请先设置两步验证。"))
            return reverse("mfa_index")
        if not second_factor.was_used(request):
            name = "mfa_reauthenticate" if "totp" in factors else "mfa_reauthenticate_webauthn"
            return f"{reverse(name)}?{back}"
    if passwords.is_due(user):  # type: ignore[arg-type]
        messages.info(request, _("您的密码该换了：工作人员的密码每 90 天换一次，并且要更复杂一些。"))
        return f"{reverse('account_change_password')}?{back}"
    request.session[READY] = True
    return ""


class TooManyTries:
    """Lets the page of a form that was sent too often say so to machines too, and show the telephone."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        """Answer 429 with the wait where the form of the page holds such a fault."""
        form = (response.context_data or {}).get("form")
        if isinstance(form, BaseForm) and form.is_bound and (seconds := tries.wait_of(form)):
            response.status_code = 429
            response["Retry-After"] = str(seconds)
            response.context_data["too_often"] = True
        return response
