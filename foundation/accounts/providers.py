"""The scopes that follow from accounts: verified residents, and the people of a place."""

from typing import Any

from django.utils.translation import gettext as _

from foundation.core.access import scopes
from foundation.core.models import Place


def _residents(user: Any) -> list[str] | None:
    return [""] if user.is_verified else None


def _places(user: Any) -> tuple[str, ...] | None:
    """A verified resident of a building reads what is for the building, its grid, committee and street."""
    return user.place.chain if user.is_verified and user.place_id else None


def _place_labels(refs: set[str]) -> dict[str, str]:
    names = dict(Place.objects.filter(path__in=refs).values_list("path", "name"))
    return {ref: _("%(place)s可见") % {"place": names.get(ref) or _("本地")} for ref in refs}


scopes.register(
    scopes.ScopeProvider(level=scopes.RESIDENTS, refs=_residents, label=lambda ref: _("邻居可见"))
)
scopes.register(
    scopes.ScopeProvider(
        level=scopes.PLACE, refs=_places, label=lambda ref: _place_labels({ref})[ref], labels=_place_labels
    )
)
