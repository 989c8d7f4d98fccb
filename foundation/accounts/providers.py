"""The scopes that follow from accounts: verified residents, the people of a place, and those with a role."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from foundation.core.access import scopes
from foundation.core.access.roles import ROLES_OF, Role, RoleGroup
from foundation.core.models import Place


def _residents(user: Any) -> list[str] | None:
    return [""] if user.is_verified else None


def _places(user: Any) -> tuple[str, ...] | None:
    """A verified resident of a building reads what is for the building, its grid, committee and street."""
    return user.place.chain if user.is_verified and user.place_id else None


def _place_labels(refs: set[str]) -> dict[str, str]:
    names = dict(Place.objects.filter(path__in=refs).values_list("path", "name"))
    return {ref: _("%(place)s可见") % {"place": names.get(ref) or _("本地")} for ref in refs}


def _managed(user: Any) -> QuerySet | None:
    """Return the paths of the places for which somebody works, and of all below them."""
    paths = [have.place_path for have in user.held_roles() if have.role == Role.STAFF]
    if not paths:
        return None
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(path__startswith=path)
    return Place.objects.filter(below).order_by().annotate(ref=F("path")).values("ref")


def _managers_labels(refs: set[str]) -> dict[str, str]:
    names = dict(Place.objects.filter(path__in=refs).values_list("path", "name"))
    return {ref: _("%(place)s的工作人员可见") % {"place": names.get(ref) or _("本地")} for ref in refs}


def _groups(user: Any) -> list[str]:
    held = {have.role for have in user.held_roles()}
    return [str(group) for group, roles in ROLES_OF.items() if held & roles]


def _group_label(ref: str) -> str:
    return _("%(group)s可见") % {"group": RoleGroup(ref).label if ref in RoleGroup else ref}


scopes.register(
    scopes.ScopeProvider(level=scopes.RESIDENTS, refs=_residents, label=lambda ref: _("邻居可见"))
)
scopes.register(
    scopes.ScopeProvider(
        level=scopes.PLACE, refs=_places, label=lambda ref: _place_labels({ref})[ref], labels=_place_labels
    )
)
scopes.register(
    scopes.ScopeProvider(
        level=scopes.MANAGERS,
        refs=_managed,
        label=lambda ref: _managers_labels({ref})[ref],
        labels=_managers_labels,
    )
)
scopes.register(scopes.ScopeProvider(level=scopes.ROLE, refs=_groups, label=_group_label))
