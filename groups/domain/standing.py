"""How somebody stands to a circle, and the circle's row locked for a change."""

from typing import Any

from foundation.core.access.permissions import Refusal, Refused
from foundation.core.flow.workflow import StepNotAllowed
from groups.models import INSIDE, MANAGING, Circle, CircleMember, CircleRole


def standing_of(circle: Circle, user: Any) -> CircleMember | None:
    """Return the row that says how `user` stands to the circle, None where she never came near it."""
    if user is None or not user.is_authenticated:
        return None
    return CircleMember.objects.filter(circle_id=circle.pk, user_id=user.pk).first()


def role_of(circle: Circle, user: Any) -> str:
    """Return a `CircleRole`, or an empty word."""
    found = standing_of(circle, user)
    return found.role if found else ""


def locked(circle: Circle, *, live: bool = True) -> Circle:
    """Lock the circle: whatever changes who belongs to it stands in line here first. Raises StepNotAllowed for one that is not live."""
    found = Circle.objects.select_for_update(of=("self",)).select_related("place").get(pk=circle.pk)
    if live and not found.is_live:
        raise StepNotAllowed("change", found.state)
    return found


def require_manager(circle: Circle, by: Any) -> CircleMember:
    """Return the membership of who keeps order in the circle. Raises Refused."""
    mine = standing_of(circle, by)
    if mine is None or mine.role not in MANAGING:
        raise Refused(Refusal.FORBIDDEN)
    return mine


def require_owner(circle: Circle, by: Any) -> CircleMember:
    """Return the owner's membership. Raises Refused."""
    mine = require_manager(circle, by)
    if mine.role != CircleRole.OWNER:
        raise Refused(Refusal.FORBIDDEN)
    return mine


def managers_of(circle: Circle) -> list[int]:
    """Return the ids of who keeps order there."""
    return list(circle.members.managing().values_list("user_id", flat=True))


def people_of(circle: Circle) -> list[int]:
    """Return the ids of all who belong to it."""
    return list(circle.members.inside().values_list("user_id", flat=True))


def is_inside(circle: Circle, user: Any) -> bool:
    return role_of(circle, user) in INSIDE
