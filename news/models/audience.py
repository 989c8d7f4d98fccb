"""For whom a notice is: everybody, the verified residents, the people of a place, or those with a role (P3)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.core.access import scopes
from foundation.core.access.permissions import has_permission, place_paths
from foundation.core.access.roles import RoleGroup
from foundation.core.access.scopes import Scope
from foundation.core.models import Place
from foundation.core.pages.version import kept
from foundation.core.permissions import PortalPermission
from news.permissions import NewsPermission

LEVELS = (scopes.PUBLIC, scopes.RESIDENTS, scopes.PLACE, scopes.ROLE)


@dataclass(frozen=True)
class Reader:
    """What notices somebody may read: by her own tokens, and for the places she works for and all below them."""

    tokens: frozenset[Scope]
    works_for: tuple[str, ...] = ()
    everything: bool = False

    def may_read(self, scope: Scope) -> bool:
        """Say for one notice in memory what `condition` says for a query."""
        if self.everything or scope in self.tokens:
            return True
        return scope.level == scopes.PLACE and scope.ref.startswith(self.works_for)

    def condition(self) -> Q:
        """Return the condition on the columns of a notice."""
        if self.everything:
            return Q()
        found = Q(scope_level=scopes.PUBLIC)
        for level in LEVELS[1:]:
            if refs := sorted(token.ref for token in self.tokens if token.level == level):
                found |= Q(scope_level=level, scope_ref__in=refs)
        for path in self.works_for:
            found |= Q(scope_level=scopes.PLACE, scope_ref__startswith=path)
        return found


VISITOR = Reader(frozenset({Scope(scopes.PUBLIC)}))


def reader_of(user: Any) -> Reader:
    """Return what somebody may read; whoever writes the portal's pages reads all of them."""
    if user is None or not user.is_authenticated:
        return VISITOR
    if has_permission(user, PortalPermission.WRITE_PAGES):
        return Reader(frozenset(), everything=True)
    works_for = place_paths(user, NewsPermission.PUBLISH_LOCALLY)
    if works_for is None:
        return Reader(frozenset(), everything=True)
    above = {Scope(scopes.PLACE, ref) for path in works_for for ref in chain(path)}
    return Reader(scopes.tokens(user, *LEVELS[1:]) | above, works_for)


def chain(path: str) -> tuple[str, ...]:
    """Return the paths from the street down to a place."""
    return Place(path=path).chain


def names_of_places() -> dict[str, str]:
    """Return the name of every place by its path."""
    return kept("names-of-places", lambda: dict(Place.objects.values_list("path", "name")))


def words_of(scope: Scope) -> str:
    """Say for whom something is; empty for everybody."""
    match scope.level:
        case scopes.RESIDENTS:
            return _("认证居民")
        case scopes.PLACE:
            return names_of_places().get(scope.ref) or _("本地")
        case scopes.ROLE:
            return str(RoleGroup(scope.ref).label)
    return ""
