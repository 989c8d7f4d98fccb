"""The news: an index with channels, tags, search and feeds, and its articles (P1)."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import PageManager
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from foundation.core.models import PortalImage
from foundation.core.pages.keeping import keep
from foundation.core.pages.models import BasePage, PortalPageQuerySet
from foundation.core.pages.version import MOMENTS
from foundation.social.domain.queries.comments import comment_page
from foundation.social.interfaces.forms import CommentForm
from news.blocks import BodyBlock, with_sizes
from news.domain import reading
from news.interfaces.editing import ArticleForm
from news.models.about import about_place
from news.models.channel import Channel, written_first

PER_PAGE = 12


class ArticleQuerySet(PortalPageQuerySet):
    def visible_to(self, user: Any) -> "ArticleQuerySet":
        """Keep what is published and whose day has come."""
        return super().visible_to(user).filter(published_on__lte=timezone.now())

    def with_tag(self, tag: str) -> "ArticleQuerySet":
        """Keep those with a tag, by its name or by what stands in addresses."""
        return self.filter(models.Q(tags__slug=tag) | models.Q(tags__name=tag)).distinct()

    def for_list(self) -> "ArticleQuerySet":
        """Add what a list shows of each, without the body."""
        listed = self.select_related("channel", "cover").defer("body", "search_description")
        return listed.prefetch_related("cover__renditions").order_by("-published_on", "-pk")


class NewsIndexPage(RoutablePageMixin, BasePage):
    intro = models.CharField(_("引言"), max_length=200, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    subpage_types = ["news.ArticlePage"]
    # One for each language.
    max_count = len(settings.LANGUAGES)
    max_count_per_parent = 1
    template = "news/news_index.html"

    class Meta:
        verbose_name = _("新闻首页")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # What the routes below answer never passes through the page's own `serve`.
        response = super().serve(request, *args, **kwargs)
        return response if self.get_view_restrictions() else keep(request, response)

    @path("")
    def articles_view(self, request: HttpRequest) -> HttpResponse:
        """The list, filtered by channel, tag and words, newest first."""
        from news.filters import ArticleFilter  # noqa: PLC0415 - filters name these models

        visible = ArticlePage.objects.visible_to(request.user).in_language()
        found = ArticleFilter(request.GET, queryset=visible.for_list())
        page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
        context = {"filter": found, "page_obj": page, "channels": Channel.objects.columns()}
        return self.render(request, context_overrides=context)

    @path("rss/", name="rss")
    def rss_view(self, request: HttpRequest) -> HttpResponse:
        from news.feeds import RssFeed  # noqa: PLC0415 - feeds name these models

        return RssFeed()(request, index=self)

    @path("atom/", name="atom")
    def atom_view(self, request: HttpRequest) -> HttpResponse:
        from news.feeds import AtomFeed  # noqa: PLC0415 - feeds name these models

        return AtomFeed()(request, index=self)


class ArticleTag(TaggedItemBase):
    content_object = ParentalKey("news.ArticlePage", on_delete=models.CASCADE, related_name="tagged_items")


class ArticlePage(BasePage):
    channel = models.ForeignKey(
        Channel,
        models.PROTECT,
        related_name="articles",
        verbose_name=_("频道"),
        limit_choices_to=written_first,
    )
    summary = models.CharField(_("摘要"), max_length=160, help_text=_("一两句话，显示在列表和分享里。"))
    place = about_place(_("选了社区，这条新闻也会出现在那个社区的主页上；谁都看得到。"))
    cover = models.ForeignKey(
        PortalImage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("封面"),
        help_text=_("列表、手机和电脑各裁一种大小。点“编辑图片”框出最要紧的部分，它总会留在画面里。"),
    )
    published_on = models.DateTimeField(_("发布时间"), default=timezone.now)
    source = models.CharField(_("来源"), max_length=40, blank=True)
    byline = models.CharField(_("作者"), max_length=40, blank=True)
    comments_open = models.BooleanField(_("开放评论"), default=True)
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    body = StreamField(BodyBlock(), verbose_name=_("正文"), blank=True)
    tags = ClusterTaggableManager(through=ArticleTag, blank=True, verbose_name=_("标签"))

    # A translation stands in the same column and is about the same place.
    follows = (*BasePage.follows, "channel_id", "place_id")
    override_translatable_fields = [
        SynchronizedField("channel", overridable=False),
        SynchronizedField("place", overridable=False),
    ]
    base_form_class = ArticleForm
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("channel", widget=forms.Select), FieldPanel("published_on")]),
                FieldPanel("summary"),
                FieldPanel("cover"),
                FieldPanel("place"),
                FieldRowPanel([FieldPanel("source"), FieldPanel("byline")]),
                FieldPanel("tags"),
                FieldPanel("comments_open"),
            ],
            _("概要"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("summary", boost=2),
        index.SearchField("body"),
        index.FilterField("published_on"),
        index.FilterField("channel_id"),
    ]
    parent_page_types = ["news.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "news/article.html"
    objects = PageManager.from_queryset(ArticleQuerySet)()
    # The counters are the site's, not the editor's: a new revision must not put old numbers back.
    exclude_fields_in_copy = [*BasePage.exclude_fields_in_copy, "comment_count"]

    class Meta:
        verbose_name = _("新闻")
        verbose_name_plural = _("新闻")

    def with_content_json(self, content: Any) -> "ArticlePage":
        page = super().with_content_json(content)
        page.comment_count = self.comment_count
        return page

    @property
    def seen(self) -> str:
        return f"{reading.SEEN}:{self.pk}"

    def hidden_from(self, user: Any) -> bool:
        """Its day has not come yet, or its time is over."""
        return super().hidden_from(user) or self.published_on > timezone.now()

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        return [] if self.hidden_from(None) else super().get_sitemap_urls(request)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add comments, related articles and the number of readers."""
        context = super().get_context(request, *args, **kwargs)
        preview = getattr(request, "is_preview", False)
        context["body"] = SimpleLazyObject(lambda: with_sizes(self.body))
        key = f"comment:article:{self.public_id}"
        context["readers"] = reading.count_of(self) if preview else reading.count(self)
        context["related"] = SimpleLazyObject(lambda: reading.related(self))
        context["comments"] = SimpleLazyObject(
            lambda: comment_page(self, request.user, number=request.GET.get("page"))
        )
        context["draft_key"] = key
        # What only some may read is not talked about before everybody.
        context["open"] = self.comments_open and not self.get_view_restrictions()
        context["form"] = CommentForm.below(request, key)
        return context


def next_article() -> datetime | None:
    """Return when the next article's day comes."""
    coming = ArticlePage.objects.live().filter(published_on__gt=timezone.now())
    return coming.aggregate(first=models.Min("published_on"))["first"]


MOMENTS.append(next_article)


class ArticleViews(models.Model):
    """How often an article was opened; apart from the page, so that counting never touches a page row."""

    article = models.OneToOneField(ArticlePage, models.CASCADE, related_name="views", primary_key=True)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("阅读数")

    def __str__(self) -> str:
        return f"{self.article_id}: {self.count}"

    @classmethod
    def add(cls, article_id: int, number: int) -> None:
        """Add to the count of an article, which may have no row yet, or be gone."""
        if cls.objects.filter(article_id=article_id).update(count=F("count") + number):
            return
        if not ArticlePage.objects.filter(pk=article_id).exists():
            return
        _row, new = cls.objects.get_or_create(article_id=article_id, defaults={"count": number})
        if not new:
            cls.objects.filter(article_id=article_id).update(count=F("count") + number)
