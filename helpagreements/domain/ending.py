"""The end before its time: asked by one side, decided by the other; by force only by two persons (H5; §1, 19)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Organisation
from foundation.core.access.limits import consume
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed, Taken
from foundation.signing.domain import documents
from foundation.signing.domain.ceremony import Ceremony
from foundation.signing.domain.faults import DigestDiffers
from helpagreements.domain import machine, paper
from helpagreements.domain.forced import withdraw_forced
from helpagreements.domain.machine import AGREEMENT, REASON
from helpagreements.domain.signing import Credential, sign_side
from helpagreements.domain.wording import personal_data_in
from helpagreements.enums import Ending, Side
from helpagreements.models import Agreement, EndingRequest


def open_request(agreement: Agreement) -> EndingRequest | None:
    """Return what one side asked for and the other has not answered yet."""
    return agreement.ending_requests.filter(state=EndingRequest.State.ASKED).first()


# So often somebody may have a statement frozen for her device: each is a file that is kept.
PREPARED = "10/h"


@dataclass(frozen=True)
class Wish:
    """What somebody wants ended, why, when, and who takes over."""

    what: Ending
    reason: str
    wished_on: date | None = None
    handover: str = ""

    def checked(self) -> "Wish":
        """Return it without blanks around. Raises GuardFails for what is missing, or names somebody."""
        reason = machine.required(self.reason, REASON)
        if personal_data_in(f"{reason} {self.handover}"):
            raise GuardFails(_("声明里不写任何人的身份证号和手机号。"))
        if self.what == Ending.RESCIND:
            return Wish(self.what, reason)
        if self.wished_on is None or self.wished_on < timezone.localdate():
            raise GuardFails(_("希望结束的日期要在今天或以后。"))
        handover = machine.required(self.handover, _("请写明怎样交接正在帮扶的人。"))
        return Wish(self.what, reason, self.wished_on, handover)


@transaction.atomic
def prepare(agreement: Agreement, wish: Wish, *, by: Any) -> EndingRequest:
    """Freeze the statement of a wish, so that the asker's own device can sign it; nobody hears of it yet.

    Raises Refused, StepNotAllowed, GuardFails, TooOften.
    """
    consume("prepare_end", by, rate=PREPARED)
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
    machine.require_actor(agreement, step.name, by)
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
        asked_in=agreement.state,
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
    if wish.wished_on and agreement.ends_on and wish.wished_on > agreement.ends_on:
        raise GuardFails(_("希望结束的日期不能晚于协议的截止日。"))
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


@transaction.atomic
def recall_end(agreement: Agreement, *, by: Any) -> None:
    """Take back what one's own side asked for. Raises Refused, StepNotAllowed."""
    with AGREEMENT.step(agreement, "recall_end", by=by, place_path=agreement.place.path):
        request = _asked_by(agreement, by, own=True)
        _taken_back(agreement, request, by)
    _rest_again(agreement, request)


@transaction.atomic
def recall_rescind(agreement: Agreement, *, by: Any) -> None:
    """Take back one's own side's wish that a signed agreement never comes into force. Raises Refused, StepNotAllowed."""
    _answer_in_signed(agreement, by)
    request = _asked_by(agreement, by, own=True)
    _taken_back(agreement, request, by)
    audit.append("agreement.recall_rescind", by=by, obj=agreement, place_path=agreement.place.path)


def _taken_back(agreement: Agreement, request: EndingRequest, by: Any) -> None:
    _close(request, EndingRequest.State.RECALLED, by)
    machine.settle(agreement)
    machine.tell("agreement_end_recalled", agreement, machine.other(request.side), by=by)


@transaction.atomic
def refuse_end(agreement: Agreement, *, reason: str, by: Any) -> None:
    """Decline what the other side asked for. Raises Refused, StepNotAllowed, GuardFails without a reason."""
    with AGREEMENT.step(agreement, "refuse_end", by=by, place_path=agreement.place.path) as taken:
        request = _asked_by(agreement, by, own=False)
        taken.data["reason"] = _declined(agreement, request, reason, by)
    _rest_again(agreement, request)


@transaction.atomic
def refuse_rescind(agreement: Agreement, *, reason: str, by: Any) -> None:
    """Decline the other side's wish to rescind. Raises Refused, StepNotAllowed, GuardFails without a reason."""
    _answer_in_signed(agreement, by)
    request = _asked_by(agreement, by, own=False)
    said = _declined(agreement, request, reason, by)
    audit.append(
        "agreement.refuse_rescind",
        by=by,
        obj=agreement,
        place_path=agreement.place.path,
        data={"reason": said},
    )


def _declined(agreement: Agreement, request: EndingRequest, reason: str, by: Any) -> str:
    _close(request, EndingRequest.State.REFUSED, by, machine.required(reason, REASON))
    machine.settle(agreement)
    machine.tell("agreement_end_refused", agreement, request.side, by=by, text=request.answer)
    return request.answer


def _answer_in_signed(agreement: Agreement, by: Any) -> None:
    """Lock an agreement that is signed and not in force yet. Raises Refused, StepNotAllowed."""
    machine.require_actor(agreement, "rescind", by)
    locked = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if locked.state != Agreement.State.SIGNED or open_request(locked) is None:
        raise StepNotAllowed("rescind", locked.state)


def _rest_again(agreement: Agreement, request: EndingRequest) -> None:
    """Nobody ends a suspension by asking for the end: what rested before, or whose institution is suspended, rests again."""
    stands = Organisation.objects.filter(pk=agreement.institution_id, stands=True).exists()
    if request.asked_in == Agreement.State.SUSPENDED or not stands:
        suspend(agreement, reason=str(_("解约申请已了结，原来的暂停继续有效。")))


@transaction.atomic
def approve_end(
    agreement: Agreement, *, credential: Credential | None = None, seen: str, ceremony: Ceremony, by: Any
) -> None:
    """Agree to the end and sign the statement as the second side (已解约).

    `seen` is the SHA-256 of the statement that was shown. The caller has let `by` prove again who she is. Raises
    Refused, StepNotAllowed, and what `signing` raises.
    """
    withdraw_forced(agreement, by=by)
    with AGREEMENT.step(agreement, "approve_end", by=by, place_path=agreement.place.path) as taken:
        _agree(agreement, taken, credential, seen, ceremony, by)


@transaction.atomic
def rescind(
    agreement: Agreement, *, credential: Credential | None = None, seen: str, ceremony: Ceremony, by: Any
) -> None:
    """Agree that an agreement which is signed and not in force yet never comes into force.

    Raises Refused, StepNotAllowed, GuardFails where the other side has not asked or it starts today, and what
    `signing` raises.
    """
    withdraw_forced(agreement, by=by)
    with AGREEMENT.step(agreement, "rescind", by=by, place_path=agreement.place.path) as taken:
        if agreement.starts_on is None or agreement.starts_on <= timezone.localdate():
            raise GuardFails(_("协议今天已经生效，请改用解约。"))
        if open_request(agreement) is None:
            raise GuardFails(_("对方还没有提出撤销。"))
        _agree(agreement, taken, credential, seen, ceremony, by)


def _agree(
    agreement: Agreement, taken: Taken, credential: Credential | None, seen: str, ceremony: Ceremony, by: Any
) -> None:
    request = _asked_by(agreement, by, own=False)
    if request.statement is None:
        raise GuardFails(_("这个申请没有可签的声明。"))
    if seen != request.statement.sha256:
        # The other side took its wish back and asked anew while the page was open.
        raise DigestDiffers
    sign_side(request.statement, machine.other(request.side), credential=credential, ceremony=ceremony, by=by)
    _close(request, EndingRequest.State.AGREED, by)
    taken.values["ended_at"] = timezone.now()
    taken.data["statement_sha256"] = request.statement.latest_sha256
    machine.settle(agreement)
    machine.tell("agreement_terminated", agreement, Side.COMMUNITY, Side.INSTITUTION, by=by)


def _asked_by(agreement: Agreement, by: Any, *, own: bool) -> EndingRequest:
    """Return the open request: the asker's side takes back, the other one decides. Raises Refused."""
    request = open_request(agreement)
    if request is None:
        raise machine.NOBODY
    mine = machine.side_of(by, agreement) == request.side
    if mine != own or (not own and request.asked_by_id == by.pk):
        raise machine.NOBODY
    return request


def _close(request: EndingRequest, state: EndingRequest.State, by: Any, answer: str = "") -> None:
    request.state, request.decided_by, request.decided_at, request.answer = state, by, timezone.now(), answer
    request.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    if state != EndingRequest.State.AGREED and request.statement is not None:
        documents.void(request.statement, by=by)


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


def lock_all(organisation: Organisation) -> None:
    """Lock every agreement of an institution, in the order of their keys; the caller has written nothing yet."""
    found = Agreement.objects.select_for_update(of=("self",)).filter(institution=organisation)
    list(found.order_by("pk").values_list("pk", flat=True))


def suspend_all(organisation: Organisation, *, reason: str) -> int:
    """Let every agreement of a suspended institution rest, with it or not at all; return how many."""
    running = Agreement.objects.filter(institution=organisation, state=Agreement.State.ACTIVE)
    found = list(running.select_related("place").order_by("pk"))
    for agreement in found:
        suspend(agreement, reason=reason)
    return len(found)
