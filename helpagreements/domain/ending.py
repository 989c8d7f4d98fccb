"""The end before its time: asked by one side, decided by the other; by force only by two persons (H5; §1, 19)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Organisation
from foundation.core import reviews
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed, Taken
from foundation.signing.domain import documents
from foundation.signing.domain.ceremony import Ceremony
from helpagreements.domain import machine, paper
from helpagreements.domain.machine import AGREEMENT, REASON
from helpagreements.domain.signing import Credential, sign_side
from helpagreements.enums import Ending, Side
from helpagreements.models import Agreement, EndingRequest, ForcedEnd
from helpagreements.permissions import AgreementPermission

NOBODY = Refused(Refusal.FORBIDDEN)


def open_request(agreement: Agreement) -> EndingRequest | None:
    """Return what one side asked for and the other has not answered yet."""
    return agreement.ending_requests.filter(state=EndingRequest.State.ASKED).first()


@dataclass(frozen=True)
class Wish:
    """What somebody wants ended, why, when, and who takes over."""

    what: Ending
    reason: str
    wished_on: date | None = None
    handover: str = ""

    def checked(self) -> "Wish":
        """Return it without blanks around. Raises GuardFails for what is missing."""
        reason = machine.required(self.reason, REASON)
        if self.what == Ending.RESCIND:
            return Wish(self.what, reason)
        if self.wished_on is None or self.wished_on < timezone.localdate():
            raise GuardFails(_("希望结束的日期要在今天或以后。"))
        handover = machine.required(self.handover, _("请写明怎样交接正在帮扶的人。"))
        return Wish(self.what, reason, self.wished_on, handover)


@transaction.atomic
def prepare(agreement: Agreement, wish: Wish, *, by: Any) -> EndingRequest:
    """Freeze the statement of a wish, so that the asker's own device can sign it; nobody hears of it yet.

    Raises Refused, StepNotAllowed, GuardFails.
    """
    side = _may_ask(agreement, wish, by)
    for older in agreement.ending_requests.filter(state=EndingRequest.State.PREPARED, asked_by=by):
        older.state, older.decided_at = EndingRequest.State.RECALLED, timezone.now()
        older.save(update_fields=["state", "decided_at"])
        if older.statement is not None:
            documents.void(older.statement, by=by)
    return _frozen(agreement, wish.checked(), side, by, signed_at_once=False)


def prepared_by(agreement: Agreement, user: Any, what: Ending) -> EndingRequest | None:
    """Return what somebody had frozen for her device and has not sent yet."""
    return agreement.ending_requests.filter(
        state=EndingRequest.State.PREPARED, asked_by=user, what=what
    ).last()


def _may_ask(agreement: Agreement, wish: Wish, by: Any) -> Side:
    step = AGREEMENT.steps["ask_end" if wish.what == Ending.TERMINATE else "rescind"]
    if not step.actors & AGREEMENT.actors_of(by, agreement):
        raise NOBODY
    if agreement.state not in step.sources:
        raise StepNotAllowed(step.name, agreement.state)
    return machine.side_of(by, agreement)


def _frozen(
    agreement: Agreement, wish: Wish, side: Side, by: Any, *, signed_at_once: bool = True
) -> EndingRequest:
    request = EndingRequest.objects.create(
        agreement=agreement,
        what=wish.what,
        state=EndingRequest.State.PREPARED,
        side=side,
        asked_by=by,
        reason=wish.reason,
        wished_on=wish.wished_on,
        handover=wish.handover,
    )
    request.statement = paper.freeze_statement(
        agreement, request, first=side, by=by, signed_at_once=signed_at_once
    )
    request.save(update_fields=["statement"])
    return request


def ask_end(
    agreement: Agreement, *, wish: Wish, credential: Credential | None = None, ceremony: Ceremony, by: Any
) -> EndingRequest:
    """Ask the other side to end an agreement in force, with one's own signature under the statement.

    The caller has let `by` prove again who she is. Raises Refused, StepNotAllowed, GuardFails, and what `signing` raises.
    """
    with AGREEMENT.step(agreement, "ask_end", by=by, place_path=agreement.place.path) as taken:
        request = _ask(agreement, wish, credential, ceremony, by)
        taken.data.update(side=request.side, reason=request.reason)
    return request


@transaction.atomic
def ask_rescind(
    agreement: Agreement, *, wish: Wish, credential: Credential | None = None, ceremony: Ceremony, by: Any
) -> EndingRequest:
    """Ask the other side to take back an agreement that is signed and not in force yet.

    Raises Refused, StepNotAllowed, GuardFails, and what `signing` raises.
    """
    locked = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    _may_ask(locked, wish, by)
    request = _ask(agreement, wish, credential, ceremony, by)
    audit.append(
        "agreement.ask_rescind",
        by=by,
        obj=agreement,
        place_path=agreement.place.path,
        data={"side": request.side, "reason": request.reason},
    )
    return request


def _ask(
    agreement: Agreement, wish: Wish, credential: Credential | None, ceremony: Ceremony, by: Any
) -> EndingRequest:
    wish, side = wish.checked(), machine.side_of(by, agreement)
    if open_request(agreement) is not None:
        raise GuardFails(_("已经有一个申请在等答复了。"))
    device = credential is not None and bool(credential.task_token)
    request = prepared_by(agreement, by, wish.what) if device else _frozen(agreement, wish, side, by)
    if request is None or request.statement is None:
        raise GuardFails(_("等待太久了，请再点一次。"))
    sign_side(request.statement, side, credential=_for(request, credential), ceremony=ceremony, by=by)
    request.state, request.asked_at = EndingRequest.State.ASKED, timezone.now()
    request.save(update_fields=["state", "asked_at"])
    machine.tell("agreement_end_asked", agreement, machine.other(side), by=by, text=request.reason)
    return request


def _for(request: EndingRequest, credential: Credential | None) -> Credential | None:
    """The signer's key, with the digest of what was frozen a moment ago from what she wrote herself."""
    if credential is None or credential.shown_digest or request.statement is None:
        return credential
    return replace(credential, shown_digest=request.statement.sha256)


def recall_end(agreement: Agreement, *, by: Any) -> None:
    """Take back what one's own side asked for. Raises Refused, StepNotAllowed."""
    with AGREEMENT.step(agreement, "recall_end", by=by, place_path=agreement.place.path):
        request = _asked_by(agreement, by, own=True)
        _close(request, EndingRequest.State.RECALLED, by)
        machine.settle(agreement)
        machine.tell("agreement_end_recalled", agreement, machine.other(request.side), by=by)


def refuse_end(agreement: Agreement, *, reason: str, by: Any) -> None:
    """Decline what the other side asked for. Raises Refused, StepNotAllowed, GuardFails without a reason."""
    with AGREEMENT.step(agreement, "refuse_end", by=by, place_path=agreement.place.path) as taken:
        request = _asked_by(agreement, by, own=False)
        _close(request, EndingRequest.State.REFUSED, by, machine.required(reason, REASON))
        taken.data["reason"] = request.answer
        machine.settle(agreement)
        machine.tell("agreement_end_refused", agreement, request.side, by=by, text=request.answer)


def approve_end(
    agreement: Agreement, *, credential: Credential | None = None, ceremony: Ceremony, by: Any
) -> None:
    """Agree to the end and sign the statement as the second side (已解约).

    The caller has let `by` prove again who she is. Raises Refused, StepNotAllowed, and what `signing` raises.
    """
    with AGREEMENT.step(agreement, "approve_end", by=by, place_path=agreement.place.path) as taken:
        _agree(agreement, taken, credential, ceremony, by)


def rescind(
    agreement: Agreement, *, credential: Credential | None = None, ceremony: Ceremony, by: Any
) -> None:
    """Agree that an agreement which is signed and not in force yet never comes into force.

    Raises Refused, StepNotAllowed, GuardFails where the other side has not asked, and what `signing` raises.
    """
    with AGREEMENT.step(agreement, "rescind", by=by, place_path=agreement.place.path) as taken:
        if open_request(agreement) is None:
            raise GuardFails(_("对方还没有提出撤销。"))
        _agree(agreement, taken, credential, ceremony, by)


def _agree(
    agreement: Agreement, taken: Taken, credential: Credential | None, ceremony: Ceremony, by: Any
) -> None:
    request = _asked_by(agreement, by, own=False)
    if request.statement is None:
        raise GuardFails(_("这个申请没有可签的声明。"))
    sign_side(
        request.statement,
        machine.other(request.side),
        credential=_for(request, credential),
        ceremony=ceremony,
        by=by,
    )
    _close(request, EndingRequest.State.AGREED, by)
    taken.values["ended_at"] = timezone.now()
    taken.data["statement_sha256"] = request.statement.latest_sha256
    machine.settle(agreement)
    machine.tell("agreement_terminated", agreement, Side.COMMUNITY, Side.INSTITUTION, by=by)


def _asked_by(agreement: Agreement, by: Any, *, own: bool) -> EndingRequest:
    """Return the open request: the asker's side takes back, the other one decides. Raises Refused."""
    request = open_request(agreement)
    if request is None:
        raise NOBODY
    mine = machine.side_of(by, agreement) == request.side
    if mine != own or (not own and request.asked_by_id == by.pk):
        raise NOBODY
    return request


def _close(request: EndingRequest, state: EndingRequest.State, by: Any, answer: str = "") -> None:
    request.state, request.decided_by, request.decided_at, request.answer = state, by, timezone.now(), answer
    request.save(update_fields=["state", "decided_by", "decided_at", "answer"])


@transaction.atomic
def ask_force_end(agreement: Agreement, *, reason: str, by: Any) -> ForcedEnd:
    """Ask a second person to end an agreement against the institution (closed, or proven harm).

    The caller has let `by` prove again who she is. Raises Refused, StepNotAllowed, GuardFails.
    """
    require(by, AgreementPermission.FORCE_END, place_path=agreement.place.path)
    if not AGREEMENT.steps["force_end"].actors & machine.letters_of(by, agreement):
        raise NOBODY
    locked = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if locked.state not in AGREEMENT.steps["force_end"].sources:
        raise StepNotAllowed("force_end", locked.state)
    try:
        with transaction.atomic():
            asked = ForcedEnd.objects.create(
                agreement=agreement, reason=machine.required(reason, REASON), asked_by=by
            )
    except IntegrityError:
        raise GuardFails(_("已经有一个强制解约的申请在等第二人审核。")) from None
    audit.append(
        "agreement.ask_force_end",
        by=by,
        obj=agreement,
        place_path=agreement.place.path,
        data={"reason": asked.reason},
    )
    reviews.submit(asked, by=by, place_path=agreement.place.path)
    return asked


def decide_forced_end(asked: ForcedEnd, *, approved: bool, reason: str, by: Any) -> None:
    """Let the second person decide; the inbox calls it under the lock of its own row.

    Raises Refused for whoever asked, StepNotAllowed where the agreement ended meanwhile.
    """
    agreement = asked.agreement
    require(by, AgreementPermission.FORCE_END, place_path=agreement.place.path)
    if asked.asked_by_id == by.pk:
        raise NOBODY
    asked.state = ForcedEnd.State.DONE if approved else ForcedEnd.State.REFUSED
    asked.decided_by, asked.decided_at = by, timezone.now()
    if approved:
        with AGREEMENT.step(agreement, "force_end", by=by, place_path=agreement.place.path) as taken:
            asked.statement = paper.freeze_statement(agreement, asked, first=Side.COMMUNITY, by=by)
            sign_side(asked.statement, Side.COMMUNITY, credential=None, ceremony=_of_inbox(), by=by)
            taken.values["ended_at"] = timezone.now()
            taken.data["reason"] = asked.reason
            machine.settle(agreement)
            machine.tell(
                "agreement_force_ended", agreement, Side.INSTITUTION, Side.COMMUNITY, by=by, text=asked.reason
            )
    asked.save(update_fields=["state", "decided_by", "decided_at", "statement"])


def _of_inbox() -> Ceremony:
    """In the inbox the second person has signed in with a second factor and decided on what she saw."""
    return Ceremony(confirmed_by="inbox", confirmed_at=timezone.now())


def suspend(agreement: Agreement, *, reason: str, by: Any = None) -> None:
    """Let an agreement rest: its institution is suspended, or something has to be looked into.

    Raises Refused, StepNotAllowed, GuardFails without a reason.
    """
    with AGREEMENT.step(agreement, "suspend", by=by, place_path=agreement.place.path) as taken:
        taken.data["reason"] = machine.required(reason, REASON)
        machine.tell("agreement_suspended", agreement, Side.COMMUNITY, Side.INSTITUTION, by=by, text=reason)


def resume(agreement: Agreement, *, reason: str = "", by: Any) -> None:
    """Let an agreement go on. Raises Refused, StepNotAllowed, GuardFails while the institution is suspended."""
    with AGREEMENT.step(agreement, "resume", by=by, place_path=agreement.place.path) as taken:
        machine.require_standing(agreement)
        taken.data["reason"] = reason.strip()
        machine.tell("agreement_resumed", agreement, Side.COMMUNITY, Side.INSTITUTION, by=by)


def suspend_all(organisation: Organisation, *, reason: str) -> int:
    """Let every agreement of a suspended institution rest, with it or not at all; return how many."""
    running = Agreement.objects.filter(institution=organisation, state=Agreement.State.ACTIVE)
    found = list(running.select_related("place").order_by("pk"))
    for agreement in found:
        suspend(agreement, reason=reason)
    return len(found)
