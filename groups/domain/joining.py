"""Coming into a circle and leaving it: by oneself, by request, with everything counted under the circle's lock (G3)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core import notify
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.text import check
from groups.domain.standing import locked, managers_of, require_manager, standing_of
from groups.models import INSIDE, Circle, CircleMember, CircleRole
from groups.permissions import GroupPermission
from groups.rules import MAX_ANSWER


def join(circle: Circle, *, by: Any, agreed: bool = False) -> CircleMember:
    """Join an open circle at once; again changes nothing.

    `agreed`: she has read the circle's rules. Raises Refused for who was banned or where the circle is not open,
    TooOften, StepNotAllowed for one that is not live, ValidationError for rules not agreed to and where it is full.
    """
    require(by, GroupPermission.JOIN)
    consume("join", by, rate=settings.RATES["join"])
    with transaction.atomic():
        found = locked(circle)
        mine = _not_banned(standing_of(found, by))
        if mine is not None and mine.role in INSIDE:
            return mine
        if found.joining != Circle.Joining.OPEN:
            raise Refused(Refusal.FORBIDDEN)
        _require_agreed(found, agreed)
        return enter(found, by, by=by)


def ask(circle: Circle, *, by: Any, answers: Sequence[str] = (), agreed: bool = False) -> CircleMember:
    """Ask to be let into a circle that is joined by request; who keeps order there is told. Again changes nothing.

    `answers` stand in the order of the circle's questions. Raises as `join`, and ValidationError for an empty answer.
    """
    require(by, GroupPermission.JOIN)
    consume("join", by, rate=settings.RATES["join"])
    given = [answer.strip()[:MAX_ANSWER] for answer in answers]
    check(*given)
    with transaction.atomic():
        found = locked(circle)
        mine = _not_banned(standing_of(found, by))
        if mine is not None:
            return mine
        if found.joining != Circle.Joining.REQUEST:
            raise Refused(Refusal.FORBIDDEN)
        _require_agreed(found, agreed)
        if len(given) < len(found.questions) or not all(given[: len(found.questions)]):
            raise ValidationError(_("请回答每一个问题。"), code="answers")
        pairs = [list(pair) for pair in zip(found.questions, given, strict=False)]
        asked = CircleMember.objects.create(circle=found, user=by, role=CircleRole.ASKED, answers=pairs)
        notify.emit("circle_asked", to=managers_of(found), about=found, by=by)
        audit.append("circle.ask", by=by, obj=found, place_path=found.place.path)
        return asked


def decide_request(asked: CircleMember, *, approved: bool, reason: str = "", by: Any) -> None:
    """Let somebody in who asked, or not; she is told, and may ask again.

    Raises Refused, StepNotAllowed where it was decided meanwhile, ValidationError where the circle is full.
    """
    require(by, GroupPermission.JOIN)
    with transaction.atomic():
        found = locked(asked.circle)
        require_manager(found, by)
        mine = CircleMember.objects.filter(pk=asked.pk, role=CircleRole.ASKED).first()
        if mine is None:
            raise StepNotAllowed("decide", "decided")
        if approved:
            enter(found, mine.user, by=by)
            notify.emit("circle_let_in", to=[mine.user_id], about=found, by=by)
        else:
            mine.delete()
            notify.emit("circle_not_let_in", to=[mine.user_id], about=found, by=by, text=reason[:300])
            audit.append("circle.refuse_request", by=by, obj=found, place_path=found.place.path)
        _settle(found)


def leave(circle: Circle, *, by: Any) -> None:
    """Leave a circle, or take one's request back; again changes nothing. Raises Refused, and GuardFails for the owner."""
    require(by, GroupPermission.JOIN)
    with transaction.atomic():
        found = locked(circle, live=False)
        mine = standing_of(found, by)
        if mine is None or mine.role == CircleRole.BANNED:
            return
        if mine.role == CircleRole.OWNER:
            raise GuardFails(_("您是圈主。请先把圈子交给另一位成员，或者解散它。"))
        if mine.role == CircleRole.ASKED:
            mine.delete()
            _settle(found)
            return
        step_out(found, mine)
        audit.append("circle.leave", by=by, obj=found, place_path=found.place.path)


def enter(circle: Circle, user: Any, *, by: Any) -> CircleMember:
    """Make somebody a member of a locked circle, if there is room. Raises StepNotAllowed, ValidationError."""
    take_place(circle)
    member, _new = CircleMember.objects.update_or_create(
        circle=circle,
        user=user,
        defaults={"role": CircleRole.MEMBER, "since": timezone.now(), "answers": []},
    )
    audit.append("circle.join", by=by, obj=circle, place_path=circle.place.path, data={"user": user.pk})
    return member


def take_place(circle: Circle) -> None:
    """Take one of the circle's places, if one is free: the database counts, not whoever looked before."""
    room = Q(capacity__isnull=True) | Q(member_count__lt=F("capacity"))
    live = Circle.objects.filter(pk=circle.pk, state=Circle.State.LIVE)
    if not live.filter(room).update(member_count=F("member_count") + 1):
        if not live.exists():
            raise StepNotAllowed("join", circle.state)
        raise ValidationError(_("名额已经满了。有人退出后可以再来。"), code="full")


def step_out(circle: Circle, member: CircleMember) -> None:
    """End a membership of a locked circle and free its place."""
    member.delete()
    free_place(circle)


def free_place(circle: Circle) -> None:
    Circle.objects.filter(pk=circle.pk, member_count__gt=0).update(member_count=F("member_count") - 1)


def _not_banned(mine: CircleMember | None) -> CircleMember | None:
    if mine is not None and mine.role == CircleRole.BANNED:
        raise Refused(Refusal.FORBIDDEN)
    return mine


def _require_agreed(circle: Circle, agreed: bool) -> None:
    if circle.rules and not agreed:
        raise ValidationError(_("请先读一读圈子公约，并勾选同意。"), code="rules")


def _settle(circle: Circle) -> None:
    """Call nobody any more once the last request is decided."""
    if not circle.members.filter(role=CircleRole.ASKED).exists():
        notify.settle("circle_asked", about=circle)
