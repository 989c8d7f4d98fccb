"""What a member wants to hear of her circle: nothing at all, or a letter each week (G4)."""

from typing import Any

from foundation.core.access.permissions import Refusal, Refused, require
from foundation.messaging.domain import muting
from groups.domain.standing import standing_of
from groups.models import INSIDE, Circle
from groups.permissions import GroupPermission


def choose(circle: Circle, *, by: Any, muted: bool, weekly: bool) -> None:
    """Keep what a member wants to hear of the circle; nobody else learns of it. Raises Refused."""
    require(by, GroupPermission.JOIN)
    mine = standing_of(circle, by)
    if mine is None or mine.role not in INSIDE:
        raise Refused(Refusal.FORBIDDEN)
    mine.weekly = weekly
    mine.save(update_fields=["weekly"])
    if muted:
        muting.mute_object(circle, by=by)
    else:
        muting.unmute_object(circle, by=by)
