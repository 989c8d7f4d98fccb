"""Suspending by two people or by the calendar, reinstating, closing (H2, machine `[institution]`)."""

import logging
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import Organisation, RoleAssignment
from foundation.accounts.models.user import good_standing
from foundation.core import notify, reviews
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.access.roles import Role
from foundation.core.flow import audit, chores
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.signing.domain import certificates
from organisations.domain.closing import blockers_of
from organisations.domain.papers import missing
from organisations.domain.workflow import APPEAL, FLOW, letters, people_of
from organisations.models import Institution, SuspensionRequest
from organisations.permissions import InstitutionPermission
from organisations.signals import (
    institution_closed,
    institution_reinstated,
    institution_suspended,
    institution_suspending,
)

State = Institution.State
log = logging.getLogger("linli.organisations")


def _officers(institution: Institution) -> list[int]:
    """Return the ids of the children's officers at or above its place."""
    held = RoleAssignment.objects.filter(good_standing("user__"), role=Role.CHILDRENS_OFFICER)
    path = institution.place_path
    return [
        row.user_id for row in held.select_related("place") if row.place and path.startswith(row.place.path)
    ]


def _words(reason: str) -> str:
    reason = reason.strip()[:300]
    if not reason:
        raise GuardFails(_("请写明理由，机构会看到。"))
    return reason


@transaction.atomic
def ask_suspension(institution: Institution, *, reason: str, by: Any) -> SuspensionRequest:
    """Ask a colleague to confirm that an institution be suspended.

    Raises Refused without the right or for a member of it, StepNotAllowed unless it is admitted, GuardFails without a
    reason and where it waits already.
    """
    require(by, InstitutionPermission.SUSPEND, place_path=institution.place_path)
    if "A" not in letters(by, institution):
        raise Refused(Refusal.FORBIDDEN)
    locked = Institution.objects.select_for_update(of=("self",)).get(pk=institution.pk)
    if locked.state != State.APPROVED:
        raise StepNotAllowed("suspend", locked.state)
    try:
        with transaction.atomic():
            asked = SuspensionRequest.objects.create(institution=locked, reason=_words(reason), asked_by=by)
    except IntegrityError:
        raise GuardFails(_("已经有同事提出暂停，正在等第二人确认。")) from None
    path = institution.place_path
    audit.append("institution.ask_suspension", by=by, obj=asked, place_path=path, data={"reason": reason})
    reviews.submit(asked, by=by, place_path=path)
    return asked


def decide_suspension(request: SuspensionRequest, *, approved: bool, reason: str, by: Any) -> None:
    """Let the second person decide; the inbox calls it, under the lock of its own row.

    Raises Refused for who asked and for members, StepNotAllowed where the institution is not admitted any more.
    """
    with transaction.atomic():
        locked = SuspensionRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if by.pk == locked.asked_by_id:
            raise Refused(Refusal.FORBIDDEN)
        if locked.state != SuspensionRequest.State.WAITING:
            raise StepNotAllowed("decide", locked.state)
        locked.state = SuspensionRequest.State.APPROVED if approved else SuspensionRequest.State.REFUSED
        locked.decided_by, locked.decided_at = by, timezone.now()
        locked.save(update_fields=["state", "decided_by", "decided_at"])
        to = [locked.asked_by_id] if locked.asked_by_id else []
        if approved:
            certificates.leave_inbox(locked.institution.organisation, by=by)
            _suspend(locked.institution, reason=locked.reason, by=by)
            notify.emit("suspension_confirmed", to=to, about=locked, by=by)
        else:
            notify.emit("suspension_refused", to=to, about=locked, by=by, text=reason)


def _suspend(institution: Institution, *, reason: str, by: Any) -> None:
    path = institution.place_path
    with FLOW.step(institution, "suspend", by=by, place_path=path) as taken:
        _lock_what_follows(institution)
        taken.values |= {"reason": reason, "decided_at": timezone.now()}
        taken.data["reason"] = reason
    Organisation.objects.filter(pk=institution.pk).update(stands=False)
    institution_suspended.send(Institution, institution=institution, reason=reason, by=by)
    to = {*people_of(institution), *_officers(institution)}
    notify.emit("institution_suspended", to=to, about=institution, by=by, text=f"{reason} {APPEAL}")


def _lock_what_follows(institution: Institution) -> None:
    """Take every lock that the act will need before its first entry in the log (see `organisations.signals`)."""
    institution_suspending.send(Institution, institution=institution)
    certificates.lock_all(institution.organisation)


def _withdraw_requests(institution: Institution, *, by: Any) -> None:
    """Take out of the inbox what needs no decision any more; before the institution itself is locked."""
    certificates.leave_inbox(institution.organisation, by=by)
    for waiting in SuspensionRequest.objects.filter(
        institution=institution, state=SuspensionRequest.State.WAITING
    ):
        reviews.withdraw(waiting, by=by)
        SuspensionRequest.objects.filter(pk=waiting.pk, state=SuspensionRequest.State.WAITING).update(
            state=SuspensionRequest.State.WITHDRAWN, decided_at=timezone.now()
        )


@chores.each(chores.Rhythm.DAY)
def suspend_overdue() -> int:
    """Suspend those whose licence ran out or whose record checks are over a year old; return how many (未保法 62)."""
    done = 0
    for pk in list(Institution.objects.listed().values_list("pk", flat=True)):
        try:
            done += _suspend_overdue(pk)
        except Exception:
            # One that can't be suspended keeps none of the others from it; tomorrow it is tried again.
            log.exception("Institution %s is overdue and could not be suspended; it is tried again.", pk)
    return done


def _suspend_overdue(pk: int) -> bool:
    institution = Institution.objects.select_related("organisation__place").get(pk=pk)
    words = missing(institution)
    if not words:
        return False
    with transaction.atomic():
        _withdraw_requests(institution, by=None)
        # Read after what waits is out of the inbox: whoever decides on it holds that row first.
        if Institution.objects.values_list("state", flat=True).get(pk=pk) != State.APPROVED:
            # Somebody was quicker.
            return False
        try:
            _suspend(institution, reason=_("证照或查询声明过期：%(what)s") % {"what": words}, by=None)
        except StepNotAllowed:
            if Institution.objects.filter(pk=pk, state=State.APPROVED).exists():
                raise
            return False
    return True


def reinstate(institution: Institution, *, reason: str, by: Any) -> None:
    """Let a suspended institution help again; `reason` says how the cause was cured, and is kept.

    Raises Refused, StepNotAllowed, GuardFails without words and while papers are missing.
    """
    path = institution.place_path
    with transaction.atomic():
        with FLOW.step(institution, "reinstate", by=by, place_path=path) as taken:
            said = _words(reason)
            if words := missing(institution):
                raise GuardFails(words)
            today = timezone.localdate()
            taken.values |= {"reason": "", "decided_at": timezone.now(), "verified_on": today}
            taken.data["evidence"] = said
        Organisation.objects.filter(pk=institution.pk).update(stands=True)
        institution_reinstated.send(Institution, institution=institution, by=by)
        notify.emit("institution_reinstated", to=people_of(institution), about=institution, by=by)


def close(institution: Institution, *, reason: str, by: Any) -> None:
    """Strike an institution off for good; its members keep reading what was theirs.

    Raises Refused, StepNotAllowed, GuardFails without a reason and with what still runs (`closing.register`).
    """
    path = institution.place_path
    with transaction.atomic():
        if "A" in letters(by, institution):
            _withdraw_requests(institution, by=by)
        with FLOW.step(institution, "close", by=by, place_path=path) as taken:
            said = _words(reason)
            if running := blockers_of(institution):
                raise GuardFails(" ".join(running))
            _lock_what_follows(institution)
            taken.values |= {"reason": said, "decided_at": timezone.now(), "claimed_code": None}
            taken.data["reason"] = said
        Organisation.objects.filter(pk=institution.pk).update(stands=False)
        institution_closed.send(Institution, institution=institution, reason=said, by=by)
        to = people_of(institution)
        notify.emit("institution_closed", to=to, about=institution, by=by, text=f"{said} {APPEAL}")
