"""Who belongs to an organisation: asked by the head, answered by the person, ended by either, handed over by both."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import Membership, Organisation, User
from foundation.core import notify
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, held_roles
from foundation.core.access.roles import Role
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from organisations.domain import papers
from organisations.domain.workflow import forget_roles
from organisations.models import Institution, Invitation, RecordCheck
from organisations.models.institution import OVER
from organisations.signals import head_changed, membership_ended

HEADS = (Role.INSTITUTION_HEAD, Role.BUSINESS_OWNER)
RATE = "30/d"
Position = Membership.Position


def is_head(user: Any, organisation: Organisation) -> bool:
    """Say whether somebody is the head of it, and not suspended."""
    return any(held.organisation == organisation.pk and held.role in HEADS for held in held_roles(user))


def _require_head(user: Any, organisation: Organisation) -> Organisation:
    """Lock the organisation: who belongs to it changes one at a time. Raises Refused, StepNotAllowed."""
    locked = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if not is_head(user, locked):
        raise Refused(Refusal.FORBIDDEN)
    institution = Institution.objects.filter(pk=locked.pk).first()
    if institution is not None and institution.state in OVER:
        raise StepNotAllowed("members", institution.state)
    return locked


@transaction.atomic
def invite(
    organisation: Organisation,
    person: User,
    *,
    position: str = Position.MEMBER,
    checked_on: date | None = None,
    by: Any,
) -> Invitation:
    """Ask somebody to join, or a member to become the head. Raises Refused, StepNotAllowed, TooOften, GuardFails."""
    locked = _require_head(by, organisation)
    consume("invite", by, rate=RATE)
    mine = Membership.objects.filter(organisation=locked, user=person, until=None).exists()
    if position == Position.HEAD and (not mine or person.pk == by.pk):
        raise GuardFails(_("负责人只能交给机构的另一位成员。"))
    if position == Position.MEMBER and mine:
        raise GuardFails(_("这个人已经是成员。"))
    if position == Position.MEMBER and _serves_children(locked):
        if checked_on is None:
            raise GuardFails(_("为未成年人服务的机构，请填写这个人的从业查询日期。"))
        papers.require_recent(checked_on)
    try:
        with transaction.atomic():
            asked = Invitation.objects.create(
                organisation=locked, user=person, position=position, checked_on=checked_on, asked_by=by
            )
    except IntegrityError:
        raise GuardFails(_("已经发出过邀请，正在等对方确认。")) from None
    if position == Position.HEAD:
        notify.emit("asked_to_head", to=[person.pk], about=asked, by=by)
    else:
        notify.emit("asked_to_join", to=[person.pk], about=asked, by=by)
    audit.append("institution.invite", by=by, obj=asked, place_path=locked.place.path)
    return asked


def _serves_children(organisation: Organisation) -> bool:
    return Institution.objects.filter(pk=organisation.pk, serves_children=True).exists()


def answer(invitation: Invitation, *, accept: bool, by: Any) -> None:
    """Accept or decline, by the person who was asked, once she is verified.

    Raises Refused for anybody else, StepNotAllowed where it was answered, taken back or overtaken.
    """
    if invitation.user_id != by.pk or not by.is_verified:
        raise Refused(Refusal.FORBIDDEN if by.is_verified else Refusal.VERIFY)
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=invitation.organisation_id)
        locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if locked.state != Invitation.State.WAITING:
            raise StepNotAllowed("answer", locked.state)
        locked.state = Invitation.State.ACCEPTED if accept else Invitation.State.DECLINED
        locked.answered_at = timezone.now()
        locked.save(update_fields=["state", "answered_at"])
        to = [locked.asked_by_id] if locked.asked_by_id else []
        notify.settle("asked_to_join", "asked_to_head", about=locked)
        if not accept:
            notify.emit("invitation_declined", to=to, about=locked, by=by)
            audit.append("institution.decline", by=by, obj=locked, place_path=organisation.place.path)
            return
        if locked.position == Position.HEAD:
            _change_head(organisation, locked, by=by)
        else:
            _join(organisation, locked)
        forget_roles(by)
        notify.emit("invitation_accepted", to=to, about=locked, by=by)
        audit.append("institution.accept", by=by, obj=locked, place_path=organisation.place.path)


def _join(organisation: Organisation, invitation: Invitation) -> None:
    institution = Institution.objects.filter(pk=organisation.pk).first()
    if institution is not None and institution.state in OVER:
        raise StepNotAllowed("answer", institution.state)
    Membership.objects.create(organisation=organisation, user=invitation.user, position=Position.MEMBER)
    if institution is not None and invitation.checked_on is not None:
        RecordCheck.objects.get_or_create(
            institution=institution,
            user=invitation.user,
            checked_on=invitation.checked_on,
            defaults={"declared_by_id": invitation.asked_by_id},
        )


def _change_head(organisation: Organisation, invitation: Invitation, *, by: Any) -> None:
    """The old head becomes a member, in the same moment. Raises StepNotAllowed where either is none any more."""
    standing = Membership.objects.filter(organisation=organisation, until=None)
    old = standing.filter(position=Position.HEAD, user=invitation.asked_by).first()
    new = standing.filter(position=Position.MEMBER, user=invitation.user).first()
    if old is None or new is None:
        raise StepNotAllowed("answer", "overtaken")
    for membership, position in ((old, Position.MEMBER), (new, Position.HEAD)):
        membership.position = position
        membership.save(update_fields=["position"])
    head_changed.send(Organisation, organisation=organisation, old=old.user, new=new.user, by=by)


@transaction.atomic
def take_back(invitation: Invitation, *, by: Any) -> None:
    """Take an invitation back before it is answered. Raises Refused, StepNotAllowed."""
    organisation = _require_head(by, invitation.organisation)
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if locked.state != Invitation.State.WAITING:
        raise StepNotAllowed("take_back", locked.state)
    locked.state, locked.answered_at = Invitation.State.WITHDRAWN, timezone.now()
    locked.save(update_fields=["state", "answered_at"])
    notify.settle("asked_to_join", "asked_to_head", about=locked)
    audit.append("institution.take_back", by=by, obj=locked, place_path=organisation.place.path)


@transaction.atomic
def end(membership: Membership, *, by: Any) -> None:
    """End a membership: the head removes a member, a member leaves. The head hands over first.

    Raises Refused, GuardFails for the head, StepNotAllowed where it ended already.
    """
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=membership.organisation_id)
    if by.pk != membership.user_id and not is_head(by, organisation):
        raise Refused(Refusal.FORBIDDEN)
    locked = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if locked.until is not None:
        raise StepNotAllowed("end", "ended")
    if locked.position == Position.HEAD:
        raise GuardFails(_("负责人不能直接退出，请先把负责人交给另一位成员。"))
    _end(locked, by=by)
    institution = Institution.objects.filter(pk=organisation.pk).first()
    if institution is not None:
        if by.pk != locked.user_id:
            notify.emit("membership_ended", to=[locked.user_id], about=institution, by=by)
        audit.append("institution.end_membership", by=by, obj=institution, place_path=organisation.place.path)


def _end(membership: Membership, *, by: Any) -> None:
    membership.until = max(timezone.now(), membership.since)
    membership.save(update_fields=["until"])
    # What asked her to become the head is void.
    Invitation.objects.waiting().filter(
        organisation_id=membership.organisation_id, user_id=membership.user_id
    ).update(state=Invitation.State.WITHDRAWN, answered_at=timezone.now())
    head = Membership.objects.filter(
        organisation_id=membership.organisation_id, until=None, position=Position.HEAD
    ).first()
    if head is not None:
        papers.hand_files_on(membership.user, to=head.user_id, of=membership.organisation_id)
    forget_roles(membership.user)
    membership_ended.send(Membership, membership=membership, by=by)


def end_all(organisation: Organisation, *, by: Any) -> None:
    """End every membership and what was asked: the organisation came to nothing."""
    Invitation.objects.waiting().filter(organisation=organisation).update(
        state=Invitation.State.WITHDRAWN, answered_at=timezone.now()
    )
    for membership in Membership.objects.filter(organisation=organisation, until=None):
        membership.until = max(timezone.now(), membership.since)
        membership.save(update_fields=["until"])
        membership_ended.send(Membership, membership=membership, by=by)
    if by is not None:
        forget_roles(by)


def leaving_blockers(user: User) -> list[str]:
    """Say what somebody has to hand over before she closes her account."""
    heads = user.memberships.filter(until=None, position=Position.HEAD)
    names = heads.exclude(organisation__institution__state__in=OVER).values_list(
        "organisation__name", flat=True
    )
    return [
        _("您是 %(name)s 的负责人，请先把负责人交给另一位成员，或撤回申请。") % {"name": name}
        for name in names
    ]


def erase_parts(user: User) -> int:
    """End what an account that closes belongs to, keep the institutions' papers, delete what asked her."""
    for membership in user.memberships.filter(until=None, organisation__type="institution"):
        _end(membership, by=None)
    return (
        Invitation.objects.filter(user=user).delete()[0] + RecordCheck.objects.filter(user=user).delete()[0]
    )
