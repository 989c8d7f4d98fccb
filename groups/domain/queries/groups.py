"""Interest groups as one reader sees them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from foundation.accounts.models import User
from foundation.core.models import Place
from foundation.core.zh.text import runs
from groups.models import Group, GroupMember
from groups.models.circle import overseen_places


def as_read_by(groups: QuerySet, user: Any) -> Any:
    """Add what a card shows: cover, place, and as `my_role` how `user` stands to each."""
    role: Any = Value("")
    if user.is_authenticated and user.pk:
        mine = GroupMember.objects.filter(group_id=OuterRef("pk"), user_id=user.pk)
        role = Coalesce(Subquery(mine.values("role")[:1]), Value(""))
    return groups.select_related("cover", "place", "owner").annotate(my_role=role)


def found_by(user: Any, *, words: str = "", mine: bool = False) -> Any:
    """Return the groups that `user` sees, the own first, then the newest; closed ones never."""
    rows = as_read_by(Group.objects.visible_to(user), user).filter(closed_at=None)
    for run in runs(words):
        rows = rows.filter(Q(name__icontains=run) | Q(purpose__icontains=run))
    if mine:
        rows = rows.exclude(my_role="")
    own = Q(owner_id=user.pk) if user.is_authenticated else Q(pk__in=[])
    first = Case(When(own, then=0), When(my_role="member", then=1), default=2, output_field=IntegerField())
    return rows.annotate(mine_first=first).order_by("mine_first", "-pk")


def on_portal(place: Place | None = None) -> Any:
    """Return the groups that staff let on the portal, of one place or of all, the newest first."""
    rows = Group.objects.visible_to(None).on_portal().select_related("cover", "place")
    if place is not None:
        rows = rows.filter(place__path__startswith=place.path)
    return rows.order_by("-pk")


def members_of(group: Group, reader: Any, *, roles: Sequence[str] = (GroupMember.Role.MEMBER,)) -> QuerySet:
    """Return the memberships of a group whose people `reader` may see, the longest first."""
    people = User.objects.visible_to(reader)
    rows = group.members.filter(role__in=roles, user_id__in=people.values("pk"))
    return rows.select_related("user__avatar").order_by("since", "pk")


def overseen(user: Any, *, visibility: str = "", words: str = "") -> QuerySet:
    """Return the groups of the places that `user` oversees, for the office's list; never what only its owner may see."""
    place = overseen_places(user, "place__path")
    rows = Group.objects.none() if place is None else Group.objects.filter(place)
    rows = rows.filter(closed_at=None).exclude(visibility=Group.Visibility.ONLY)
    if visibility in Group.Visibility.values:
        rows = rows.filter(visibility=visibility)
    if words:
        rows = rows.filter(name__icontains=words)
    return rows.select_related("place", "owner").order_by("-pk")
