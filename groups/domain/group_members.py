"""Who belongs to an interest group (G1)."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core import notify
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from groups.models import Group, GroupMember
from groups.permissions import GroupPermission

Role = GroupMember.Role


def _locked(group: Group, *, open_only: bool = True) -> Group:
    found = Group.objects.select_for_update(of=("self",)).select_related("place").get(pk=group.pk)
    if open_only and not found.is_open:
        raise StepNotAllowed("change", "closed")
    return found


def _require_owner(group: Group, by: Any) -> None:
    if group.owner_id != by.pk:
        raise Refused(Refusal.FORBIDDEN)


def _count(group: Group, step: int) -> None:
    Group.objects.filter(pk=group.pk, member_count__gte=-step if step < 0 else 0).update(
        member_count=F("member_count") + step
    )


def join_group(group: Group, *, by: Any) -> GroupMember:
    """Join a group that the caller found by `visible_to(by)`, or ask its owner; again changes nothing.

    Raises Refused, TooOften, StepNotAllowed for one that is closed.
    """
    require(by, GroupPermission.JOIN)
    consume("join", by, rate=settings.RATES["join"])
    with transaction.atomic():
        found = _locked(group)
        role = Role.MEMBER if found.joining == Group.Joining.OPEN else Role.ASKED
        mine, new = GroupMember.objects.get_or_create(group=found, user=by, defaults={"role": role})
        if not new:
            return mine
        if role == Role.MEMBER:
            _count(found, 1)
            audit.append("group.join", by=by, obj=found, place_path=found.place.path)
        else:
            notify.emit("group_asked", to=[found.owner_id], about=found, by=by)
            audit.append("group.ask", by=by, obj=found, place_path=found.place.path)
        return mine


def decide_group_request(asked: GroupMember, *, approved: bool, by: Any) -> None:
    """Let somebody in who asked, or not; she is told. Raises Refused, StepNotAllowed where it was decided meanwhile."""
    require(by, GroupPermission.JOIN)
    with transaction.atomic():
        found = _locked(asked.group)
        _require_owner(found, by)
        waiting = GroupMember.objects.filter(pk=asked.pk, role=Role.ASKED)
        if approved:
            if not waiting.update(role=Role.MEMBER, since=timezone.now()):
                raise StepNotAllowed("decide", "decided")
            _count(found, 1)
            notify.emit("group_let_in", to=[asked.user_id], about=found, by=by)
            audit.append("group.let_in", by=by, obj=found, place_path=found.place.path)
        else:
            if not waiting.delete()[0]:
                raise StepNotAllowed("decide", "decided")
            notify.emit("group_not_let_in", to=[asked.user_id], about=found, by=by)
            audit.append("group.do_not_let_in", by=by, obj=found, place_path=found.place.path)
        _settle(found)


def leave_group(group: Group, *, by: Any) -> None:
    """Leave, or take one's request back; again changes nothing. Raises Refused, and GuardFails for the owner."""
    require(by, GroupPermission.JOIN)
    with transaction.atomic():
        found = _locked(group, open_only=False)
        if found.owner_id == by.pk:
            raise GuardFails(_("您是群组的联系人。不想办下去了，可以关闭群组。"))
        if _end(found, by):
            audit.append("group.leave", by=by, obj=found, place_path=found.place.path)


def remove_from_group(group: Group, user: Any, *, by: Any) -> None:
    """Remove somebody; again changes nothing. Raises Refused, also for the owner herself."""
    require(by, GroupPermission.JOIN)
    with transaction.atomic():
        found = _locked(group)
        _require_owner(found, by)
        if user.pk == found.owner_id:
            raise Refused(Refusal.FORBIDDEN)
        if _end(found, user):
            notify.emit("group_removed", to=[user.pk], about=found, by=by)
            audit.append("group.remove", by=by, obj=found, place_path=found.place.path)


def _end(group: Group, user: Any) -> bool:
    mine = GroupMember.objects.filter(group=group, user=user).first()
    if mine is None:
        return False
    mine.delete()
    if mine.role == Role.MEMBER:
        _count(group, -1)
    else:
        _settle(group)
    return True


def _settle(group: Group) -> None:
    if not group.members.filter(role=Role.ASKED).exists():
        notify.settle("group_asked", about=group)
