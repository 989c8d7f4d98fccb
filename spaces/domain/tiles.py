"""Arranging the tiles of the own space: their order, and which of them are shown (S12)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.access.permissions import require
from foundation.core.pages.tiles import TileSource, sources
from spaces.models import SpaceTile
from spaces.permissions import SpacePermission


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A source where its owner put it."""

    source: TileSource
    hidden: bool = False


def arrangement_of(owner: Any) -> list[Placed]:
    """Return every source in the owner's order; what she did not arrange yet comes last, shown. One statement."""
    chosen = {row.key: row for row in SpaceTile.objects.filter(owner_id=owner.pk)}
    last = len(chosen)
    # Sorting keeps the sources' own order among those that she never touched.
    placed = sorted(
        sources(),
        key=lambda source: (chosen[source.key].position, 0) if source.key in chosen else (last, 1),
    )
    return [
        Placed(source=source, hidden=source.key in chosen and chosen[source.key].hidden) for source in placed
    ]


def move_tile(key: str, *, up: bool, by: User) -> None:
    """Let a tile change places with the one above or below it; at the end it stays. Raises Refused, ValidationError."""

    def moved(placed: list[Placed], at: int) -> None:
        to = at - 1 if up else at + 1
        if 0 <= to < len(placed):
            placed[at], placed[to] = placed[to], placed[at]

    _change(key, moved, by=by)


def show_tile(key: str, *, shown: bool, by: User) -> None:
    """Show a tile on the own space, or hide it from everybody; what it lists stays open where it stands.

    Raises Refused, ValidationError.
    """

    def changed(placed: list[Placed], at: int) -> None:
        placed[at] = replace(placed[at], hidden=not shown)

    _change(key, changed, by=by)


@transaction.atomic
def arrange(keys: Sequence[str], *, hidden: Collection[str], by: User) -> None:
    """Put the named tiles first, in that order; the others follow as they stood. Raises Refused, ValidationError."""
    require(by, SpacePermission.ARRANGE_SPACE)
    _lock(by)
    known = {one.source.key: one for one in arrangement_of(by)}
    if not {*keys, *hidden} <= known.keys() or len({*keys}) != len(keys):
        raise _unknown()
    order = [*keys, *(key for key in known if key not in keys)]
    _keep([replace(known[key], hidden=key in hidden) for key in order], by)


@transaction.atomic
def _change(key: str, step: Callable[[list[Placed], int], None], *, by: User) -> None:
    require(by, SpacePermission.ARRANGE_SPACE)
    _lock(by)
    placed = arrangement_of(by)
    at = next((place for place, one in enumerate(placed) if one.source.key == key), None)
    if at is None:
        raise _unknown()
    step(placed, at)
    _keep(placed, by)


def _lock(user: User) -> None:
    User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=user.pk)


def _keep(placed: Sequence[Placed], owner: User) -> None:
    SpaceTile.objects.filter(owner=owner).delete()
    SpaceTile.objects.bulk_create(
        SpaceTile(owner=owner, key=one.source.key, position=place, hidden=one.hidden)
        for place, one in enumerate(placed)
    )


def _unknown() -> ValidationError:
    return ValidationError(_("没有这个应用。"), code="unknown")
