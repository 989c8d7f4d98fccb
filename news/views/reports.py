"""Reports on what is published: pictures without words, notices that end, what must be read, pages nobody looked at (P2, P3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page

from foundation.core.access.routes import permit
from foundation.core.pages import languages
from foundation.core.pages.version import kept
from foundation.core.permissions import PortalPermission
from news.domain import checks, tallies
from news.models import ArticlePage, NoticePage
from news.permissions import NewsPermission

SOON = timedelta(days=3)
A_YEAR = timedelta(days=365)


def _edit(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _title(address: Callable[[Any], str] = _edit) -> TitleColumn:
    return TitleColumn("title", label=_("标题"), get_url=address)


class _Report(ReportView):
    """Each says which pages it lists; Excel and CSV come with it."""

    header_icon = "doc-full-inverse"
    is_searchable = False

    def get_base_queryset(self) -> QuerySet:
        raise NotImplementedError

    def get_queryset(self) -> QuerySet:
        return self.get_base_queryset()


class WithoutWords(_Report):
    page_title = _("图片缺替代文字")
    header_icon = "image"
    no_results_message = _("每张图片都有替代文字。")
    columns = [_title(), DateColumn("last_published_at", label=_("发布"))]
    list_export = ["title", "last_published_at"]
    export_headings = {"title": _("标题"), "last_published_at": _("发布")}

    def get_base_queryset(self) -> QuerySet:
        pages = kept("pages-without-words", _pages_without_words)
        return Page.objects.filter(pk__in=pages).order_by("-last_published_at", "-pk")


def _pages_without_words() -> list[int]:
    found: list[int] = []
    for model in (ArticlePage, NoticePage):
        for page in model.objects.live().iterator(chunk_size=100):
            shown = (image for image, _caption in checks.pictures_of(page))
            if any(not (image.decorative or (image.contextual_alt_text or "").strip()) for image in shown):
                found.append(page.pk)
    return found


class Ending(_Report):
    page_title = _("快到期和已过期的公告")
    header_icon = "time"
    no_results_message = _("三天内没有公告到期，也没有过了期还挂着的。")
    columns = [
        _title(),
        DateColumn("valid_until", label=_("有效期至")),
        Column("get_level_display", label=_("级别")),
        Column("audience_words", label=_("发给谁")),
    ]
    list_export = ["title", "valid_until", "get_level_display", "audience_words"]
    export_headings = {
        "title": _("标题"),
        "valid_until": _("有效期至"),
        "get_level_display": _("级别"),
        "audience_words": _("发给谁"),
    }

    def get_base_queryset(self) -> QuerySet:
        ending: Any = NoticePage.objects.live().filter(valid_until__lt=timezone.now() + SOON)
        return ending.filter(ended_at=None).for_list().order_by("-valid_until", "-pk")


class MustRead(_Report):
    page_title = _("必读公告的阅读情况")
    header_icon = "view"
    no_results_message = _("现在没有必读公告。")
    columns = [
        _title(lambda page: reverse("notices:notice", args=[page.public_id])),
        Column("audience_words", label=_("发给谁")),
        Column("read", label=_("已读")),
        Column("people", label=_("应读")),
        Column("unread", label=_("还没读")),
    ]
    list_export = ["title", "audience_words", "read", "people", "unread"]
    export_headings = {
        "title": _("标题"),
        "audience_words": _("发给谁"),
        "read": _("已读"),
        "people": _("应读"),
        "unread": _("还没读"),
    }

    def get_base_queryset(self) -> QuerySet:
        must: Any = NoticePage.objects.filter(must_read=True, locale=languages.first()).visible_to(
            self.request.user
        )
        return must.in_force().for_list()

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        return tallies.counted(list(object_list), by=self.request.user)


class Stale(_Report):
    page_title = _("一年没有更新的页面")
    header_icon = "history"
    no_results_message = _("所有页面一年内都更新过。")
    columns = [
        _title(),
        Column("page_type_display_name", label=_("类型")),
        DateColumn("last_published_at", label=_("发布")),
    ]
    list_export = ["title", "last_published_at"]
    export_headings = {"title": _("标题"), "last_published_at": _("发布")}

    def get_base_queryset(self) -> QuerySet:
        """News grow old by nature; what stands for good, and notices that still hold, has to be looked at."""
        old = Page.objects.live().filter(last_published_at__lt=timezone.now() - A_YEAR, depth__gt=1)
        over = NoticePage.objects.exclude(pk__in=NoticePage.objects.published().in_force())
        return old.not_type(ArticlePage).exclude(pk__in=over.values("pk")).order_by("last_published_at", "pk")


without_words = require_safe(
    permit(PortalPermission.WRITE_PAGES)(WithoutWords.as_view(index_url_name="editor:without_words"))
)
ending = require_safe(permit(PortalPermission.WRITE_PAGES)(Ending.as_view(index_url_name="editor:ending")))
must_read = require_safe(
    permit(NewsPermission.OPEN_NOTICES)(MustRead.as_view(index_url_name="editor:must_read"))
)
stale = require_safe(permit(PortalPermission.WRITE_PAGES)(Stale.as_view(index_url_name="editor:stale")))
REPORTS = [
    (WithoutWords, "without_words", PortalPermission.WRITE_PAGES),
    (Ending, "ending", PortalPermission.WRITE_PAGES),
    (MustRead, "must_read", NewsPermission.OPEN_NOTICES),
    (Stale, "stale", PortalPermission.WRITE_PAGES),
]
