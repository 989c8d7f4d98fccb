"""Warning, muting, suspending, and lifting it again (O2)."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from foundation.accounts.domain.sanctions import set_sanctions
from foundation.accounts.models import RoleAssignment, User
from foundation.core import notify
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.access.roles import Role
from foundation.core.flow import audit
from foundation.core.flow.workflow import StepNotAllowed
from foundation.core.pages.version import portal_changed
from foundation.moderation.models import Case, Sanction
from foundation.moderation.permissions import ModerationPermission

What = Sanction.What
LONGEST_DAYS = 365
# Roles that somebody is given to work for the community, or to speak for others.
WORKING = {str(role) for role in Role} - {str(Role.VISITOR), str(Role.RESIDENT), str(Role.GUARDIAN)}


def require_over(by: Any, user: User, *, what: str, place_path: str) -> None:
    """Raise Refused unless `by` may decide on `user` at that place: never on herself.

    Content of everybody can be hidden; what else is done to a colleague or to who speaks for others, only the
    administrator decides.
    """
    require(by, ModerationPermission.SANCTION, place_path=place_path)
    if by.pk == user.pk:
        raise Refused(Refusal.FORBIDDEN)
    if what == What.HIDE:
        return
    works = RoleAssignment.objects.filter(user=user, role__in=WORKING).exists()
    if works and not by.has_role(Role.ADMINISTRATOR):
        raise Refused(Refusal.FORBIDDEN)


@transaction.atomic
def impose(
    user: User, *, what: str, reason: str, days: int = 0, case: Case | None = None, by: Any
) -> Sanction:
    """Decide about a person; she is told, and it holds from her next request on.

    `days` is for muting and suspending. Raises Refused, and ValueError for a length that is none.
    """
    locked = User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    place_path = case.place_path if case else locked.place_path
    require_over(by, locked, what=what, place_path=place_path)
    ends = what in (What.MUTE, What.SUSPEND)
    if ends and not 1 <= days <= LONGEST_DAYS:
        raise ValueError("muting and suspending have an end")
    now = timezone.now()
    sanction = Sanction.objects.create(
        user=locked,
        what=what,
        reason=reason[:300],
        since=now,
        until=now + timedelta(days=days) if ends else None,
        case=case,
        place_path=place_path,
        by=by,
    )
    _carry_out(locked)
    notify.emit("sanctioned", to=[locked.pk], about=sanction, text=reason[:300])
    audit.append(
        "moderation.sanction",
        by=by,
        obj=sanction,
        place_path=place_path,
        data={"user": locked.pk, "what": str(what), "days": days, "reason": reason},
    )
    return sanction


def _carry_out(user: User) -> None:
    """Write on the account until when what runs now holds; what was made for others is drawn anew."""
    running = Sanction.objects.filter(user=user).running()
    ends = dict(running.order_by().values_list("what").annotate(end=Max("until")))
    set_sanctions(user, muted_until=ends.get(What.MUTE), suspended_until=ends.get(What.SUSPEND))
    portal_changed()


@transaction.atomic
def lift(sanction: Sanction, *, by: Any, reason: str = "") -> None:
    """End a sanction before its time. Raises Refused, StepNotAllowed where it does not hold any more."""
    locked = _locked(sanction, by)
    locked.lifted_at, locked.lifted_by = timezone.now(), by
    locked.save(update_fields=["lifted_at", "lifted_by"])
    _carry_out(locked.user)
    notify.emit("sanction_lifted", to=[locked.user_id], about=locked, text=reason[:300])
    audit.append(
        "moderation.lift",
        by=by,
        obj=locked,
        place_path=locked.place_path,
        data={"user": locked.user_id, "reason": reason},
    )


@transaction.atomic
def shorten(sanction: Sanction, *, days: int, by: Any) -> None:
    """Let a sanction end `days` after its beginning, earlier than it would. Raises Refused, StepNotAllowed, ValueError."""
    locked = _locked(sanction, by)
    if locked.until is None or not days >= 1 or locked.since + timedelta(days=days) >= locked.until:
        raise ValueError("shorter means earlier")
    locked.until = locked.since + timedelta(days=days)
    locked.save(update_fields=["until"])
    _carry_out(locked.user)
    audit.append(
        "moderation.shorten",
        by=by,
        obj=locked,
        place_path=locked.place_path,
        data={"user": locked.user_id, "days": days},
    )


def _locked(sanction: Sanction, by: Any) -> Sanction:
    """Lock the person and then the sanction, as `impose` does."""
    user = User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=sanction.user_id)
    locked = Sanction.objects.select_for_update(of=("self",)).get(pk=sanction.pk)
    require_over(by, user, what=locked.what, place_path=locked.place_path)
    locked.user = user
    if not locked.holds:
        raise StepNotAllowed("lift", "lifted")
    return locked
