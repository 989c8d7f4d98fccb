"""Circles as a tile of a space (S12)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from foundation.core.pages.tiles import Line, Tile, TileSource, register, tile_of
from groups.domain.queries.circles import circles_of
from groups.models import Circle


def _circle(circle: Circle) -> Line:
    number = circle.member_count
    note = ngettext("%(number)s 位成员", "%(number)s 位成员", number) % {"number": number}
    return Line(words=circle.name, url=circle.get_absolute_url(), note=note)


def circles(owner: Any, reader: Any) -> Tile | None:
    """Return the circles that the owner belongs to, for verified neighbours as far as `reader` may know of them.

    Where somebody spends her time is nothing for visitors.
    """
    if not getattr(reader, "is_verified", False):
        return None
    own = reader.pk == owner.pk
    return tile_of(
        circles_of(owner, reader), _circle, url=f"{reverse('circles:circles')}?mine=1" if own else ""
    )


register(TileSource(key="circles", name=gettext_lazy("圈子"), icon="users", order=10, read=circles))
