"""Posts that stand first in a circle, and those that everybody there is told of (G4)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core import notify
from foundation.core.access.limits import consume
from foundation.core.access.permissions import require
from foundation.core.flow import audit
from foundation.core.flow.workflow import StepNotAllowed
from foundation.social.models import Post
from groups.domain.standing import locked, people_of, require_manager
from groups.models import Circle, CirclePin
from groups.models.shelf import MOST_PINS
from groups.permissions import GroupPermission


def pin(circle: Circle, post: Post, *, announce: bool = False, by: Any) -> CirclePin:
    """Let a post of the circle stand first; `announce`: tell everybody there, once for each post. Again changes nothing.

    Raises Refused, TooOften, StepNotAllowed for a post that is not there, ValidationError where three stand already.
    """
    require(by, GroupPermission.JOIN)
    with transaction.atomic(), notify.gathered():
        found = locked(circle)
        require_manager(found, by)
        there = Post.objects.filter(pk=post.pk, deleted_at=None, hidden_at=None)
        scope = found.scope
        if not there.filter(scope_level=scope.level, scope_ref=scope.ref).exists():
            raise StepNotAllowed("pin", "gone")
        # What was deleted holds no place.
        found.pins.exclude(post__deleted_at=None).delete()
        taken = {one.slot: one for one in found.pins.all()}
        made = next((one for one in taken.values() if one.post_id == post.pk), None)
        if made is None:
            free = [slot for slot in range(MOST_PINS) if slot not in taken]
            if not free:
                raise ValidationError(_("最多置顶 3 条，请先取消一条。"), code="pins")
            made = CirclePin.objects.create(circle=found, post=post, slot=free[0])
            audit.append("circle.pin", by=by, obj=found, place_path=found.place.path)
        if announce and made.announced_at is None:
            consume("announce", by, rate=settings.RATES["announce"])
            made.announced_at = timezone.now()
            made.save(update_fields=["announced_at"])
            notify.emit("circle_announced", to=people_of(found), about=found, by=by)
        return made


@transaction.atomic
def unpin(circle: Circle, post: Post, *, by: Any) -> None:
    """Let a post stand among the others again; again changes nothing. Raises Refused, StepNotAllowed."""
    require(by, GroupPermission.JOIN)
    found = locked(circle)
    require_manager(found, by)
    if found.pins.filter(post=post).delete()[0]:
        audit.append("circle.unpin", by=by, obj=found, place_path=found.place.path)
