"""Giving and taking roles, strong ones by two persons; Wagtail's groups follow (A5)."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from foundation.accounts.domain import devices
from foundation.accounts.models import RoleAssignment, RoleRequest, User
from foundation.accounts.models.user import good_standing
from foundation.accounts.permissions import STAFF_ROLES, AccountPermission
from foundation.core import notify, reviews
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.access.roles import APART, GIVEN, PLACED, STRONG, Role
from foundation.core.flow import audit
from foundation.core.models import Place

# Wagtail's own permissions hang on these groups; their members follow from the roles, never the other way.
GROUP_OF_ROLE = {
    Role.EDITOR: "linli-editors",
    Role.REVIEWER: "linli-reviewers",
    Role.ADMINISTRATOR: "linli-administrators",
}


class PlaceMissing(Exception):
    """A placed role needs the place that it is held for, the others have none."""


class HeldAlready(Exception):
    """The person holds the role, or it waits for the second person already."""


class LastAdministrator(Exception):
    """Nobody would be left who can give roles."""


class NotTogether(Refused):
    """The person holds a role that nobody holds together with this one."""

    def __init__(self) -> None:
        super().__init__(Refusal.FORBIDDEN)


def _keep_apart(user: User, role: Role) -> None:
    """Refuse a role that watches over, or is watched by, another one of the same person. Raises NotTogether."""
    if role not in APART:
        return
    # Two roles given at the same moment stand in line here.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if RoleAssignment.objects.filter(user=user, role__in=APART - {role}).exists():
        raise NotTogether


def _withdraw_requests(user: User, *, by: User | None) -> None:
    """Take back what somebody asked for as an administrator: who is none any more is no first of two persons."""
    for request in RoleRequest.objects.filter(asked_by=user, state=RoleRequest.State.WAITING):
        reviews.withdraw(request, by=by)
        RoleRequest.objects.filter(pk=request.pk, state=RoleRequest.State.WAITING).update(
            state=RoleRequest.State.REFUSED, decided_at=timezone.now()
        )


def withdraw_requests_for(user: User, *, by: User | None) -> int:
    """Take back the roles that wait for a second person to be given to somebody; return how many."""
    waiting = RoleRequest.objects.filter(user=user, state=RoleRequest.State.WAITING)
    for request in waiting:
        reviews.withdraw(request, by=by)
    return waiting.update(state=RoleRequest.State.REFUSED, decided_at=timezone.now())


@transaction.atomic
def ask_for_role(
    user: User, role: Role, *, place: Place | None = None, purpose: str, by: User
) -> RoleRequest | None:
    """Give `user` a role at once, or, where it is a strong one, ask a second administrator; None: given.

    Raises Refused (without the right; roles that nobody gives by hand; for oneself), NotTogether, PlaceMissing, HeldAlready.
    """
    require(by, AccountPermission.GIVE_ROLES)
    if role not in GIVEN or user.pk == by.pk or not user.is_active:
        raise Refused(Refusal.FORBIDDEN)
    if (place is not None) != (role in PLACED):
        raise PlaceMissing
    # Two that press at once stand in line here; the constraints would answer the second one with an error page.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    _keep_apart(user, role)
    same = {"user": user, "role": role, "place": place}
    waiting = RoleRequest.objects.filter(**same, state=RoleRequest.State.WAITING)
    if RoleAssignment.objects.filter(**same).exists() or waiting.exists():
        raise HeldAlready
    if role not in STRONG:
        give_role(user, role, place=place, purpose=purpose, by=by)
        return None
    request = RoleRequest.objects.create(**same, purpose=purpose, asked_by=by)
    audit.append("accounts.ask_for_role", by=by, obj=user, **_facts(role, place), purpose=purpose)
    reviews.submit(request, by=by)
    return request


@transaction.atomic
def decide_role_request(request: RoleRequest, *, approved: bool, reason: str, by: User) -> None:
    """Let the second administrator decide; the inbox calls it, under the lock of its own row.

    Raises Refused where `by` asked for it or is the person herself.
    """
    require(by, AccountPermission.GIVE_ROLES)
    if by.pk in (request.asked_by_id, request.user_id):
        raise Refused(Refusal.FORBIDDEN)
    locked = RoleRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    locked.state = RoleRequest.State.APPROVED if approved else RoleRequest.State.REFUSED
    locked.decided_by, locked.decided_at = by, timezone.now()
    locked.save(update_fields=["state", "decided_by", "decided_at"])
    if approved:
        give_role(locked.user, Role(locked.role), place=locked.place, purpose=locked.purpose, by=by)
    to = [locked.asked_by_id] if locked.asked_by_id else []
    if approved:
        notify.emit("role_granted", to=to, about=locked, by=by, text=reason)
    else:
        notify.emit("role_refused", to=to, about=locked, by=by, text=reason)


def _facts(role: Role, place: Place | None) -> dict[str, Any]:
    return {"place_path": place.path if place else "", "data": {"role": role}}


@transaction.atomic
def give_role(
    user: User, role: Role, *, place: Place | None = None, purpose: str = "", by: User | None
) -> RoleAssignment:
    """Give a role (for a place, where it is a placed one). `by` None: the system. Raises Refused, NotTogether."""
    if by is not None:
        require(by, AccountPermission.GIVE_ROLES)
    _keep_apart(user, role)
    held, new = RoleAssignment.objects.get_or_create(
        user=user, role=role, place=place, defaults={"given_by": by}
    )
    if new:
        _became_or_ceased(user, role)
        audit.append("accounts.give_role", by=by, obj=user, **_facts(role, place), purpose=purpose)
        if by is not None:
            notify.emit("role_given", to=[user.pk], about=user, by=by, text=str(role.label))
    _follow(user, role)
    return held


@transaction.atomic
def take_role(
    user: User, role: Role, *, place: Place | None = None, purpose: str = "", by: User | None
) -> None:
    """Take a role away; it ends with the next request. `by` None: the system.

    One person is enough, strong or not: what must end, ends at once. Raises Refused, LastAdministrator.
    """
    if by is not None:
        require(by, AccountPermission.GIVE_ROLES)
    if role == Role.ADMINISTRATOR and by is not None:
        lock_administrators()
        if not other_administrators(user).exists():
            raise LastAdministrator
    if role == Role.ADMINISTRATOR:
        _withdraw_requests(user, by=by)
    gone, _rows = RoleAssignment.objects.filter(user=user, role=role, place=place).delete()
    if gone:
        _became_or_ceased(user, role)
        audit.append("accounts.take_role", by=by, obj=user, **_facts(role, place), purpose=purpose)
        if by is not None:
            notify.emit("role_taken", to=[user.pk], about=user, by=by, text=str(role.label))
    _follow(user, role)


def lock_administrators() -> None:
    """Let one at a time, of all who stop being administrators, count who is left."""
    list(
        RoleAssignment.objects.select_for_update(of=("self",)).filter(role=Role.ADMINISTRATOR).order_by("pk")
    )


def other_administrators(user: User) -> QuerySet[RoleAssignment]:
    """Return the administrators beside `user` who can act: neither closed nor suspended nor leaving."""
    found = RoleAssignment.objects.filter(
        good_standing("user__"), role=Role.ADMINISTRATOR, user__leaves_at__isnull=True
    )
    return found.exclude(user=user)


def _became_or_ceased(user: User, role: Role) -> None:
    """End the sessions of somebody whose last or first staff role it was: staff's sessions follow other rules."""
    held = RoleAssignment.objects.filter(user=user, role__in=STAFF_ROLES).exclude(role=role)
    if role in STAFF_ROLES and not held.exists():
        devices.end_all(user)


def _follow(user: User, role: Role) -> None:
    name = GROUP_OF_ROLE.get(role)
    user.__dict__.pop("_held_roles", None)
    if name is None:
        return
    group, _new = Group.objects.get_or_create(name=name)
    if RoleAssignment.objects.filter(user=user, role=role).exists():
        user.groups.add(group)
    else:
        user.groups.remove(group)
