"""The inbox in Wagtail's admin: address, menu entry, panel on the dashboard; what is published past it is written down."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel

from foundation.core import kinds
from foundation.core.access.permissions import has_permission
from foundation.core.flow import audit
from foundation.moderation.domain.queries import inbox as queries
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


@hooks.register("after_publish_page")
def write_down(request: HttpRequest, page: Any) -> None:
    """An administrator can publish unreviewed, in an emergency; it is not forgotten."""
    if kinds.is_reviewed(page):
        audit.append("moderation.publish", by=request.user, obj=page)
