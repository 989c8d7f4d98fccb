"""The tiles of a space as one reader sees them (S12)."""

from dataclasses import dataclass
from typing import Any

from foundation.core.pages.tiles import Tile, TileSource
from spaces.domain.tiles import arrangement_of


@dataclass(frozen=True, kw_only=True)
class ShownTile:
    """A source with what its reader sees of it."""

    source: TileSource
    tile: Tile


def tiles_of(owner: Any, reader: Any) -> list[ShownTile]:
    """Return the tiles that the owner shows and that hold something for `reader`, in the owner's order.

    One statement, and those of each source that is shown: never more because there is more.
    """
    shown = [(one.source, one.source.read(owner, reader)) for one in arrangement_of(owner) if not one.hidden]
    return [ShownTile(source=source, tile=tile) for source, tile in shown if tile is not None]
