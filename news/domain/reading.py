"""Reading an article: how often, and what to read next."""

import atexit
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from foundation.core.pages import keeping

if TYPE_CHECKING:
    from news.models import ArticlePage

FLUSH_SECONDS = 10.0
# By this word a kept page says that it is an article.
SEEN = "article"
RELATED = 3


class ReaderCounter:
    """Counts in memory and writes in one go: a popular article must not be one row that everybody writes.

    A killed process loses at most the views of the last seconds, which is what a view count is worth.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Counter[int] = Counter()
        self._flushed = time.monotonic()

    def add(self, article_id: int) -> int:
        """Count one view; return how many of this article wait to be written."""
        with self._lock:
            self._waiting[article_id] += 1
            waiting = self._waiting[article_id]
            due = time.monotonic() - self._flushed > FLUSH_SECONDS
        if due:
            self.flush()
            return 0
        return waiting

    def flush(self) -> None:
        """Write what waits."""
        with self._lock:
            waiting, self._waiting = self._waiting, Counter()
            self._flushed = time.monotonic()
        if not waiting:
            return
        views = apps.get_model("news.ArticleViews")
        for article_id, number in waiting.items():
            # An article that was deleted meanwhile has nothing to count.
            with suppress(IntegrityError), transaction.atomic():
                views.add(article_id, number)

    def forget(self) -> None:
        """Drop what waits."""
        with self._lock:
            self._waiting.clear()


READERS = ReaderCounter()
atexit.register(READERS.flush)


def count(article: "ArticlePage") -> int:
    """Count one view of an article and return how many it has had."""
    return READERS.add(article.pk) + count_of(article)


@keeping.counts(SEEN)
def count_kept(article_id: str) -> None:
    """Count one view of an article whose page was kept for visitors."""
    READERS.add(int(article_id))


def count_of(article: "ArticlePage") -> int:
    """Return how many views were written."""
    views = apps.get_model("news.ArticleViews").objects.filter(article_id=article.pk)
    return views.values_list("count", flat=True).first() or 0


def related(article: "ArticlePage") -> list["ArticlePage"]:
    """Return up to three articles for everybody with the most common tags, then of the same channel, newest first."""
    articles = apps.get_model("news.ArticlePage").objects.visible_to(None).in_language()
    tags = [tag.pk for tag in article.tags.all()]
    found = articles.exclude(pk=article.pk).filter(Q(tags__in=tags) | Q(channel_id=article.channel_id))
    shared = Count("tagged_items", filter=Q(tagged_items__tag_id__in=tags), distinct=True)
    return list(
        found.annotate(shared=shared)
        .for_list()
        .order_by("-shared", "-published_on", "-pk")
        .distinct()[:RELATED]
    )
