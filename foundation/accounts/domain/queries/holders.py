"""Who holds a right or a role: the people to tell when something waits, and the page of roles."""

from collections.abc import Callable, Iterable

from django.db import models
from django.db.models import Q

from foundation.accounts.models import RoleAssignment, User
from foundation.accounts.models.user import good_standing
from foundation.core.access.permissions import Grant, Permission, grants
from foundation.core.access.roles import GIVEN, PLACED


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


def named(query: str) -> Q:
    """Return the condition of being called so, on accounts.

    Names match anywhere from two characters on, an address name or mail address only as a whole: nobody fishes for
    addresses, and one letter is not everybody. Who somebody is by her papers is no question to ask here.
    """
    whole = Q(username=query.lower()) | Q(email__iexact=query) | Q(display_name__iexact=query)
    return whole | Q(display_name__icontains=query) if len(query) > 1 else whole


def found_people(query: str, *, role: str = "") -> models.QuerySet[User]:
    """Return the active accounts that hold a role given by hand, or everybody so `named` where one is asked for."""
    people = User.objects.get_queryset().filter(is_active=True)
    if query:
        people = people.filter(named(query))
    held = RoleAssignment.objects.filter(user=models.OuterRef("pk"), role__in=[str(one) for one in GIVEN])
    if role:
        held = held.filter(role=role)
    if role or not query:
        people = people.filter(models.Exists(held))
    return people.select_related("place", "avatar").order_by("display_name", "pk")


def given_roles(people: Iterable[User]) -> list[tuple[User, list[RoleAssignment]]]:
    """Return each person with the roles that she was given, in one statement for all."""
    people = list(people)
    held: dict[int, list[RoleAssignment]] = {person.pk: [] for person in people}
    rows = RoleAssignment.objects.filter(user__in=people, role__in=[str(one) for one in GIVEN])
    for row in rows.select_related("place").order_by("role", "place__path"):
        held[row.user_id].append(row)
    return [(person, held[person.pk]) for person in people]
