"""Signing up, the real name, the telephone, the own data and leaving (A1, A2, A3, A7, U5)."""

from datetime import date
from pathlib import Path as FilePath
from typing import Any, Literal

from allauth.account.internal.flows.email_verification import verify_email_and_resume
from allauth.account.internal.flows.phone_verification import ChangePhoneVerificationProcess
from allauth.account.models import get_emailconfirmation_model
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse, RateLimited
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from foundation.accounts.adapter import AccountAdapter
from foundation.accounts.domain.activation import is_activated
from foundation.accounts.domain.confirmation import require_fresh
from foundation.accounts.interfaces.forms import ConfirmPhoneForm
from foundation.accounts.permissions import AccountPermission
from foundation.core import kinds
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.problems import FieldError, Problem, checked, invalid
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, Moment, PublicId
from foundation.core.api.scope import TokenScope
from foundation.core.models import Place
from identity.domain import claims, leaving, own_data
from identity.interfaces.archive import archive_of
from identity.interfaces.forms import SignUpForm, SixItemsForm, communities
from identity.interfaces.telephone import BindPhoneForm
from identity.models import Claim, DataExport
from identity.models.claim import OPEN
from identity.permissions import IdentityPermission
from identity.rules import Document

routes = Routes("identity")
NAMES = {"real_name": "name", "password1": "password", "place": "community"}


class CommunityOut(Schema):
    id: str = Field(description="What a sign-up names it by.")
    name: str


@routes.reads(
    "/communities",
    scope=None,
    open_because="a newcomer has to say where she lives",
    returns=list[CommunityOut],
)
def list_communities(request: ApiRequest) -> list[dict[str, str]]:
    """List the communities that somebody can belong to."""
    return [{"id": place.slug, "name": place.name} for place in communities()]


class SixItems(Given):
    """姓名、性别、生日、证件类型及证件号码、手机号 and where one lives; the mail address is the account's."""

    name: str = Field(min_length=1, max_length=50, description="As the document has it.")
    gender: Literal["female", "male"]
    birthday: date
    document: Literal[tuple(Document.values)]  # type: ignore[valid-type]
    number: str = Field(min_length=1, max_length=40)
    phone: str = Field(min_length=1, max_length=30)
    community: str = Field(min_length=1, max_length=60)
    consent: bool = Field(description="To use them for finding out who she is.")


def _fields(body: SixItems) -> dict[str, Any]:
    """Return the items as the form of the page takes them."""
    place = Place.objects.filter(slug=body.community).values_list("pk", flat=True).first()
    return {
        "real_name": body.name,
        "gender": body.gender,
        "birthday": body.birthday.isoformat(),
        "document": body.document,
        "number": body.number,
        "phone": body.phone,
        "place": place or 0,
        "consent": "on" if body.consent else "",
    }


class SignUp(SixItems):
    email: str = Field(min_length=3, max_length=254)
    password: str = Field(min_length=1, max_length=200)
    display_name: str = Field("", max_length=20)


@routes.writes(
    "POST",
    "/accounts",
    scope=None,
    open_because="it is how one joins; limits and answers are those of the page",
    returns=None,
    status=202,
)
def sign_up(request: ApiRequest, body: SignUp) -> None:
    """Join the community; a letter brings the key that activates the account.

    Nobody learns from the answer whether an address is known.
    """
    if not ratelimit.consume(request, action="signup"):
        raise RateLimited
    data = _fields(body) | {
        "email": body.email,
        "password1": body.password,
        "display_name": body.display_name,
    }
    form = checked(SignUpForm(data), NAMES)
    try:
        form.try_save(request)
    except ImmediateHttpResponse:
        # allauth's way of showing a page; what it says there, the letter says here.
        return


class Activation(Given):
    key: str = Field(min_length=1, max_length=200, description="The last part of the letter's link.")


@routes.writes(
    "POST",
    "/accounts/activate",
    scope=None,
    open_because="whoever has the letter is its owner",
    returns=None,
    status=204,
    document_extra={"errors": (404,)},
)
def activate(request: ApiRequest, body: Activation) -> None:
    """Confirm a mail address, and with the first one activate the account."""
    found = get_emailconfirmation_model().from_key(body.key)
    if found is None:
        raise Http404
    address, _response = verify_email_and_resume(request, found)
    if address is None:
        raise Problem(409, "conflict", _("这个链接已经用过，或者过期了。"))


class Verification(Schema):
    """Where the real-name verification stands."""

    verified: bool
    name: str = Field(description="As it was verified; empty before.")
    verified_at: Moment | None
    state: str = Field(description="Of the latest claim; empty where there is none.")
    reason: str = Field(description="Why the latest claim was refused.")
    activated: bool
    can_claim: bool = Field(description="A claim can be filed now.")


def _latest(request: ApiRequest) -> Claim | None:
    return Claim.objects.filter(user=request.user).order_by("-created_at", "-id").first()


def _verification(request: ApiRequest) -> dict[str, Any]:
    user, latest = request.user, _latest(request)
    waits = latest is not None and latest.state in OPEN
    return {
        "verified": user.is_verified,
        "name": user.verified_name,
        "verified_at": user.verified_at,
        "state": latest.state if latest else "",
        "reason": latest.reason if latest and latest.state == Claim.State.REFUSED else "",
        "activated": is_activated(user),
        "can_claim": not user.is_verified and not waits,
    }


CLAIM = {"scope": TokenScope.ACCOUNT, "may": IdentityPermission.CLAIM_IDENTITY}


@routes.reads("/me/verification", returns=Verification, **CLAIM)
def read_verification(request: ApiRequest) -> dict[str, Any]:
    """Read where the own verification stands."""
    return _verification(request)


@routes.writes("POST", "/me/verification", returns=Verification, status=201, **CLAIM)
def claim_identity(request: ApiRequest, body: SixItems) -> dict[str, Any]:
    """File a claim with the six items, which staff compare; 409 where one waits or the person is verified."""
    if not _verification(request)["can_claim"]:
        raise Problem(409, "conflict")
    form = checked(SixItemsForm(_fields(body)), NAMES)
    try:
        claims.file_claim(
            by=request.user,
            items=form.items(request.user.email),
            verdict=form.verdict,
            place=form.cleaned_data["place"],
        )
    except claims.ClaimOpen:
        raise Problem(409, "conflict") from None
    return _verification(request)


@routes.writes("POST", "/me/verification/submit", returns=Verification, **CLAIM)
def submit_draft(request: ApiRequest) -> dict[str, Any]:
    """Send a claim that was left as a draft when the account was activated."""
    if not is_activated(request.user):
        raise Problem(403, "not_activated")
    claims.submit_drafts(request.user)
    return _verification(request)


@routes.writes("DELETE", "/me/verification", returns=Verification, **CLAIM)
def abandon_claim(request: ApiRequest) -> dict[str, Any]:
    """Take the own claim back; what was filled in is erased within thirty days."""
    for waiting in Claim.objects.filter(user=request.user, state__in=OPEN).select_related("place"):
        claims.abandon_claim(waiting, by=request.user)
    return _verification(request)


KEEP: dict[str, Any] = {"scope": TokenScope.ACCOUNT, "may": AccountPermission.KEEP_ACCOUNT}


class PhoneIn(Given):
    phone: str = Field(min_length=1, max_length=30)


@routes.writes("POST", "/me/phone", returns=None, status=202, **KEEP)
def change_phone(request: ApiRequest, body: PhoneIn) -> None:
    """Send a code to a mobile number, to bind it to the account; asks for a fresh confirmation."""
    require_fresh(request)
    if not ratelimit.consume(request, action="change_phone"):
        raise RateLimited
    bound = AccountAdapter().get_phone(request.user)
    form = checked(BindPhoneForm({"phone": body.phone}, user=request.user, phone=bound[0] if bound else None))
    ChangePhoneVerificationProcess.initiate(request, form.cleaned_data["phone"])


class CodeIn(Given):
    code: str = Field(min_length=1, max_length=20)


@routes.writes("POST", "/me/phone/verify", returns=None, status=204, **KEEP)
def verify_phone(request: ApiRequest, body: CodeIn) -> None:
    """Bind the number to which the code was sent; one can sign in by it from then on."""
    process = ChangePhoneVerificationProcess.resume(request)
    if process is None:
        raise invalid([FieldError("code", "expired", _("验证码已失效，请重新获取。"))])
    form = ConfirmPhoneForm({"code": body.code}, code=process.code, user=process.user, phone=process.phone)
    if not form.is_valid():
        process.record_invalid_attempt()
    checked(form)
    process.finish()


class ExportOut(Schema):
    """A copy of the own data."""

    id: str
    state: Literal[tuple(DataExport.State.values)]  # type: ignore[valid-type]
    percent: int
    size: int
    asked_at: Moment
    expires_at: Moment | None
    can_be_fetched: bool


def _export_out(export: DataExport) -> dict[str, Any]:
    return {
        "id": export.public_id,
        "state": export.state,
        "percent": 100 if export.can_be_fetched else export.percent,
        "size": export.size,
        "asked_at": export.asked_at,
        "expires_at": export.expires_at,
        "can_be_fetched": export.can_be_fetched,
    }


@routes.reads("/me/data", returns=list[ExportOut], while_leaving=True, **KEEP)
def list_exports(request: ApiRequest) -> list[dict[str, Any]]:
    """Say where the latest copy of the own data stands; an empty list before one was asked for."""
    latest = DataExport.objects.visible_to(request.user).order_by("-asked_at", "-pk")[:1]
    return [_export_out(export) for export in latest]


@routes.writes("POST", "/me/data", returns=ExportOut, status=202, while_leaving=True, **KEEP)
def request_export(request: ApiRequest) -> dict[str, Any]:
    """Ask for a copy of the own data; asks for a fresh confirmation, and 409 where one is being packed."""
    require_fresh(request)
    try:
        return _export_out(own_data.request_export(by=request.user))
    except own_data.AlreadyPacking:
        raise Problem(409, "conflict", _("已经在打包了，请等它完成。")) from None


def _export(request: ApiRequest, public_id: str) -> DataExport:
    return get_object_or_404(DataExport.objects.visible_to(request.user), public_id=public_id)


@routes.writes("DELETE", "/me/data/{id}", returns=None, status=204, while_leaving=True, **KEEP)
def cancel_export(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Give up, or throw away, a copy of the own data."""
    own_data.cancel_export(_export(request, id), by=request.user)


@routes.reads(
    "/me/data/{id}/archive",
    returns=None,
    while_leaving=True,
    document_extra={
        "answer": {
            "description": "The archive.",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
    **KEEP,
)
def fetch_export(request: ApiRequest, id: PublicId) -> HttpResponseBase:  # noqa: A002
    """Fetch a copy of the own data; asks for a fresh confirmation."""
    export = _export(request, id)
    if not export.can_be_fetched or not FilePath(export.file).exists():
        raise Http404
    require_fresh(request)
    own_data.fetched(export, by=request.user)
    return archive_of(export, request.user)


class Leaving(Schema):
    leaves_at: Moment | None = Field(description="When the account is closed; null: she stays.")
    blockers: list[str] = Field(description="What has to be settled before.")


class LeaveIn(Given):
    words: Literal["delete", "keep"] = Field(
        description="What becomes of what she wrote for others: it goes, or stays without her name."
    )


def _leaving(request: ApiRequest) -> dict[str, Any]:
    request.user.refresh_from_db(fields=["leaves_at"])
    return {
        "leaves_at": request.user.leaves_at,
        "blockers": [str(reason) for reason in kinds.leaving_blockers(request.user)],
    }


@routes.reads("/me/leaving", returns=Leaving, while_leaving=True, **KEEP)
def read_leaving(request: ApiRequest) -> dict[str, Any]:
    """Say whether the account is being closed, and what stands in the way."""
    return _leaving(request)


@routes.writes("POST", "/me/leaving", returns=Leaving, status=202, **KEEP)
def leave(request: ApiRequest, body: LeaveIn) -> dict[str, Any]:
    """Begin the seven days after which the account is erased; asks for a fresh confirmation."""
    require_fresh(request)
    leaving.ask_to_leave(by=request.user, keep_words=body.words == "keep")
    return _leaving(request)


@routes.writes("DELETE", "/me/leaving", returns=Leaving, while_leaving=True, **KEEP)
def stay(request: ApiRequest) -> dict[str, Any]:
    """Stay after all; nothing is lost."""
    try:
        leaving.take_back(by=request.user)
    except leaving.TooLate:
        raise Problem(409, "conflict", _("七天已过，账号正在注销，不能再取消。")) from None
    return _leaving(request)
