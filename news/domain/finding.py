"""Finding articles by words, through the site's search index; the page and the API ask alike."""

from typing import Any

from django.apps import apps
from django.db.models import QuerySet

MOST_SIGNS = 60
MOST_HITS = 200


def with_words(articles: QuerySet, words: str) -> QuerySet:
    """Keep the articles in which the words stand."""
    everything: Any = apps.get_model("news.ArticlePage").objects.live()
    hits = everything.search(words[:MOST_SIGNS], order_by_relevance=True)[:MOST_HITS]
    return articles.filter(pk__in=[hit.pk for hit in hits])
