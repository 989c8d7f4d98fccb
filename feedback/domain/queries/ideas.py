"""Ideas as one reader sees them, in a fixed number of queries however many there are."""

from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Value

from feedback.models import Answer, Category, Idea, IdeaPicture, Vote
from feedback.models.idea import OPEN, ROADMAP
from foundation.core.access.scopes import PUBLIC
from foundation.core.models import Place
from foundation.core.zh.text import is_han, pairs, runs

ORDERS = {"votes": ("-vote_count", "-pk"), "new": ("-pk",)}
# What a reader can ask for; merged ideas stand with what they were merged into.
SHOWN_STATES = (*OPEN, Idea.State.DONE, Idea.State.DECLINED)
# So many words of a title are compared, with so many titles that have one of them.
MOST_WORDS, MOST_COMPARED = 16, 200
PER_COLUMN = 30
# The answer time is that of the last so many.
ANSWERED = 100


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for in the list."""

    words: str = ""
    category: str = ""
    state: str = ""
    order: str = "votes"
    mine: bool = False

    @property
    def narrow(self) -> bool:
        """Something was chosen that leaves ideas out."""
        return bool(self.words or self.category or self.state or self.mine)


def as_read_by(ideas: QuerySet, user: Any) -> Any:
    """Add what a card shows, and as `voted` whether `user` supports each."""
    voted: Any = Value(False)
    if user.is_authenticated and user.pk:
        voted = Exists(Vote.objects.filter(idea_id=OuterRef("pk"), user_id=user.pk))
    return ideas.select_related("category", "place", "author__avatar").annotate(voted=voted)


def whole(ideas: QuerySet) -> Any:
    """Add what an idea's own page shows beside its card: pictures and answers."""
    return ideas.select_related("merged_into").prefetch_related(
        Prefetch("idea_pictures", IdeaPicture.objects.select_related("file")),
        Prefetch("answers", Answer.objects.all()),
    )


def found_by(user: Any, wanted: Wanted) -> Any:
    """Return the ideas that `user` may read and asked for; her own with what she took back and what was merged."""
    rows = Idea.objects.visible_to(user)
    rows = rows.filter(author_id=user.pk) if wanted.mine and user.is_authenticated else rows.listed()
    if wanted.category:
        rows = rows.filter(category__public_id=wanted.category)
    if wanted.state in SHOWN_STATES:
        rows = rows.filter(state=wanted.state)
    for run in runs(wanted.words):
        rows = rows.filter(Q(title__icontains=run) | Q(text__icontains=run))
    return as_read_by(rows, user).order_by(*ORDERS.get(wanted.order, ORDERS["votes"]))


def similar(title: str, user: Any, *, most: int = 5, without: int | None = None) -> list[Any]:
    """Return the public ideas whose titles have most words in common with `title`, the best supported first among equals."""
    words = list(
        dict.fromkeys(
            word
            for run in runs(title)
            for word in (pairs(run, for_index=False) if is_han(run) else [run])
            if len(word) > 1
        )
    )[:MOST_WORDS]
    if not words:
        return []
    shared = Q(pk__in=[])
    for word in words:
        shared |= Q(title__icontains=word)
    rows = (
        Idea.objects.visible_to(user)
        .listed()
        .filter(shared, scope_level=PUBLIC, hidden_at=None, waiting=False)
    )
    if without is not None:
        rows = rows.exclude(pk=without)
    found = list(as_read_by(rows, user).order_by("-vote_count", "-pk")[:MOST_COMPARED])
    # A stable order: who has as many words in common stays as supported.
    return sorted(found, key=lambda idea: -sum(word in idea.title.lower() for word in words))[:most]


def roadmap(user: Any) -> list[tuple[Any, list[Any]]]:
    """Return the columns of the road map: a state and its ideas, the best supported first, of what is done the newest.

    One statement each. Only what everybody may read stands there, whoever looks.
    """
    columns = []
    for state in ROADMAP:
        rows = public_on_roadmap(user).filter(state=state)
        order = ("-moved_at", "-pk") if state == Idea.State.DONE else ("-vote_count", "-pk")
        columns.append((state, list(as_read_by(rows, user).order_by(*order)[:PER_COLUMN])))
    return columns


def public_on_roadmap(user: Any) -> Any:
    """Return the ideas that the road map shows."""
    rows = Idea.objects.visible_to(user).filter(state__in=ROADMAP, scope_level=PUBLIC)
    return rows.filter(hidden_at=None, waiting=False)


def days_to_answer() -> int | None:
    """Return in how many days the community most often answers, at least one; None where it has not answered yet."""
    rows = Idea.objects.filter(answered_at__isnull=False).order_by("-answered_at")
    taken = [
        (answered - written).total_seconds()
        for written, answered in rows.values_list("created_at", "answered_at")[:ANSWERED]
        if answered is not None
    ]
    return max(1, round(median(taken) / 86400)) if taken else None


def categories() -> QuerySet[Category]:
    """Return the categories that are offered."""
    return Category.objects.filter(retired=False)


def communities() -> Any:
    """Return the streets and committees that an idea can be for."""
    return Place.objects.filter(level__in=Place.WITH_OFFICE, retired_at=None).order_by("path")


def merged_with(idea: Idea, user: Any) -> Any:
    """Return what was merged into an idea, as far as `user` may read it."""
    return Idea.objects.visible_to(user).filter(merged_into=idea).order_by("pk")[:PER_COLUMN]


def answered_by(user: Any, *, state: str = "", category: str = "", words: str = "") -> QuerySet[Idea]:
    """Return the ideas of the places that `user` answers for, for the office's list: what waits longest for an answer first."""
    rows = Idea.objects.answered_by(user)
    if state in Idea.State.values:
        rows = rows.filter(state=state)
    elif not state:
        rows = rows.filter(state__in=OPEN)
    if category:
        rows = rows.filter(category__public_id=category)
    for run in runs(words):
        rows = rows.filter(Q(title__icontains=run) | Q(text__icontains=run))
    rows = rows.select_related("category", "place", "author")
    return rows.order_by(F("answered_at").asc(nulls_first=True), "-vote_count", "pk")
