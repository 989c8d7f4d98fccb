"""The news as RSS and Atom."""

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils.feedgenerator import Atom1Feed

from news.models import ArticlePage, NewsIndexPage

LENGTH = 20


class RssFeed(Feed):
    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> NewsIndexPage:
        self.request, self.user = request, request.user
        return kwargs["index"]

    def title(self, index: NewsIndexPage) -> str:
        return index.title

    def link(self, index: NewsIndexPage) -> str:
        return self.request.build_absolute_uri(index.get_absolute_url())

    def feed_url(self, index: NewsIndexPage) -> str:
        return self.request.build_absolute_uri(self.request.path)

    def description(self, index: NewsIndexPage) -> str:
        return index.intro

    def items(self, index: NewsIndexPage) -> Any:
        return ArticlePage.objects.visible_to(self.user).in_language().for_list()[:LENGTH]

    def item_link(self, item: ArticlePage) -> str:
        return self.request.build_absolute_uri(item.get_absolute_url())

    def item_title(self, item: ArticlePage) -> str:
        return item.title

    def item_description(self, item: ArticlePage) -> str:
        return item.summary

    def item_pubdate(self, item: ArticlePage) -> datetime:
        return item.published_on

    def item_updateddate(self, item: ArticlePage) -> datetime:
        return item.last_published_at or item.published_on

    def item_categories(self, item: ArticlePage) -> list[str]:
        return [item.channel.label]


class AtomFeed(RssFeed):
    feed_type = Atom1Feed
    subtitle = RssFeed.description
