"""Who holds a right: the people to tell when something waits for a decision."""

from collections.abc import Callable

from django.db.models import Q

from foundation.accounts.models import RoleAssignment
from foundation.accounts.models.user import good_standing
from foundation.core.access.permissions import Grant, Permission, grants
from foundation.core.access.roles import PLACED


def holders(
    permission: Permission, *, place_path: str = "", reaches: Callable[[str], bool] = lambda path: True
) -> list[int]:
    """Return the ids of active users who were given a role with the right, for a placed one at or above the place.

    `reaches(path)` says of the place that a placed role is held for whether it counts.
    """
    roles = [entry.role if isinstance(entry, Grant) else entry for entry in grants().get(permission, ())]
    held = RoleAssignment.objects.filter(good_standing("user__"), role__in=roles).select_related("place")
    return sorted(
        {
            row.user_id
            for row in held.filter(~Q(role__in=PLACED) | Q(place__isnull=False))
            if row.role not in PLACED
            or (row.place is not None and place_path.startswith(row.place.path) and reaches(row.place.path))
        }
    )
