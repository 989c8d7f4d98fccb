"""Notices (公告): plain pages with a level and an end (P3; audience and receipts come with the portal)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager
from wagtail.search import index

from foundation.core.pages.models import BasePage, PortalPageQuerySet
from foundation.core.pages.version import MOMENTS
from news.blocks import BodyBlock, with_sizes

PER_PAGE = 20


class NoticeQuerySet(PortalPageQuerySet):
    def in_force(self) -> "NoticeQuerySet":
        """Keep what is valid now; a notice that is over can still be read."""
        now = timezone.now()
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=now), published_on__lte=now)

    def for_list(self) -> "NoticeQuerySet":
        return self.defer("body", "search_description").order_by("-published_on", "-pk")


class NoticeIndexPage(BasePage):
    intro = models.CharField(_("引言"), max_length=200, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    subpage_types = ["news.NoticePage"]
    # One for each language.
    max_count = len(settings.LANGUAGES)
    max_count_per_parent = 1
    template = "news/notice_index.html"

    class Meta:
        verbose_name = _("公告首页")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        visible = NoticePage.objects.visible_to(None).in_language().for_list()
        # Read only where the template has no drawing of this page any more.
        context["page_obj"] = SimpleLazyObject(
            lambda: Paginator(visible, PER_PAGE).get_page(request.GET.get("page"))
        )
        return context


class NoticePage(BasePage):
    class Level(models.TextChoices):
        NORMAL = "normal", _("一般")
        IMPORTANT = "important", _("重要")
        URGENT = "urgent", _("紧急")

    level = models.CharField(_("级别"), max_length=10, choices=Level, default=Level.NORMAL)
    summary = models.CharField(_("摘要"), max_length=160)
    published_on = models.DateTimeField(_("发布时间"), default=timezone.now)
    valid_until = models.DateTimeField(_("有效期至"), null=True, blank=True)
    audience = models.CharField(_("适用对象"), max_length=60, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("正文"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("level"), FieldPanel("audience")]),
                FieldPanel("summary"),
                FieldRowPanel([FieldPanel("published_on"), FieldPanel("valid_until")]),
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
    ]
    parent_page_types = ["news.NoticeIndexPage"]
    subpage_types: list[str] = []
    template = "news/notice.html"
    objects = PageManager.from_queryset(NoticeQuerySet)()

    class Meta:
        verbose_name = _("公告")
        verbose_name_plural = _("公告")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("published_on")),
                name="notice_ends_after_it_began",
                violation_error_message=_("有效期要晚于发布时间。"),
            )
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["body"] = SimpleLazyObject(lambda: with_sizes(self.body))
        return context

    @property
    def is_over(self) -> bool:
        return self.valid_until is not None and self.valid_until <= timezone.now()


def next_change() -> datetime | None:
    """Return when the next notice comes into force or ends."""
    now, live = timezone.now(), NoticePage.objects.live()
    first = live.filter(published_on__gt=now).aggregate(first=models.Min("published_on"))["first"]
    last = live.filter(valid_until__gt=now).aggregate(first=models.Min("valid_until"))["first"]
    return min((moment for moment in (first, last) if moment), default=None)


MOMENTS.append(next_change)
