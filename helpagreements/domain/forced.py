"""Ending an agreement against the institution: closed, or proven harm, and only by two persons (help-platform.md §2.1)."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.core import reviews
from foundation.core.access.permissions import require
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.signing.domain.ceremony import Ceremony
from foundation.signing.domain.signatures import sign_with_seal
from helpagreements.domain import machine, paper
from helpagreements.domain.machine import AGREEMENT, REASON
from helpagreements.enums import Side
from helpagreements.models import Agreement, EndingRequest, ForcedEnd
from helpagreements.permissions import AgreementPermission


def _require_officer(agreement: Agreement, by: Any) -> None:
    """Refuse whoever may not, and every officer who belongs to the institution herself. Raises Refused."""
    require(by, AgreementPermission.FORCE_END, place_path=agreement.place.path)
    machine.require_actor(agreement, "force_end", by)


@transaction.atomic
def ask_force_end(agreement: Agreement, *, reason: str, by: Any) -> ForcedEnd:
    """Ask a second person to end an agreement against the institution.

    The caller has let `by` prove again who she is. Raises Refused, StepNotAllowed, GuardFails.
    """
    _require_officer(agreement, by)
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
    reviews.submit(asked, by=by, place_path=agreement.place.path)
    audit.append(
        "agreement.ask_force_end",
        by=by,
        obj=agreement,
        place_path=agreement.place.path,
        data={"reason": asked.reason},
    )
    return asked


def decide_forced_end(asked: ForcedEnd, *, approved: bool, reason: str, by: Any) -> None:
    """Let the second person decide; the inbox calls it under the lock of its own row.

    Raises Refused for whoever asked or belongs to the institution, StepNotAllowed where it ended meanwhile.
    """
    agreement = asked.agreement
    _require_officer(agreement, by)
    if asked.asked_by_id == by.pk:
        raise machine.NOBODY
    asked.decided_by, asked.decided_at = by, timezone.now()
    if not approved:
        asked.state = ForcedEnd.State.REFUSED
        asked.save(update_fields=["state", "decided_by", "decided_at"])
        return
    with AGREEMENT.step(agreement, "force_end", by=by, place_path=agreement.place.path) as taken:
        # Frozen and sealed before anything is told: the statement stands when the institution reads of it.
        asked.statement = paper.freeze_statement(agreement, asked, first=Side.COMMUNITY, by=by)
        ceremony = Ceremony(confirmed_by="inbox", confirmed_at=asked.decided_at)
        sign_with_seal(asked.statement, slot=Side.COMMUNITY, by=by, ceremony=ceremony)
        asked.state = ForcedEnd.State.DONE
        asked.save(update_fields=["state", "decided_by", "decided_at", "statement"])
        overtake(agreement)
        taken.values["ended_at"] = timezone.now()
        taken.data["reason"] = asked.reason
        machine.settle(agreement)
        machine.tell(
            "agreement_force_ended", agreement, Side.INSTITUTION, Side.COMMUNITY, by=by, text=asked.reason
        )


def withdraw_forced(agreement: Agreement, *, by: Any) -> None:
    """Take out of the inbox what asks to end by force an agreement that ends another way.

    To be called before the agreement's row is locked: a decision locks the inbox's row first.
    """
    for asked in agreement.forced_ends.filter(state=ForcedEnd.State.WAITING):
        reviews.withdraw(asked, by=by)
        ForcedEnd.objects.filter(pk=asked.pk, state=ForcedEnd.State.WAITING).update(
            state=ForcedEnd.State.REFUSED, decided_at=timezone.now()
        )


def overtake(agreement: Agreement) -> None:
    """Close what one side asked for and the other need not answer any more."""
    agreement.ending_requests.filter(state=EndingRequest.State.ASKED).update(
        state=EndingRequest.State.OVERTAKEN, decided_at=timezone.now()
    )
