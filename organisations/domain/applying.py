"""An application from its draft to the office's decision, and taken back (H2, machine `[institution]`)."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import Membership, Organisation
from foundation.core import notify, reviews
from foundation.core.access.permissions import require
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.files import uploads
from foundation.core.flow import audit, outbox
from foundation.core.flow.workflow import GuardFails
from foundation.core.models import Place
from foundation.moderation.domain.inbox import CannotBeCarriedOut
from organisations.domain import members
from organisations.domain.page import require_checked
from organisations.domain.papers import missing
from organisations.domain.workflow import APPEAL, FLOW, forget_roles, head_of, letters
from organisations.models import Institution
from organisations.permissions import InstitutionPermission
from organisations.rules import is_code
from organisations.signals import institution_approved

State = Institution.State
ERASE_AFTER = timedelta(days=30)
RETURN, REJECT = "return", "reject"


class DraftOpen(Exception):
    """She has a draft already: `institution` is that one."""

    def __init__(self, institution: Institution) -> None:
        super().__init__()
        self.institution = institution


@transaction.atomic
def start(*, name: str, code: str, place: Place, by: Any) -> Institution:
    """Begin an application; whoever begins it is its head. Raises Refused, DraftOpen."""
    require(by, InstitutionPermission.APPLY)
    if draft := Institution.objects.filter(applicant=by, state=State.DRAFT).first():
        raise DraftOpen(draft)
    organisation = Organisation.objects.create(
        type=Organisation.Type.INSTITUTION, name=name, code=code, place=place
    )
    institution = Institution(organisation=organisation, applicant=by)
    try:
        with transaction.atomic():
            institution.save(force_insert=True)
    except IntegrityError:
        # Two presses at once.
        raise DraftOpen(Institution.objects.get(applicant=by, state=State.DRAFT)) from None
    Membership.objects.create(organisation=organisation, user=by, position=Membership.Position.HEAD)
    forget_roles(by)
    audit.append("institution.start", by=by, obj=institution, place_path=place.path)
    return institution


def submit(institution: Institution, *, by: Any) -> None:
    """Lay the application before the office.

    Raises Refused, StepNotAllowed, and GuardFails with what is missing: a real-name head, a code that is right and
    free, a licence, record checks where children are served.
    """
    organisation = institution.organisation
    with transaction.atomic():
        with FLOW.step(institution, "submit", by=by, place_path=institution.place_path) as taken:
            _require_whole(institution, by)
            try:
                with transaction.atomic():
                    Institution.objects.filter(pk=institution.pk).update(claimed_code=organisation.code)
            except IntegrityError:
                raise GuardFails(
                    _("这个统一社会信用代码已经有机构在用。如果填写无误，请联系社区。")
                ) from None
            taken.values |= {"claimed_code": organisation.code, "submitted_at": timezone.now(), "reason": ""}
        reviews.submit(institution, by=by, place_path=institution.place_path)


def _require_whole(institution: Institution, by: Any) -> None:
    if not by.is_verified:
        raise GuardFails(_("负责人要先完成实名认证。"))
    if not is_code(institution.organisation.code):
        raise GuardFails(_("统一社会信用代码不对，请照证书核对 18 位代码。"))
    if not institution.introduction.strip():
        raise GuardFails(_("请先写机构简介。"))
    if not institution.audiences.exists():
        raise GuardFails(_("请选择至少一类帮扶对象。"))
    if not institution.services.exists():
        raise GuardFails(_("请填写至少一项服务。"))
    require_checked(institution)
    if words := missing(institution):
        raise GuardFails(words)


def withdraw(institution: Institution, *, by: Any) -> None:
    """Take the application back; what was uploaded goes 30 days later. Raises Refused, StepNotAllowed."""
    with transaction.atomic():
        # Out of the inbox first: whoever decides locks the inbox's row before the institution.
        if "H" in letters(by, institution):
            reviews.withdraw(institution, by=by)
        with FLOW.step(institution, "withdraw", by=by, place_path=institution.place_path) as taken:
            taken.values |= {"claimed_code": None, "decided_at": timezone.now()}
        _over(institution, by=by)


def _over(institution: Institution, *, by: Any) -> None:
    """An application that came to nothing leaves nobody bound to it, and its pictures go."""
    members.end_all(institution.organisation, by=by)
    outbox.enqueue(
        "erase_institution_papers",
        key=f"erase_institution_papers:{institution.pk}",
        payload={"id": institution.pk},
        after=ERASE_AFTER,
    )


@outbox.handler("erase_institution_papers", inward=True)
def erase_papers(key: str, payload: dict[str, Any]) -> None:
    """Remove the pictures of an application that came to nothing, 30 days after."""
    found = Institution.objects.filter(pk=payload["id"], state__in=[State.WITHDRAWN, State.REJECTED]).first()
    if found is None:
        return
    papers = found.qualifications.all()
    files = [one.file_id for one in papers if one.file_id] + ([found.logo_id] if found.logo_id else [])
    papers.delete()
    found.record_checks.all().delete()
    Institution.objects.filter(pk=found.pk).update(logo=None)
    uploads.drop([pk for pk in files if pk is not None])


def decide(institution: Institution, *, approved: bool, reason: str, by: Any, outcome: str = RETURN) -> None:
    """Carry out what the inbox decided: admit, return for more, or reject.

    Raises Refused for whoever belongs to it, StepNotAllowed, CannotBeCarriedOut where its papers lack something by now.
    """
    step = "approve" if approved else outcome
    path = institution.place_path
    try:
        with FLOW.step(institution, step, by=by, place_path=path) as taken:
            taken.values |= {"decided_at": timezone.now(), "reason": "" if approved else reason}
            if approved:
                if words := missing(institution):
                    raise GuardFails(words)
                taken.values["verified_on"] = timezone.localdate()
            else:
                taken.data["reason"] = reason
            if step == REJECT:
                taken.values["claimed_code"] = None
    except GuardFails as why:
        raise CannotBeCarriedOut(str(why.words)) from why
    _follow(institution, step, reason=reason, by=by)


def _follow(institution: Institution, step: str, *, reason: str, by: Any) -> None:
    to = head_of(institution)
    if step == "approve":
        Organisation.objects.filter(pk=institution.pk).update(stands=True)
        if institution.logo_id:
            uploads.rescope([institution.logo_id], Scope(PUBLIC))
        institution_approved.send(Institution, institution=institution, by=by)
        notify.emit("institution_approved", to=to, about=institution, by=by)
    elif step == REJECT:
        _over(institution, by=by)
        notify.emit("institution_rejected", to=to, about=institution, by=by, text=f"{reason} {APPEAL}")
    else:
        notify.emit("institution_returned", to=to, about=institution, by=by, text=reason)
