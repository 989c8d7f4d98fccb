"""Signing in, the devices of the account, and who one is (U5)."""

from typing import Any

from allauth.core.exceptions import RateLimited, ReauthenticationRequired
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from foundation.accounts.domain import confirmation, devices, entering, tokens, tries
from foundation.accounts.domain.entering import Hindrance, NotYet
from foundation.accounts.interfaces.schemas import PersonOut, person_out
from foundation.accounts.mfa import SecondStepForm
from foundation.accounts.models import Device, DeviceToken, User
from foundation.accounts.permissions import AccountPermission
from foundation.core.access.addresses import address_of
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.memory import Memory
from foundation.core.api.problems import FieldError, Problem, answers, checked, invalid, too_often
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, Moment, PublicId
from foundation.core.api.scope import TokenScope

routes = Routes("accounts")
CHALLENGE = {"WWW-Authenticate": "Bearer"}


@answers(RateLimited)
def _rate_limited(request: HttpRequest, fault: Exception) -> Problem:
    # It does not say which limit it was; of those that hold for an address the windows are a minute.
    return too_often()


@answers(ReauthenticationRequired)
def _confirm_first(request: HttpRequest, fault: Exception) -> Problem:
    return Problem(403, "confirm", _("请先用密码、两步验证的验证码或寄给您的验证码确认是您本人。"))


@answers(NotYet)
def _not_yet(request: HttpRequest, fault: NotYet) -> Problem:
    if fault.why is Hindrance.SECOND_FACTOR:
        return Problem(401, fault.why.value, headers=CHALLENGE)
    return Problem(403, fault.why.value)


class SignIn(Given):
    login: str = Field(min_length=1, max_length=254, description="Mail address or mobile number.")
    password: str = Field(min_length=1, max_length=200)
    code: str = Field(
        "",
        max_length=20,
        description="Of the authenticator app, or a recovery code, where the account has one.",
    )
    device_name: str = Field(min_length=1, max_length=60)
    scopes: list[TokenScope] = Field(
        default=list(TokenScope),
        min_length=1,
        max_length=len(TokenScope),
        description="Not more than the app needs.",
    )


class TokenOut(Schema):
    """A device that may use the API."""

    id: str
    name: str
    scopes: list[TokenScope]
    device: str = Field(description="What is known of it: browser, system, half of its network address.")
    current: bool = Field(description="It is the one that asks.")
    made_at: Moment
    last_used_at: Moment
    expires_at: Moment


class NewToken(TokenOut):
    token: str = Field(description="Send it as `Authorization: Bearer …`. Nobody sees it again.")


def _token_out(token: DeviceToken, current: DeviceToken | None) -> dict[str, Any]:
    return {
        "id": token.public_id,
        "name": token.name,
        "scopes": token.scope_list,
        "device": str(token.device),
        "current": current is not None and token.pk == current.pk,
        "made_at": token.made_at,
        "last_used_at": token.last_used_at,
        "expires_at": token.expires_at,
    }


@routes.writes(
    "POST",
    "/tokens",
    scope=None,
    open_because="it is how one signs in; limits and answers are those of the page",
    returns=NewToken,
    status=201,
)
def sign_in(request: ApiRequest, body: SignIn, response: HttpResponse) -> dict[str, Any]:
    """Sign in with a device.

    Answers 401 `credentials` for whatever does not belong together, and 401 `second_factor` where a code is needed.
    """
    form = entering.login_form(request, login=body.login, password=body.password)
    if not form.is_valid():
        raise _not_in(form, "credentials")
    user = entering.check_standing(request, form)
    method = "password"
    if entering.needs_code(user, body.code):
        second = SecondStepForm({"code": body.code}, user=user)
        if not second.is_valid():
            raise _not_in(second, "second_factor")
        second.authenticator.record_usage()
        method = "mfa"
    entering.check_password_age(user)
    token, secret = tokens.make_token(
        user,
        name=body.device_name,
        scopes=body.scopes,
        agent=request.headers.get("User-Agent", ""),
        address=address_of(request),
    )
    request.session = Memory(f"token:{token.pk}")
    entering.confirmed(request, user, method=method)
    response["Location"] = reverse("api:tokens-id", args=[token.public_id])
    return {**_token_out(token, token), "token": secret}


def _not_in(form: Any, name: str) -> Problem:
    """Say why a form that signs in was refused: too often, or wrong; which part was wrong nobody learns."""
    errors = [error for found in form.errors.as_data().values() for error in found]
    words = " ".join(message for error in errors for message in error.messages)
    if seconds := tries.wait_of(form):
        return too_often(seconds, words)
    return Problem(401, name, words, headers=CHALLENGE)


@routes.reads("/tokens", scope=TokenScope.ACCOUNT, may=AccountPermission.KEEP_ACCOUNT, returns=list[TokenOut])
def list_tokens(request: ApiRequest) -> list[dict[str, Any]]:
    """List the devices that may use the API for this account."""
    return [_token_out(token, request.token) for token in tokens.tokens_of(request.user)]


@routes.writes(
    "DELETE",
    "/tokens/current",
    scope=None,
    may=AccountPermission.KEEP_ACCOUNT,
    returns=None,
    status=204,
    while_leaving=True,
)
def sign_out(request: ApiRequest) -> None:
    """Sign this device out."""
    tokens.end_token(request.token, by=request.user)


@routes.writes(
    "DELETE",
    "/tokens/{id}",
    scope=TokenScope.ACCOUNT,
    may=AccountPermission.KEEP_ACCOUNT,
    returns=None,
    status=204,
)
def end_token(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Sign another device of this account out."""
    token = tokens.tokens_of(request.user).filter(public_id=id).first()
    if token is None:
        raise Http404
    tokens.end_token(token, by=request.user)


class DeviceOut(Schema):
    """A browser in which the account is signed in."""

    id: str
    browser: str
    system: str
    network: str
    first_seen_at: Moment
    last_seen_at: Moment


@routes.reads(
    "/devices", scope=TokenScope.ACCOUNT, may=AccountPermission.KEEP_ACCOUNT, returns=list[DeviceOut]
)
def list_devices(request: ApiRequest) -> list[dict[str, Any]]:
    """List the browsers in which this account is signed in."""
    names = ("browser", "system", "network", "first_seen_at", "last_seen_at")
    return [
        {"id": device.public_id, **{name: getattr(device, name) for name in names}}
        for device in devices.devices_of(request.user)
    ]


@routes.writes(
    "POST",
    "/devices/sign-out",
    scope=TokenScope.ACCOUNT,
    may=AccountPermission.KEEP_ACCOUNT,
    returns=None,
    status=204,
)
def sign_out_everywhere(request: ApiRequest) -> None:
    """Sign every browser and every device out, this one too."""
    devices.sign_out_others(by=request.user, but=None)


@routes.writes(
    "DELETE",
    "/devices/{id}",
    scope=TokenScope.ACCOUNT,
    may=AccountPermission.KEEP_ACCOUNT,
    returns=None,
    status=204,
)
def sign_out_browser(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Sign a browser of this account out."""
    try:
        devices.sign_out(id, by=request.user)
    except Device.DoesNotExist:
        raise Http404 from None


class Confirmation(Given):
    """One of the ways by which somebody shows that it is she."""

    password: str = Field("", max_length=200)
    code: str = Field("", max_length=20, description="Of the authenticator app, or a recovery code.")
    sent_code: str = Field("", max_length=20, description="The one that `POST /confirmations/code` sent.")


@routes.writes(
    "POST",
    "/confirmations",
    scope=TokenScope.ACCOUNT,
    may=AccountPermission.KEEP_ACCOUNT,
    returns=None,
    status=204,
    while_leaving=True,
)
def confirm(request: ApiRequest, body: Confirmation) -> None:
    """Show who one is, before what can't be undone: for five minutes, on this device."""
    user: User = request.user
    if body.password:
        if not entering.is_right_password(user, body.password):
            raise invalid([FieldError("password", "incorrect_password", _("密码不对，请核对后再填。"))])
        entering.confirmed(request, user, method="password")
    elif body.code:
        form = checked(SecondStepForm({"code": body.code}, user=user))
        form.authenticator.record_usage()
        entering.confirmed(request, user, method="mfa")
    elif body.sent_code:
        _confirm_by_sent_code(request, body.sent_code)
    else:
        raise invalid([FieldError("password", "missing", _("请填写这一项。"))])


def _confirm_by_sent_code(request: ApiRequest, typed: str) -> None:
    try:
        right = confirmation.answer(request, typed)
    except confirmation.NoCode:
        raise invalid([FieldError("sent_code", "expired", _("验证码已失效，请重新获取。"))]) from None
    if not right:
        raise invalid([FieldError("sent_code", "incorrect_code", _("验证码不对，请核对后再填。"))])


@routes.writes(
    "POST",
    "/confirmations/code",
    scope=TokenScope.ACCOUNT,
    may=AccountPermission.KEEP_ACCOUNT,
    returns=None,
    status=204,
    while_leaving=True,
)
def send_code(request: ApiRequest) -> None:
    """Send a code to the account's mail address, or to its telephone where that is all it has."""
    if not confirmation.send_code(request):
        raise too_often(tries.window("request_login_code"), _("验证码寄得太频繁了，请过一会儿再试。"))


class Me(PersonOut):
    """The person herself, as far as this device may know."""

    scopes: list[TokenScope]
    place: str = Field(description="The community where she lives, as it was verified.")
    muted_until: Moment | None
    suspended_until: Moment | None
    leaves_at: Moment | None = Field(description="Her account is closed then, unless she stays.")
    email: str | None = Field(description="Only for devices with the scope `account`.")
    mobile: str | None = Field(description="Only for devices with the scope `account`; empty: none is bound.")


@routes.reads("/me", scope=None, may=AccountPermission.KEEP_ACCOUNT, returns=Me, while_leaving=True)
def me(request: ApiRequest) -> dict[str, Any]:
    """Say who is signed in."""
    user: User = request.user
    private = TokenScope.ACCOUNT in request.token.scope_list
    return {
        **person_out(user).model_dump(),
        "scopes": request.token.scope_list,
        "place": user.place.name if user.place else "",
        "muted_until": user.muted_until if user.is_muted else None,
        "suspended_until": user.suspended_until if user.is_suspended else None,
        "leaves_at": user.leaves_at,
        "email": user.email if private else None,
        "mobile": user.phone_sealed if private else None,
    }
