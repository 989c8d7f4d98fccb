"""One act when a member of staff leaves: nothing of the office stays with her, nothing of hers lies about (O9)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from foundation.accounts.domain import devices
from foundation.accounts.domain.roles import lock_administrators, take_role, withdraw_requests_for
from foundation.accounts.domain.tokens import end_tokens
from foundation.accounts.models import RoleAssignment, User
from foundation.core import kinds
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.access.roles import GIVEN, Role
from foundation.core.facets import Words
from foundation.core.flow import audit
from foundation.core.models import AuditEntry
from office.permissions import OfficePermission
from office.rules import EXPORTS, REVEALS

LOOK_BACK = timedelta(days=365)
# So many lines of what she took out are shown; the log has them all.
SHOWN = 50


class NoStaff(Exception):
    """She holds no role of the office: there is nothing to hand over."""


@dataclass(frozen=True)
class Belongings:
    """What somebody holds of the office, and what she took out of it within a year."""

    roles: list[RoleAssignment]
    waiting: list[tuple[Words, int]]
    exported: int
    revealed: int
    taken_out: list[AuditEntry]


def belongings(user: User, *, by: User) -> Belongings:
    """Return what `user` holds and took out. Raises Refused."""
    require(by, OfficePermission.LET_GO)
    acts = AuditEntry.objects.filter(actor_id=user.pk, at__gt=timezone.now() - LOOK_BACK)
    out = acts.filter(action__in=EXPORTS | REVEALS)
    return Belongings(
        roles=_held(user),
        waiting=[(one.name, one.waiting(user)) for one in kinds.handovers()],
        exported=out.filter(action__in=EXPORTS).count(),
        revealed=out.filter(action__in=REVEALS).count(),
        taken_out=list(out.order_by("-seq")[:SHOWN]),
    )


def _held(user: User) -> list[RoleAssignment]:
    found = RoleAssignment.objects.filter(user=user, role__in=GIVEN).select_related("place")
    return list(found.order_by("role", "place__path"))


@transaction.atomic
def let_go(user: User, *, to: User | None, purpose: str, by: User) -> dict[str, int]:
    """End whatever a member of staff has of the office, all or nothing; return how much of each was handed over.

    Open items and drafts go to `to`, or, where nobody takes them over, back to all who may. Then roles, sessions and
    tokens end; her own account as a resident stays.

    Raises Refused (without the right; for oneself; `to` is nobody of the staff), NoStaff, and LastAdministrator.
    """
    require(by, OfficePermission.LET_GO)
    if user.pk == by.pk or (to is not None and (to.pk == user.pk or not _held(to))):
        raise Refused(Refusal.FORBIDDEN)
    # In the order in which a leaving administrator locks them herself.
    lock_administrators()
    User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    held = _held(user)
    if not withdraw_requests_for(user, by=by) and not held:
        raise NoStaff
    handed = {str(one.name): one.hand_over(user, to, by) for one in kinds.handovers()}
    for one in held:
        take_role(user, Role(one.role), place=one.place, purpose=purpose, by=by)
    devices.end_all(user)
    end_tokens(user, by=by)
    audit.append(
        "office.let_go",
        by=by,
        obj=user,
        purpose=purpose,
        data={
            "roles": [one.role for one in held],
            "to": to.pk if to else None,
            "handed": sum(handed.values()),
        },
    )
    return handed


def successors(user: User) -> Any:
    """Return the colleagues who could take over: whoever holds a role of the office and can act."""
    staff = RoleAssignment.objects.filter(role__in=GIVEN).values("user")
    return (
        User.objects.in_good_standing()
        .filter(pk__in=staff)
        .exclude(pk=user.pk)
        .order_by("display_name", "pk")
    )
