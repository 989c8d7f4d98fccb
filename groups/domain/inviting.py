"""Inviting into a circle: one person by notification, or whoever has the link or scans the poster (G3)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core import contact, notify
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.flow import audit
from foundation.core.flow.workflow import StepNotAllowed
from groups.domain.joining import enter
from groups.domain.standing import locked, require_manager, standing_of
from groups.models import INSIDE, Circle, CircleInvitation, CircleMember, CircleRole
from groups.permissions import GroupPermission

State = CircleInvitation.State
PERSON_LASTS, LINK_LASTS = timedelta(days=30), timedelta(days=14)
MOST_LINKS = 5


def invite(circle: Circle, person: Any, *, by: Any) -> CircleInvitation:
    """Ask somebody whom the caller found by `visible_to(by)`; she is told. Again gives the invitation that is open.

    Raises Refused where `by` keeps no order there, TooOften, ValidationError for somebody who is inside, is banned or
    whom `by` may not turn to.
    """
    require(by, GroupPermission.JOIN)
    consume("invite", by, rate=settings.RATES["invite"])
    with transaction.atomic():
        found = locked(circle)
        require_manager(found, by)
        theirs = standing_of(found, person)
        if theirs is not None and theirs.role in INSIDE:
            raise ValidationError(_("她已经在圈子里了。"), code="inside")
        banned = theirs is not None and theirs.role == CircleRole.BANNED
        if banned or not person.is_verified or not contact.may_reach(person, by=by):
            raise ValidationError(_("现在不能邀请这位邻居。"), code="unreachable")
        standing = CircleInvitation.objects.filter(circle=found, user=person, state=State.OPEN)
        known = standing.first()
        if known is not None and known.is_open:
            return known
        standing.update(state=State.WITHDRAWN)
        made = CircleInvitation.objects.create(
            circle=found, user=person, asked_by=by, expires_at=timezone.now() + PERSON_LASTS
        )
        notify.emit("circle_invited", to=[person.pk], about=made, by=by)
        audit.append("circle.invite", by=by, obj=found, place_path=found.place.path)
        return made


def make_link(circle: Circle, *, by: Any) -> CircleInvitation:
    """Make a link by which whoever has it comes in, for two weeks. Raises Refused, TooOften, ValidationError for too many."""
    require(by, GroupPermission.JOIN)
    consume("invite", by, rate=settings.RATES["invite"])
    with transaction.atomic():
        found = locked(circle)
        require_manager(found, by)
        if CircleInvitation.objects.open().filter(circle=found, user=None).count() >= MOST_LINKS:
            raise ValidationError(_("有效的链接最多 5 个，请先撤回一个。"), code="links")
        made = CircleInvitation.objects.create(
            circle=found, asked_by=by, expires_at=timezone.now() + LINK_LASTS
        )
        audit.append("circle.make_link", by=by, obj=found, place_path=found.place.path)
        return made


def withdraw_invitation(invitation: CircleInvitation, *, by: Any) -> None:
    """Take an invitation or link back; again changes nothing. Raises Refused."""
    require(by, GroupPermission.JOIN)
    with transaction.atomic():
        circle = locked(invitation.circle, live=False)
        require_manager(circle, by)
        open_now = CircleInvitation.objects.filter(pk=invitation.pk, state=State.OPEN)
        if open_now.update(state=State.WITHDRAWN):
            notify.settle("circle_invited", about=invitation)
            audit.append("circle.withdraw_invitation", by=by, obj=circle, place_path=circle.place.path)


def find_invitation(public_id: str, *, by: Any) -> CircleInvitation | None:
    """Return the invitation that somebody holds: one of hers, or any link. Others' are not there."""
    found = (
        CircleInvitation.objects.filter(public_id=public_id)
        .select_related("circle__place", "circle__cover", "asked_by")
        .first()
    )
    if found is None or found.user_id not in (None, by.pk):
        return None
    return found if found.circle.is_known and found.circle.hidden_at is None else None


def accept(invitation: CircleInvitation, *, by: Any, agreed: bool = False) -> CircleMember:
    """Come in by an invitation, whatever the circle's way of joining; again changes nothing.

    Raises Refused for somebody else's and for who is banned, StepNotAllowed for one that is over, ValidationError
    for rules not agreed to and where the circle is full.
    """
    require(by, GroupPermission.JOIN)
    consume("join", by, rate=settings.RATES["join"])
    with transaction.atomic():
        circle = locked(invitation.circle)
        mine = standing_of(circle, by)
        if invitation.user_id not in (None, by.pk) or (mine is not None and mine.role == CircleRole.BANNED):
            raise Refused(Refusal.FORBIDDEN)
        if mine is not None and mine.role in INSIDE:
            return mine
        now = CircleInvitation.objects.get(pk=invitation.pk)
        if not now.is_open:
            raise StepNotAllowed("accept", now.state)
        if circle.rules and not agreed:
            raise ValidationError(_("请先读一读圈子公约，并勾选同意。"), code="rules")
        member = enter(circle, by, by=by)
        kept = CircleInvitation.objects.filter(pk=invitation.pk)
        kept.update(used=F("used") + 1)
        if now.user_id is not None:
            kept.update(state=State.ACCEPTED)
            notify.settle("circle_invited", about=invitation)
            if now.asked_by_id:
                notify.emit("circle_invitation_accepted", to=[now.asked_by_id], about=invitation, by=by)
        return member


def decline(invitation: CircleInvitation, *, by: Any) -> None:
    """Say no to an invitation of one's own; nobody is told. Raises Refused."""
    require(by, GroupPermission.JOIN)
    if invitation.user_id != by.pk:
        raise Refused(Refusal.FORBIDDEN)
    with transaction.atomic():
        mine = CircleInvitation.objects.filter(pk=invitation.pk, state=State.OPEN)
        if mine.update(state=State.DECLINED):
            notify.settle("circle_invited", about=invitation)
            audit.append("circle.decline", by=by, obj=invitation.circle)
