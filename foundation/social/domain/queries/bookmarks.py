"""What somebody saved, as far as she may see it now (S2)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import Truncator

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.facets import FeedFacet, SearchFacet
from foundation.core.kinds import Kind
from foundation.core.zh.text import runs
from foundation.social.models import Bookmark
from foundation.social.models.bookmark import MOST_SAVED

EXCERPT = 120


@dataclass(frozen=True, kw_only=True)
class Saved:
    """One saved object with what its kind says of it; `by` is whose it is, where it is a neighbour's."""

    bookmark: Bookmark
    kind: Kind
    public_id: str
    title: str
    excerpt: str
    address: str
    by: User | None


def saved_by(user: Any, *, words: str = "") -> QuerySet[Bookmark]:
    """Return what `user` saved and may see now, the newest first; with `words` what holds them all."""
    there = Q(pk__in=[])
    for kind in kinds.all_kinds().values():
        if kind.can_be_saved:
            seen = kind.visible_to(user).filter(pk=OuterRef("object_id"))
            there |= Q(Exists(seen), kind=kind.key)
    found = Bookmark.objects.filter(there, user_id=user.pk).order_by("-pk")
    if wanted := runs(words):
        holding = [
            row.pk
            for row, kind, obj in _objects(found[:MOST_SAVED], user)
            if all(run in _text(kind, obj) for run in wanted)
        ]
        found = found.filter(pk__in=holding)
    return found


def shown(rows: Iterable[Bookmark], user: Any) -> list[Saved]:
    """Make rows of `saved_by` ready to be shown: one statement for each kind among them."""
    return [_saved(row, kind, obj) for row, kind, obj in _objects(rows, user)]


def is_saved(target: Any, user: Any) -> bool:
    """Say whether `user` saved an object."""
    own = Bookmark.objects.filter(user_id=user.pk, kind=kinds.of(target).key, object_id=target.pk)
    return user.is_authenticated and own.exists()


def _objects(rows: Iterable[Bookmark], user: Any) -> list[tuple[Bookmark, Kind, Any]]:
    rows = list(rows)
    wanted: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        wanted[row.kind].append(row.object_id)
    found = {key: _visible(kinds.get(key), user).in_bulk(ids) for key, ids in wanted.items()}
    return [
        (row, kinds.get(row.kind), obj)
        for row in rows
        if (obj := found[row.kind].get(row.object_id)) is not None
    ]


def _visible(kind: Kind, user: Any) -> QuerySet[Any]:
    found = kind.visible_to(user)
    return found.select_related("author__avatar") if isinstance(kind.feed, FeedFacet) else found


def _text(kind: Kind, obj: Any) -> str:
    """Return all that is looked into, written as `runs` writes what is looked for."""
    parts: Sequence[str] = [str(kind.title(obj)), _body(kind, obj)]
    return " ".join(run for part in parts for run in runs(part))


def _body(kind: Kind, obj: Any) -> str:
    return kind.search.text(obj) if isinstance(kind.search, SearchFacet) else ""


def _saved(row: Bookmark, kind: Kind, obj: Any) -> Saved:
    title, excerpt = str(kind.title(obj)), Truncator(" ".join(_body(kind, obj).split())).chars(EXCERPT)
    if isinstance(kind.search, SearchFacet) and kind.search.title is not None:
        # Its title is its beginning: said once.
        title, excerpt = excerpt or title, ""
    return Saved(
        bookmark=row,
        kind=kind,
        public_id=obj.public_id,
        title=title,
        excerpt=excerpt,
        address=kind.url(obj),
        by=obj.author if isinstance(kind.feed, FeedFacet) else None,
    )
