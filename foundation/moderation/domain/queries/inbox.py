"""What the inbox shows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from foundation.core import kinds
from foundation.core.models import Place
from foundation.moderation.models import OPEN, ReviewItem
from foundation.moderation.models.setting import facet_of

PER_PAGE = 30


@dataclass(frozen=True)
class Filter:
    """What of the inbox is looked at; its words stand in the address, so that the next item keeps to it."""

    kind: str = ""
    place: str = ""
    decided: bool = False
    mine: bool = False

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Filter":
        """Read it from an address; what makes no sense there is left out."""
        kind, place = given.get("kind", ""), given.get("place", "")
        return cls(
            kind=kind if kind in kinds.all_kinds() else "",
            place=place if place.isalnum() and len(place) <= 255 else "",
            decided=given.get("state") == "decided",
            mine=given.get("mine") == "1",
        )

    @property
    def words(self) -> dict[str, str]:
        """What stands in the address."""
        words = {
            "kind": self.kind,
            "place": self.place,
            "state": "decided" if self.decided else "",
            "mine": "1" if self.mine else "",
        }
        return {name: word for name, word in words.items() if word}

    @property
    def query(self) -> str:
        """The same, behind an address."""
        return f"?{urlencode(self.words)}" if self.words else ""

    def only(self, items: Any, user: Any) -> Any:
        """Narrow items down to it."""
        if self.kind:
            items = items.filter(kind=self.kind)
        if self.place:
            items = items.filter(place_path__startswith=self.place)
        return items.filter(assigned_to_id=user.pk) if self.mine else items


ALL = Filter()


def waiting_for(user: Any) -> Any:
    """Return what `user` may decide now, oldest first; own submissions are for somebody else."""
    waiting = ReviewItem.objects.visible_to(user).open()
    # Not `exclude`: it would ask for NULLs apart, and the index would not serve.
    others = Q(submitted_by__isnull=True) | ~Q(submitted_by_id=user.pk)
    first = ~Q(state=ReviewItem.State.HALF, first_by_id=user.pk)
    return waiting.filter(others, first).order_by("submitted_at", "id")


def decided_by_now(user: Any) -> Any:
    """Return what was decided or withdrawn of what `user` may decide, newest first."""
    return ReviewItem.objects.visible_to(user).exclude(state__in=OPEN).order_by("-decided_at", "-id")


def count_by_kind(items: Any) -> dict[str, int]:
    """Return how many there are, by kind, in one statement."""
    return dict(items.order_by("kind").values_list("kind").annotate(number=Count("pk")))


@dataclass(frozen=True)
class Row:
    """An item with the title of its object and the name of its place."""

    item: ReviewItem
    kind_name: str
    title: str
    place: str
    version: str = ""

    @property
    def pick(self) -> str:
        """What a tick before it sends: the item, and what of it was seen."""
        return f"{self.item.public_id}:{self.version}"

    @property
    def can_tick(self) -> bool:
        return self.item.is_open and self.item.facet.bulk


@dataclass(frozen=True)
class Listing:
    page: Page
    rows: list[Row]
    counts: dict[str, int]
    places: list[Place]


def listing(user: Any, wanted: Filter, number: Any) -> Listing:
    """Return one page of the inbox: counts, items, places, and one statement for each kind on the page."""
    items = decided_by_now(user) if wanted.decided else waiting_for(user)
    counts = count_by_kind(replace(wanted, kind="").only(items, user))
    chosen = wanted.only(items, user).select_related("submitted_by", "decided_by", "assigned_to")
    paginator = Paginator(chosen, PER_PAGE)
    # Counted above already.
    paginator.count = counts.get(wanted.kind, 0) if wanted.kind else sum(counts.values())
    page = paginator.get_page(number)
    shown = list(page.object_list)
    page.object_list = shown
    high = Q(level__in=Place.WITH_OFFICE)
    named = Q(path__in={item.place_path for item in shown} | {wanted.place})
    places = list(Place.objects.filter(high | named).order_by("path"))
    names = {place.path: place.name for place in places}
    choice = [place for place in places if place.depth <= 2 or place.path == wanted.place]
    return Listing(page, rows(shown, places=names), counts, choice)


def rows(items: Iterable[ReviewItem], *, places: dict[str, str] | None = None) -> list[Row]:
    """Read the objects of many items at once: one query per kind, one for the places where they are not given."""
    items = list(items)
    wanted: dict[str, set[str]] = defaultdict(set)
    for item in items:
        wanted[item.kind].add(item.object_id)
    titles: dict[tuple[str, str], str] = {}
    versions: dict[tuple[str, str], str] = {}
    for key, ids in wanted.items():
        kind, facet = kinds.get(key), facet_of(key)
        title = facet.title or kind.title
        objects = kind.model_class._default_manager.filter(pk__in=ids)
        for obj in objects.select_related(*facet.related) if facet.related else objects:
            titles[key, str(obj.pk)] = str(title(obj))
            # Only what can be ticked sends it back; the others may have to read for it.
            versions[key, str(obj.pk)] = facet.version(obj) if facet.bulk else ""
    if places is None:
        paths = {item.place_path for item in items}
        places = dict(Place.objects.filter(path__in=paths).values_list("path", "name"))
    return [
        Row(
            item,
            str(item.kind_of.name),
            titles.get((item.kind, item.object_id), ""),
            places.get(item.place_path, ""),
            versions.get((item.kind, item.object_id), ""),
        )
        for item in items
    ]


def next_waiting(user: Any, *, after: ReviewItem, wanted: Filter = ALL) -> ReviewItem | None:
    """Return the item that follows `after` in what is looked at, else the oldest one, else None.

    What was handed to somebody else is passed over: she has it in hand.
    """
    waiting = replace(wanted, decided=False).only(waiting_for(user), user).exclude(pk=after.pk)
    waiting = waiting.filter(Q(assigned_to__isnull=True) | Q(assigned_to_id=user.pk))
    same_moment = Q(submitted_at=after.submitted_at, pk__gt=after.pk)
    later = waiting.filter(Q(submitted_at__gt=after.submitted_at) | same_moment)
    return later.first() or waiting.first()
