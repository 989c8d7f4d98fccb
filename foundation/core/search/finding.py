"""Asking: candidates by their words and tokens, then each kind's own `visible_to` (P9).

A hit counts only while its kind shows it to the reader now, and while it is as it was written into the index. Numbers
count such hits alone: nothing is told of what may not be opened.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Case, F, Q, Value, When, Window
from django.db.models.functions import RowNumber, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_from_path
from django.utils.translation import gettext_lazy as _

from foundation.core.access import scopes
from foundation.core.access.permissions import has_permission
from foundation.core.facets import Words
from foundation.core.search import pages
from foundation.core.search.engine import Word as SearchWord
from foundation.core.search.engine import is_loose, matching
from foundation.core.search.indexing import searched, state_of
from foundation.core.search.marking import excerpt, marked
from foundation.core.search.models import SearchDocument, SearchText
from foundation.core.search.words import Asked, heading_of
from foundation.core.zh.text import is_han, runs, sounds_of

PER_PAGE = 20
# The best of each kind: nobody reads further, and an ordinary word costs no more than a rare one.
PER_KIND = 60
MOST_SHOWN = 50
# With so few hits something that sounds alike is offered.
FEW = 3
MOST_ALIKE = 3
# So many days make a hit one step lighter, up to four steps.
DAYS_PER_STEP = 120


class Row(NamedTuple):
    """What is read of a candidate."""

    pk: int
    kind: str
    object_id: int
    part: str
    title: str
    heading: str
    address: str
    weight: int
    date: datetime | None
    language: str
    owner_id: int | None
    state: str


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something that was found, as it is shown."""

    kind: str
    kind_name: Words
    object_id: int
    owner_id: int | None
    title: str
    title_html: SafeString
    # In words where a piece of the object was found, not the whole.
    label: Words
    excerpt: str
    excerpt_html: SafeString
    address: str
    date: datetime | None


@dataclass(frozen=True, kw_only=True)
class Count:
    """How much was found of a kind; `more`: there is more than is counted."""

    kind: str
    name: Words
    number: int
    more: bool


@dataclass(kw_only=True)
class Found:
    """The answer to one question."""

    asked: Asked
    kind: str
    page: Page
    hits: list[Hit]
    counts: list[Count] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How much was found of all kinds together."""
        return sum(count.number for count in self.counts)

    @property
    def more(self) -> bool:
        return any(count.more for count in self.counts)


def names() -> dict[str, Words]:
    """Return what can be found, by key, in the order in which it is shown."""
    ranked = sorted(searched().items(), key=lambda item: -item[1][1].weight)
    return {**{key: kind.name for key, (kind, _facet) in ranked}, pages.KIND: _("帮助")}


def find(words: str, user: Any, *, kind: str = "", page: Any = 1, per_page: int = PER_PAGE) -> Found:
    """Return what `user` finds by `words`, of all kinds or of one. Nothing typed, nothing found; never an error."""
    asked = Asked.of(words)
    rows = _ranked(asked, _best(asked.words, user)) if asked.words else []
    numbers = Counter(row.kind for row in rows)
    counts = [
        Count(kind=key, name=name, number=min(numbers[key], MOST_SHOWN), more=numbers[key] > MOST_SHOWN)
        for key, name in names().items()
        if numbers[key]
    ]
    shown = Paginator([row for row in rows if kind in ("", row.kind)], per_page).get_page(page)
    return Found(
        asked=asked,
        kind=kind if kind in names() else "",
        page=shown,
        hits=_hits(shown.object_list, asked),
        counts=counts,
        alike=_alike(asked, user, rows) if len(rows) < FEW else [],
    )


def _best(words: Sequence[SearchWord], user: Any) -> list[Row]:
    """Return the candidates that the reader may see, the best of each kind."""
    for side_by_side in (False, True):
        rows = _candidates(words, user, side_by_side=side_by_side)
        whole = rows if side_by_side else _side_by_side(rows, words)
        crowded = {key for key, number in Counter(row.kind for row in rows).items() if number >= PER_KIND}
        # What only seemed to fit may have kept out what fits: then every row is looked into.
        if len(whole) == len(rows) or not crowded:
            break
    return _standing(whole, user)


def _candidates(words: Sequence[SearchWord], user: Any, *, side_by_side: bool) -> list[Row]:
    in_title = Q()
    for word in words:
        in_title &= Q(GreaterThan(StrIndex("heading", Value(word.text)), 0))
    best = (
        SearchDocument.objects.filter(_findable(user))
        .filter(matching(words, side_by_side=side_by_side))
        .annotate(
            rank=Window(
                RowNumber(),
                partition_by="kind",
                order_by=[Case(When(in_title, then=0), default=1), F("recency").desc(), "pk"],
            )
        )
        .filter(rank__lte=PER_KIND)
    )
    # All that is sorted is narrow; what is shown of the best is read afterwards.
    found = SearchDocument.objects.filter(pk__in=best.values("pk"))
    return [Row(*row) for row in found.values_list(*Row._fields)]


def _findable(user: Any) -> Q:
    """Return the condition that a document's token is one of the reader's, and its kind open to her."""
    condition, closed = scopes.readable(user, owner="owner_id"), []
    for key, (kind, facet) in searched().items():
        if facet.permission is not None and not has_permission(user, facet.permission):
            closed.append(key)
        elif facet.scope is None:
            condition |= Q(
                scope_level=SearchDocument.ASKED,
                kind=key,
                object_id__in=kind.visible_to(user).order_by().values("pk"),
            )
    return condition & ~Q(kind__in=closed) if closed else condition


def _side_by_side(rows: list[Row], words: Sequence[SearchWord]) -> list[Row]:
    """Keep the rows in which each piece stands as a whole."""
    loose = [word for word in words if is_loose(word)]
    unsure = {row.pk for row in rows if any(word.text not in row.heading for word in loose)}
    if not unsure:
        return rows
    texts = SearchText.objects.filter(pk__in=unsure)
    for word in loose:
        texts = texts.filter(words__contains=f" {' '.join(word.pairs)} ")
    kept = set(texts.values_list("pk", flat=True))
    return [row for row in rows if row.pk not in unsure or row.pk in kept]


def _standing(rows: list[Row], user: Any) -> list[Row]:
    """Keep the rows whose object the reader sees now, and which say of it what is still so."""
    ids: dict[str, set[int]] = {}
    for row in rows:
        ids.setdefault(row.kind, set()).add(row.object_id)
    asked = []
    for key, some in ids.items():
        if key == pages.KIND:
            continue
        kind, facet = searched()[key]
        seen = kind.visible_to(user).filter(pk__in=some).order_by()
        asked.append(
            seen.annotate(found_as=Value(key), state_now=state_of(facet)).values_list(
                "found_as", "pk", "state_now"
            )
        )
    now = {(key, pk): state for key, pk, state in asked[0].union(*asked[1:], all=True)} if asked else {}
    known = {page.key for page in pages.registered()}
    return [
        row
        for row in rows
        if (
            row.object_id in known
            if row.kind == pages.KIND
            else now.get((row.kind, row.object_id)) == row.state
        )
    ]


def _ranked(asked: Asked, rows: Iterable[Row]) -> list[Row]:
    """Put the best first, each object once: title before text, then weight and how new it is."""
    whole, now, language = heading_of(asked.typed), timezone.now(), get_language()

    def height(row: Row) -> tuple[int, float, float]:
        if row.heading == whole:
            tier = 3
        elif whole in row.heading:
            tier = 2
        else:
            tier = int(all(run in row.heading for run in asked.runs))
        age = (now - row.date).days / DAYS_PER_STEP if row.date else 0
        foreign = bool(row.language) and row.language != language
        return tier, row.weight - min(max(age, 0), 4) - foreign, row.date.timestamp() if row.date else 0

    best: dict[tuple[str, int], Row] = {}
    for row in sorted(rows, key=height, reverse=True):
        best.setdefault((row.kind, row.object_id), row)
    return list(best.values())


def _hits(rows: Iterable[Row], asked: Asked) -> list[Hit]:
    rows = list(rows)
    texts = (
        dict(SearchText.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "text"))
        if rows
        else {}
    )
    called, language = names(), get_language()
    prefix = "" if language in (None, settings.LANGUAGE_CODE) else f"/{language}"
    hits = []
    for row in rows:
        said = excerpt(texts.get(row.pk, ""), asked.runs)
        hits.append(
            Hit(
                kind=row.kind,
                kind_name=called[row.kind],
                object_id=row.object_id,
                owner_id=row.owner_id,
                title=row.title,
                title_html=marked(row.title, asked.runs),
                label=searched()[row.kind][1].part_label(row.part)
                if row.part and row.kind != pages.KIND
                else "",
                excerpt=said,
                excerpt_html=marked(said, asked.runs),
                # A page of a language's own tree names its language already.
                address=row.address if get_language_from_path(row.address) else prefix + row.address,
                date=row.date,
            )
        )
    return hits


def _alike(asked: Asked, user: Any, found: Sequence[Row]) -> list[str]:
    """Return pieces of titles that sound like what was typed and are written otherwise, as far as the reader finds them."""
    typed = [run for run in asked.runs if is_han(run) and len(run) > 1]
    if len(typed) != 1 or not asked.sounds:
        return []
    (run,), sounds = typed, sounds_of(typed[0])
    offered: Counter[str] = Counter()
    for row in _ranked(asked, _best(asked.sounds, user))[:PER_PAGE]:
        for piece in (one for one in runs(row.title) if is_han(one)):
            for at in range(len(piece) - len(run) + 1):
                other = piece[at : at + len(run)]
                if other != run and sounds & sounds_of(other):
                    offered[asked.typed.replace(run, other)] += 1
    return [words for words, _number in offered.most_common(MOST_ALIKE)]


def ids_found(words: str, user: Any, *, kind: str) -> list[int]:
    """Return the ids of the objects of one kind that `user` finds by `words`, the best first."""
    asked = Asked.of(words)
    rows = _ranked(asked, _best(asked.words, user)) if asked.words else []
    return [row.object_id for row in rows if row.kind == kind]
