"""Notices, shortcuts, checks and reports in Wagtail's admin."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.models import Page

from foundation.core.access.permissions import Permission, has_permission
from foundation.core.permissions import PortalPermission
from news.models import NewsIndexPage, NoticeIndexPage
from news.permissions import NewsPermission
from news.views.reports import REPORTS


@hooks.register("register_admin_urls")
def notice_urls() -> list[URLPattern | URLResolver]:
    return [path("", include("news.staff_urls")), path("editor/", include("news.editor_urls"))]


class NewsMenuItem(MenuItem):
    """Shown to those who hold the right."""

    def __init__(self, label: object, address: str, permission: Permission, **facts: Any) -> None:
        self.address, self.permission = address, permission
        super().__init__(label, reverse(address), name=address.replace(":", "-"), **facts)

    def is_shown(self, request: HttpRequest) -> bool:
        return has_permission(request.user, self.permission)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Lead to the page in the language of this request: the menu itself is made once for all of them."""
        component = super().render_component(request)
        component.url = reverse(self.address)
        return component


@hooks.register("register_admin_menu_item")
def publish_menu() -> MenuItem:
    return NewsMenuItem(
        _("发布公告"), "notices:publish", NewsPermission.OPEN_NOTICES, icon_name="mail", order=40
    )


def _report(number: int) -> MenuItem:
    view, name, permission = REPORTS[number]
    return NewsMenuItem(
        view.page_title, f"editor:{name}", permission, icon_name=view.header_icon, order=50 + number
    )


@hooks.register("register_reports_menu_item")
def report_without_words() -> MenuItem:
    return _report(0)


@hooks.register("register_reports_menu_item")
def report_ending() -> MenuItem:
    return _report(1)


@hooks.register("register_reports_menu_item")
def report_must_read() -> MenuItem:
    return _report(2)


@hooks.register("register_reports_menu_item")
def report_stale() -> MenuItem:
    return _report(3)


class ShortcutsPanel(Component):
    """What an editor does most, one press from the first page."""

    order = 40

    def render_html(self, parent_context: Any = None) -> str:
        user = parent_context["request"].user
        ways = []
        if has_permission(user, PortalPermission.WRITE_PAGES):
            for index, kind, words, icon in (
                (NewsIndexPage, "articlepage", _("写新闻"), "doc-full-inverse"),
                (NoticeIndexPage, "noticepage", _("写带图片的公告"), "edit"),
            ):
                parent = index.objects.live().first()
                if parent is not None:
                    ways.append(
                        (reverse("wagtailadmin_pages:add", args=["news", kind, parent.pk]), words, icon)
                    )
        if has_permission(user, NewsPermission.OPEN_NOTICES):
            ways.append((reverse("notices:publish"), _("发公告"), "mail"))
            ways.append((reverse("notices:publish") + "?level=urgent", _("紧急公告"), "warning"))
        return render_to_string("news/admin/shortcuts.html", {"ways": ways})


@hooks.register("construct_homepage_panels")
def shortcuts(request: HttpRequest, panels: list[Component]) -> None:
    may = (PortalPermission.WRITE_PAGES, NewsPermission.OPEN_NOTICES)
    if any(has_permission(request.user, permission) for permission in may):
        panels.insert(0, ShortcutsPanel())


@hooks.register("construct_page_action_menu")
def submit_first(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Drafts save themselves: the large button sends the page on, for those who publish nothing alone."""
    if has_permission(request.user, PortalPermission.MANAGE_PAGES):
        return
    for item in items:
        if item.name == "action-submit":
            items.remove(item)
            items.insert(0, item)
            break


class _ChecksOfTheText(ContentCheckerItem):
    """Looks over what the editor wrote; the frame around it is not hers to mend."""

    axe_include: ClassVar[list[str]] = ["main"]


@hooks.register("construct_wagtail_userbar")
def check_the_text_alone(request: HttpRequest, items: list[Any], page: Page | None) -> None:
    items[:] = [
        _ChecksOfTheText(item.in_editor) if isinstance(item, ContentCheckerItem) else item for item in items
    ]
