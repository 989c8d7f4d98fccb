"""The inbox in Wagtail's admin: address, menu entry, panel on the dashboard; nothing is published past it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel

from foundation.core.access.permissions import has_permission
from foundation.core.flow import audit
from foundation.moderation.domain import pages, queries
from foundation.moderation.permissions import ModerationPermission


@hooks.register("register_admin_urls")
def inbox_urls() -> list[URLPattern | URLResolver]:
    return [path("reviews/", include("foundation.moderation.urls"))]


class InboxMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return has_permission(request.user, ModerationPermission.OPEN_INBOX)


@hooks.register("register_admin_menu_item")
def inbox_menu_item() -> MenuItem:
    return InboxMenuItem(
        _("统一审核"), reverse("reviews:list"), name="reviews", icon_name="clipboard-list", order=90
    )


class InboxPanel(Component):
    """The oldest of what waits, on the first page after signing in."""

    order = 50

    def render_html(self, parent_context: Any = None) -> str:
        user = parent_context["request"].user
        waiting = queries.waiting_for(user)
        context = {"rows": queries.rows(waiting[:5]), "total": waiting.count()}
        return render_to_string("moderation/panel.html", context)


@hooks.register("construct_homepage_panels")
def inbox_panel(request: HttpRequest, panels: list[Component]) -> None:
    if has_permission(request.user, ModerationPermission.OPEN_INBOX):
        # Wagtail's own list of what waits would be a second inbox, and asks anew for every page in it.
        panels[:] = [
            InboxPanel(),
            *(one for one in panels if not isinstance(one, WorkflowObjectsToModeratePanel)),
        ]


def _must_be_reviewed(page: Any, user: Any) -> bool:
    """Say whether `user` may not put this page before everybody on her own."""
    return pages.is_reviewed(page) and not has_permission(user, ModerationPermission.PUBLISH_UNREVIEWED)


@hooks.register("construct_page_action_menu")
def no_publish_button(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    page = context.get("page")
    if _must_be_reviewed(page, request.user) if page else True:
        menu_items[:] = [item for item in menu_items if item.name != "action-publish"]


@hooks.register("before_publish_page")
def four_eyes(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Who pressed the button wrote what it would publish: that is kept, and waits for somebody else."""
    if not _must_be_reviewed(page, request.user):
        return None
    messages.warning(request, _("已保存草稿。发布前请提交审核，由另一位同事看过。"))
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("after_publish_page")
def write_down(request: HttpRequest, page: Any) -> None:
    if pages.is_reviewed(page):
        audit.append("moderation.publish", by=request.user, obj=page)
