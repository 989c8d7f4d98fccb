"""What the inbox shows."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from foundation.core import kinds
from foundation.core.kinds import ReviewFacet
from foundation.core.models import Place
from foundation.moderation.models import ReviewItem


def waiting_for(user: Any) -> Any:
    """Return what `user` may decide now, oldest first; own submissions are for somebody else."""
    waiting = ReviewItem.objects.visible_to(user).filter(state=ReviewItem.State.WAITING)
    return waiting.exclude(submitted_by_id=user.pk).order_by("submitted_at", "id")


def count_by_kind(user: Any) -> dict[str, int]:
    """Return how many wait for `user`, by kind."""
    return dict(Counter(waiting_for(user).values_list("kind", flat=True)))


@dataclass(frozen=True)
class Row:
    """An item with the title of its object and the name of its place."""

    item: ReviewItem
    kind_name: str
    title: str
    place: str


def rows(items: Iterable[ReviewItem]) -> list[Row]:
    """Read the objects of many items at once: one query per kind, one for the places."""
    items = list(items)
    wanted: dict[str, set[str]] = defaultdict(set)
    for item in items:
        wanted[item.kind].add(item.object_id)
    titles = {}
    for key, ids in wanted.items():
        kind = kinds.get(key)
        objects = kind.model_class._default_manager.filter(pk__in=ids)
        title = kind.title
        if isinstance(kind.review, ReviewFacet):
            title = kind.review.title or title
            objects = objects.select_related(*kind.review.related) if kind.review.related else objects
        for obj in objects:
            titles[key, str(obj.pk)] = title(obj)
    places = dict(
        Place.objects.filter(path__in={item.place_path for item in items}).values_list("path", "name")
    )
    return [
        Row(
            item,
            str(item.kind_of.name),
            titles.get((item.kind, item.object_id), ""),
            places.get(item.place_path, ""),
        )
        for item in items
    ]


def next_waiting(user: Any, *, after: ReviewItem) -> ReviewItem | None:
    """Return the item that follows `after` in the inbox, else the oldest one, else None."""
    waiting = waiting_for(user).exclude(pk=after.pk)
    later = waiting.filter(submitted_at__gte=after.submitted_at)
    return later.first() or waiting.first()
