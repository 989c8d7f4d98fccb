"""Tiles on a personal space (S12): each app says what it shows of somebody there, the space lets her arrange them.

Activities, surveys, badges and bookings register theirs as circles, albums and diaries do: no app knows another's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Count, QuerySet, Window
from django.utils.functional import Promise

LINES = 4


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing on a tile: what, where it is, and a word about it."""

    words: str | Promise
    url: str
    note: str | Promise = ""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """What one reader sees of a source: how much there is, the first of it, and where all of it stands."""

    count: int
    lines: Sequence[Line]
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class TileSource:
    """`read(owner, reader)` starts at `visible_to(reader)`, in a fixed number of statements; None: nothing for her.

    `key` is kept with each owner's order and never changes; `icon` is one of the sprite. Lower `order` comes first
    where the owner chose no other.
    """

    key: str
    name: str | Promise
    icon: str
    order: int
    read: Callable[[Any, Any], Tile | None]


_sources: dict[str, TileSource] = {}


def register(source: TileSource) -> None:
    """Add a source of tiles. Raises ImproperlyConfigured where its key is taken by another."""
    known = _sources.setdefault(source.key, source)
    if known != source:
        raise ImproperlyConfigured(f"Two sources of tiles are called {source.key}.")


def sources() -> list[TileSource]:
    """Return every source in the order in which tiles stand that nobody arranged."""
    return sorted(_sources.values(), key=lambda source: (source.order, source.key))


def tile_of(rows: QuerySet[Any], line: Callable[[Any], Line], *, url: str = "") -> Tile | None:
    """Return the tile of `rows`, which are visible to its reader and in their order; None where there are none.

    The number of all comes with the first few: one statement, and what its rows prefetch.
    """
    first = list(rows.annotate(of_all=Window(Count("*")))[:LINES])
    if not first:
        return None
    return Tile(count=first[0].of_all, lines=[line(row) for row in first], url=url)
