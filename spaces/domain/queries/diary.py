"""Diary entries as one reader sees them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from foundation.core.access import scopes
from foundation.core.access.scopes import Scope
from spaces.domain.diary import cleaned, plain
from spaces.models import DiaryEntry

EXCERPT = 120
TOPIC_SHOWS = 20


def entries_of(owner: Any, user: Any) -> QuerySet[DiaryEntry]:
    """Return somebody's entries that `user` may see, her drafts first for herself, then the newest."""
    visible = DiaryEntry.objects.visible_to(user).filter(author=owner).select_related("author")
    return visible.prefetch_related("topic_items__tag").order_by("-published_at", "-pk")


def drafts_of(user: Any) -> QuerySet[DiaryEntry]:
    """Return the own entries that are not published yet, the newest first."""
    return DiaryEntry.objects.filter(author=user, published_at=None).select_related("author").order_by("-pk")


def load_entries(ids: Sequence[int], user: Any) -> list[DiaryEntry]:
    """Return those of `ids` that `user` may see, ready to be shown (the feed facet)."""
    visible = DiaryEntry.objects.visible_to(user).filter(pk__in=ids, published_at__isnull=False)
    return list(visible.select_related("author__avatar"))


def entry_scope(entry: DiaryEntry) -> Scope | None:
    """Return who finds an entry: nobody a draft, its author alone what the community hid."""
    if entry.is_draft:
        return None
    return entry.scope if entry.hidden_at is None else Scope(scopes.ONLY, str(entry.author_id))


def pictures_of(entry: DiaryEntry) -> list[Any]:
    """Return the files of an entry that was found by `visible_to`, in its order."""
    return [row.file for row in entry.entry_pictures.select_related("file")]


def with_topic(topic: Any, user: Any) -> QuerySet[DiaryEntry]:
    """Return the newest published entries with a #topic that `user` may see."""
    visible = DiaryEntry.objects.visible_to(user).filter(published_at__isnull=False, topics=topic)
    return visible.select_related("author__avatar").order_by("-published_at", "-pk")[:TOPIC_SHOWS]


def excerpt(entry: DiaryEntry) -> str:
    """Return the beginning of an entry in plain words."""
    return Truncator(" ".join(plain(entry.body).split())).chars(EXCERPT)


def shown_body(entry: DiaryEntry) -> SafeString:
    """Return the text as HTML, cleaned once more: what is kept may come from an older rule.

    The page has its own first heading: those in the text stand one step below it.
    """
    body = cleaned(entry.body).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    return format_html("{}", mark_safe(body))  # noqa: S308 - cleaned by nh3
