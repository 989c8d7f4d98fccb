"""Reporting, the own reports, the own standing and appeals (O2, U5)."""

from typing import Annotated, Any, Literal

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.text import Truncator
from ninja import Schema
from pydantic import Field

from foundation.core.access.permissions import Refusal, Refused
from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import PageQuery
from foundation.core.api.problems import checked
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, Moment, PublicId
from foundation.core.api.scope import TokenScope
from foundation.moderation.domain import appeals, reports
from foundation.moderation.domain.queries.cases import held_from, own_reports, own_sanctions
from foundation.moderation.interfaces.cases import ReportForm
from foundation.moderation.models import Report, Sanction
from foundation.moderation.permissions import ModerationPermission

routes = Routes("moderation")
# As the page cuts it.
SHOWN = 80


class ReportIn(Given):
    kind: Annotated[str, Field(max_length=40, pattern="^[a-z_]+$")] = Field(
        description="`post`, `comment` or `person`."
    )
    id: str = Field(min_length=1, max_length=30, description="Of what is reported; of a person her name.")
    reason: Literal[tuple(Report.Reason.values)]  # type: ignore[valid-type]
    text: str = Field("", max_length=500, description="Needed for the reason `other`.")


class ReportOut(Schema):
    """What one reported, and what came of it; never what came of it for a person."""

    kind: str
    reason: str
    reason_words: str
    text: str
    at: Moment
    state: Literal["open", "upheld", "dismissed"]
    state_words: str


class ReportPage(Schema):
    items: list[ReportOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


def _report_out(report: Report) -> dict[str, Any]:
    return {
        "kind": report.case.kind,
        "reason": report.reason,
        "reason_words": str(report.get_reason_display()),
        "text": report.text,
        "at": report.at,
        "state": report.case.state,
        "state_words": str(report.case.get_state_display()),
    }


@routes.writes(
    "POST",
    "/reports",
    scope=TokenScope.WRITE,
    may=ModerationPermission.REPORT,
    returns=ReportOut,
    status=201,
    document_extra={"errors": (404,)},
)
def report(request: ApiRequest, body: ReportIn) -> dict[str, Any]:
    """Say what is wrong with something that somebody else wrote."""
    obj = reports.find_reported(body.kind, body.id, request.user)
    if obj is None:
        raise Http404
    form = checked(ReportForm({"reason": body.reason, "text": body.text}))
    case = reports.report(obj, by=request.user, **form.cleaned_data)
    return _report_out(own_reports(request.user).get(case=case))


@routes.reads("/reports", scope=TokenScope.ACCOUNT, may=ModerationPermission.REPORT, returns=ReportPage)
def list_reports(request: ApiRequest, page: PageQuery) -> dict[str, Any]:
    """List what one reported, the newest first."""
    shown, following = paging.page_of(
        own_reports(request.user), by=["-at", "-pk"], paging=page, of="reports", user=request.user
    )
    return {"items": [_report_out(one) for one in shown], "next": following}


class HeldOut(Schema):
    """Something of one's own that is hidden until staff have decided."""

    kind: str
    text: str
    since: Moment


class SanctionOut(Schema):
    """What was decided about the person herself."""

    id: str
    what: Literal[tuple(Sanction.What.values)]  # type: ignore[valid-type]
    what_words: str
    reason: str
    since: Moment
    until: Moment | None
    lifted_at: Moment | None
    holds: bool
    about: str = Field(description="How that began which it was for; empty where it is kept no longer.")
    appeal: str = Field(description="Its state; empty where there is none.")
    can_be_appealed: bool
    appeal_until: Moment


class Standing(Schema):
    held: list[HeldOut]
    sanctions: list[SanctionOut]


class TurnOut(Schema):
    of_staff: bool
    text: str
    at: Moment


class SanctionWithTalk(SanctionOut):
    talk: list[TurnOut]
    answer: str = Field(description="With which the appeal was decided.")


def _sanction_out(one: Sanction) -> dict[str, Any]:
    known = getattr(one, "appeal", None)
    return {
        "id": one.public_id,
        "what": one.what,
        "what_words": str(one.get_what_display()),
        "reason": one.reason,
        "since": one.since,
        "until": one.until,
        "lifted_at": one.lifted_at,
        "holds": one.holds,
        "about": Truncator(one.case.shown).chars(SHOWN) if one.case else "",
        "appeal": known.state if known else "",
        "can_be_appealed": one.can_be_appealed,
        "appeal_until": one.appeal_until,
    }


def _signed_in(request: ApiRequest) -> Any:
    """Return who is signed in, also who is suspended. Raises Refused."""
    if not request.user.is_authenticated:
        raise Refused(Refusal.SIGN_IN)
    return request.user


OWN = {
    "scope": TokenScope.ACCOUNT,
    "open_because": "who is suspended holds no role and still has to read why; the own sanctions only",
}


@routes.reads("/standing", returns=Standing, **OWN)
def read_standing(request: ApiRequest) -> dict[str, Any]:
    """Read what was decided about oneself, why, and until when one can object."""
    user = _signed_in(request)
    return {
        "held": [
            {
                "kind": case.kind,
                "text": Truncator(case.shown).chars(SHOWN),
                "since": case.hidden_at,
            }
            for case in held_from(user)
        ],
        "sanctions": [_sanction_out(one) for one in own_sanctions(user)],
    }


def _own(request: ApiRequest, public_id: str) -> Sanction:
    own = Sanction.objects.filter(user_id=_signed_in(request).pk)
    return get_object_or_404(own.select_related("appeal", "case", "user__place"), public_id=public_id)


def _with_talk(one: Sanction) -> dict[str, Any]:
    known = getattr(one, "appeal", None)
    talk = (
        [{"of_staff": turn.of_staff, "text": turn.text, "at": turn.at} for turn in known.messages.all()]
        if known
        else []
    )
    answer = known.answer if known and known.decided_at else ""
    return {**_sanction_out(one), "talk": talk, "answer": answer}


@routes.reads("/standing/{id}", returns=SanctionWithTalk, **OWN)
def read_sanction(request: ApiRequest, id: PublicId) -> dict[str, Any]:  # noqa: A002
    """Read one decision about oneself, with the talk about it."""
    return _with_talk(_own(request, id))


class TurnIn(Given):
    text: str = Field(min_length=1, max_length=appeals.MOST)


@routes.writes("POST", "/standing/{id}/appeal", returns=SanctionWithTalk, status=201, **OWN)
def appeal(request: ApiRequest, id: PublicId, body: TurnIn) -> dict[str, Any]:  # noqa: A002
    """Object to a decision, once; afterwards, add a turn to the talk with staff."""
    one = _own(request, id)
    known = getattr(one, "appeal", None)
    if known is None:
        appeals.appeal(one, text=body.text, by=request.user)
    else:
        appeals.say(known, text=body.text, by=request.user)
    return _with_talk(_own(request, id))
