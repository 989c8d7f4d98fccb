"""The end before its time: asked by one side, decided by the other; by force only by two persons (H5; §1, 19)."""

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
from foundation.signing.domain.signatures import Ceremony
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


def ask_end(
    agreement: Agreement,
    *,
    reason: str,
    wished_on: date | None,
    handover: str,
    credential: Credential | None = None,
    ceremony: Ceremony,
    by: Any,
) -> EndingRequest:
    """Ask the other side to end an agreement in force, with one's own signature under the statement.

    The caller has let `by` prove again who she is. Raises Refused, StepNotAllowed, GuardFails, and what `signing` raises.
    """
    side = machine.side_of(by, agreement)
    with AGREEMENT.step(agreement, "ask_end", by=by, place_path=agreement.place.path) as taken:
        if wished_on is None or wished_on < timezone.localdate():
            raise GuardFails(_("希望结束的日期要在今天或以后。"))
        if not handover.strip():
            raise GuardFails(_("请写明怎样交接正在帮扶的人。"))
        request = _ask(agreement, Ending.TERMINATE, side, reason, by, wished_on=wished_on, handover=handover.strip())
        _sign_first(agreement, request, side, credential, ceremony, by)
        taken.data.update(side=side, reason=request.reason)
        machine.tell("agreement_end_asked", agreement, machine.other(side), by=by, text=request.reason)
    return request


@transaction.atomic
def ask_rescind(
    agreement: Agreement,
    *,
    reason: str,
    credential: Credential | None = None,
    ceremony: Ceremony,
    by: Any,
) -> EndingRequest:
    """Ask the other side to take back an agreement that is signed and not in force yet.

    Raises Refused, StepNotAllowed, GuardFails, and what `signing` raises.
    """
    side = machine.side_of(by, agreement)
    require(by, AgreementPermission.REQUEST_TERMINATION, place_path=agreement.place.path, obj=agreement)
    if not AGREEMENT.steps["rescind"].actors & machine.letters_of(by, agreement):
        raise NOBODY
    locked = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if locked.state != Agreement.State.SIGNED:
        raise StepNotAllowed("rescind", locked.state)
    request = _ask(agreement, Ending.RESCIND, side, reason, by)
    _sign_first(agreement, request, side, credential, ceremony, by)
    machine.tell("agreement_end_asked", agreement, machine.other(side), by=by, text=request.reason)
    audit.append("agreement.ask_rescind", by=by, obj=agreement, place_path=agreement.place.path, data={"side": side})
    return request


def _ask(agreement: Agreement, what: Ending, side: Side, reason: str, by: Any, **facts: Any) -> EndingRequest:
    reason = machine.required(reason, REASON)
    try:
        with transaction.atomic():
            return EndingRequest.objects.create(
                agreement=agreement, what=what, side=side, asked_by=by, reason=reason, **facts
            )
    except IntegrityError:
        raise GuardFails(_("已经有一个申请在等答复了。")) from None


def _sign_first(
    agreement: Agreement, request: EndingRequest, side: Side, credential: Credential | None, ceremony: Ceremony, by: Any
) -> None:
    request.statement = paper.freeze_statement(agreement, request, first=side, by=by)
    request.save(update_fields=["statement"])
    sign_side(request.statement, side, credential=_for(request, credential), ceremony=ceremony, by=by)


def _for(request: EndingRequest, credential: Credential | None) -> Credential | None:
    """The signer's key, with the digest of what was frozen a moment ago from what she wrote herself."""
    if credential is None or credential.shown_digest or request.statement is None:
        return credential
    return Credential(
        credential.certificate,
        documents.latest_digest(request.statement),
        pin=credential.pin,
        task_token=credential.task_token,
        signature=credential.signature,
    )


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
    sign_side(request.statement, machine.other(request.side), credential=_for(request, credential), ceremony=ceremony, by=by)
    _close(request, EndingRequest.State.AGREED, by)
    taken.values["ended_at"] = timezone.now()
    taken.data["statement_sha256"] = documents.latest_digest(request.statement)
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
        "agreement.ask_force_end", by=by, obj=agreement, place_path=agreement.place.path, data={"reason": asked.reason}
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
            sign_side(asked.statement, Side.COMMUNITY, credential=None, ceremony=Ceremony.of_inbox(by), by=by)
            taken.values["ended_at"] = timezone.now()
            taken.data["reason"] = asked.reason
            machine.settle(agreement)
            machine.tell("agreement_force_ended", agreement, Side.INSTITUTION, Side.COMMUNITY, by=by, text=asked.reason)
    asked.save(update_fields=["state", "decided_by", "decided_at", "statement"])


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
