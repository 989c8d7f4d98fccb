"""Keeping order in a circle: roles, handing over, removing, banning (G3)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import notify
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from groups.domain.joining import free_place, step_out
from groups.domain.standing import locked, require_manager, require_owner, standing_of
from groups.models import INSIDE, MANAGING, Circle, CircleMember, CircleRole
from groups.permissions import GroupPermission


def _standing(circle: Circle, user: Any) -> CircleMember:
    found = standing_of(circle, user)
    if found is None:
        raise StepNotAllowed("keep", "gone")
    return found


@transaction.atomic
def set_moderator(circle: Circle, user: Any, *, moderator: bool, by: Any) -> None:
    """Make a member a moderator, or a moderator a member again; she is told. Raises Refused, StepNotAllowed."""
    require(by, GroupPermission.JOIN)
    found = locked(circle)
    require_owner(found, by)
    member = _standing(found, user)
    wanted = CircleRole.MODERATOR if moderator else CircleRole.MEMBER
    if member.role == wanted:
        return
    if member.role not in (CircleRole.MEMBER, CircleRole.MODERATOR):
        raise StepNotAllowed("set_moderator", member.role)
    member.role = wanted
    member.save(update_fields=["role"])
    if moderator:
        notify.emit("circle_moderator", to=[user.pk], about=found, by=by)
    audit.append("circle.set_moderator", by=by, obj=found, place_path=found.place.path)


@transaction.atomic
def hand_over(circle: Circle, user: Any, *, by: Any) -> None:
    """Give the circle to another of its people, in one moment; the old owner stays as a moderator. Both are told.

    Raises Refused, StepNotAllowed where she is not inside any more, GuardFails for somebody who may not found one.
    """
    require(by, GroupPermission.JOIN)
    found = locked(circle)
    mine = require_owner(found, by)
    heir = _standing(found, user)
    if heir.pk == mine.pk:
        return
    if heir.role not in INSIDE:
        raise StepNotAllowed("hand_over", heir.role)
    if not user.is_verified or user.leaves_at is not None or user.is_suspended:
        raise GuardFails(_("这位邻居现在不能当圈主。"))
    make_owner(found, heir, old=mine)
    notify.emit("circle_handed_over", to=[user.pk], about=found, by=by)
    audit.append("circle.hand_over", by=by, obj=found, place_path=found.place.path, data={"to": user.pk})


def make_owner(circle: Circle, heir: CircleMember, *, old: CircleMember) -> None:
    """Change the owner of a locked circle: the old one steps back first, so that there are never two."""
    old.role = CircleRole.MODERATOR
    old.save(update_fields=["role"])
    heir.role = CircleRole.OWNER
    heir.save(update_fields=["role"])
    circle.owner_id = heir.user_id
    circle.save(update_fields=["owner"])


@transaction.atomic
def remove_member(circle: Circle, user: Any, *, by: Any) -> None:
    """Remove somebody, who is told and may come again. Moderators remove members, the owner also moderators.

    Raises Refused, StepNotAllowed.
    """
    require(by, GroupPermission.JOIN)
    found = locked(circle)
    member = _below(found, user, by)
    if member.role not in INSIDE:
        raise StepNotAllowed("remove", member.role)
    step_out(found, member)
    notify.emit("circle_removed", to=[user.pk], about=found, by=by)
    audit.append("circle.remove", by=by, obj=found, place_path=found.place.path, data={"user": user.pk})


@transaction.atomic
def ban(circle: Circle, user: Any, *, by: Any) -> None:
    """Remove somebody for good, or keep who asked from asking again; a second time changes nothing.

    Raises Refused, StepNotAllowed for somebody who never came near.
    """
    require(by, GroupPermission.JOIN)
    found = locked(circle)
    member = _below(found, user, by)
    if member.role == CircleRole.BANNED:
        return
    was_inside = member.role in INSIDE
    member.role, member.answers = CircleRole.BANNED, []
    member.save(update_fields=["role", "answers"])
    if was_inside:
        free_place(found)
        notify.emit("circle_removed", to=[user.pk], about=found, by=by)
    audit.append("circle.ban", by=by, obj=found, place_path=found.place.path, data={"user": user.pk})


@transaction.atomic
def lift_ban(circle: Circle, user: Any, *, by: Any) -> None:
    """Let somebody come again who was banned; again changes nothing. Raises Refused."""
    require(by, GroupPermission.JOIN)
    found = locked(circle)
    require_manager(found, by)
    gone, _rows = found.members.filter(user_id=user.pk, role=CircleRole.BANNED).delete()
    if gone:
        audit.append("circle.lift_ban", by=by, obj=found, place_path=found.place.path)


def _below(circle: Circle, user: Any, by: Any) -> CircleMember:
    """Return the standing of somebody over whom `by` has a say. Raises Refused, StepNotAllowed."""
    mine = require_manager(circle, by)
    member = _standing(circle, user)
    untouchable = {CircleRole.OWNER} if mine.role == CircleRole.OWNER else set(MANAGING)
    if member.role in untouchable:
        raise Refused(Refusal.FORBIDDEN)
    return member
