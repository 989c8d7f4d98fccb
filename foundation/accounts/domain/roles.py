"""Giving and taking roles; Wagtail's groups follow."""

from django.contrib.auth.models import Group
from django.db import transaction

from foundation.accounts.domain import devices
from foundation.accounts.models import RoleAssignment, User
from foundation.accounts.permissions import STAFF_ROLES, AccountPermission
from foundation.core.access.permissions import require
from foundation.core.access.roles import Role
from foundation.core.flow import audit
from foundation.core.models import Place

# Wagtail's own permissions hang on these groups; their members follow from the roles, never the other way.
GROUP_OF_ROLE = {
    Role.EDITOR: "linli-editors",
    Role.REVIEWER: "linli-reviewers",
    Role.ADMINISTRATOR: "linli-administrators",
}


@transaction.atomic
def give_role(user: User, role: Role, *, place: Place | None = None, by: User | None) -> RoleAssignment:
    """Give a role (for a place, where it is a placed one). `by` None: the system. Raises Refused."""
    if by is not None:
        require(by, AccountPermission.GIVE_ROLES)
    held, new = RoleAssignment.objects.get_or_create(
        user=user, role=role, place=place, defaults={"given_by": by}
    )
    if new:
        _became_or_ceased(user, role)
        audit.append(
            "accounts.give_role", by=by, obj=user, place_path=place.path if place else "", data={"role": role}
        )
    _follow(user, role)
    return held


@transaction.atomic
def take_role(user: User, role: Role, *, place: Place | None = None, by: User | None) -> None:
    """Take a role away; it ends with the next request. `by` None: the system. Raises Refused."""
    if by is not None:
        require(by, AccountPermission.GIVE_ROLES)
    gone, _rows = RoleAssignment.objects.filter(user=user, role=role, place=place).delete()
    if gone:
        _became_or_ceased(user, role)
        audit.append(
            "accounts.take_role", by=by, obj=user, place_path=place.path if place else "", data={"role": role}
        )
    _follow(user, role)


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
