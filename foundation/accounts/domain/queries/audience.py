"""Who holds a token: the way back from a scope to its people, for what is told to all of them and for counts."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from foundation.accounts.models import Membership, RoleAssignment, User
from foundation.accounts.models.user import FOLLOWING
from foundation.core.access import scopes
from foundation.core.access.roles import PLACED, ROLES_OF, RoleGroup
from foundation.core.access.scopes import Scope


def people_of(scope: Scope) -> QuerySet[User]:
    """Return the verified people in good standing for whom something of that scope is meant, as they live today.

    For a place these are its residents and who works for it or for a part of it. Raises ValueError for a level that
    names no group of people.
    """
    people = User.objects.in_good_standing().filter(verified_at__isnull=False, leaves_at__isnull=True)
    match scope.level:
        case scopes.PUBLIC | scopes.RESIDENTS:
            return people
        case scopes.PLACE:
            works = RoleAssignment.objects.filter(
                user=OuterRef("pk"), role__in=_values(PLACED), place__path__startswith=scope.ref
            )
            return people.filter(Q(place__path__startswith=scope.ref) | Exists(works))
        case scopes.ROLE:
            return people.filter(_holds(RoleGroup(scope.ref)))
    if (members := scopes.members(scope)) is not None:
        return people.filter(pk__in=members.values("pk"))
    raise ValueError(f"{scope.level} names no group of people")


def _values(roles: object) -> list[str]:
    return sorted(str(role) for role in roles)  # type: ignore[attr-defined]


def _holds(group: RoleGroup) -> Exists | Q:
    roles = ROLES_OF[group]
    given = Exists(RoleAssignment.objects.filter(user=OuterRef("pk"), role__in=_values(roles)))
    types = {key.partition(":")[0] for key, role in FOLLOWING.items() if role in roles}
    if not types:
        return given
    member = Membership.objects.filter(user=OuterRef("pk"), until=None, organisation__type__in=sorted(types))
    return given | Exists(member)
