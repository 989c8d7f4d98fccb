"""The office's pages in Wagtail's admin: their addresses, one menu for them, and the ways to the guide."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from foundation.accounts.permissions import AccountPermission
from foundation.core.access.permissions import Permission, has_permission
from foundation.core.permissions import PortalPermission
from office.domain.queries.guide import about
from office.permissions import OfficePermission


@hooks.register("register_admin_urls")
def office_urls() -> list[URLPattern | URLResolver]:
    return [path("", include("office.urls"))]


@hooks.register("insert_global_admin_css")
def marks_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin-marks.css"))


class OfficeMenuItem(MenuItem):
    """Shown to those who may open the page that it leads to."""

    def __init__(
        self,
        label: object,
        view: str,
        permission: Permission,
        icon_name: str,
        order: int,
        space: str = "office",
    ) -> None:
        self.address = f"{space}:{view}"
        super().__init__(label, reverse(self.address), name=view, icon_name=icon_name, order=order)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return has_permission(request.user, self.permission)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Lead to the page in the language of this request: the menu itself is made once for all of them."""
        component = super().render_component(request)
        component.url = reverse(self.address)
        return component


def _items() -> list[MenuItem]:
    return [
        OfficeMenuItem(_("网站设置"), "settings", PortalPermission.CHANGE_SETTINGS, "cogs", 5),
        OfficeMenuItem(_("角色"), "roles", AccountPermission.READ_RIGHTS, "group", 10),
        OfficeMenuItem(_("亲情代办"), "family", AccountPermission.RECORD_FAMILY, "user", 15),
        OfficeMenuItem(_("权限总表"), "rights", AccountPermission.READ_RIGHTS, "list-ul", 20),
        OfficeMenuItem(_("操作日志"), "log", OfficePermission.READ_LOG, "history", 30),
        OfficeMenuItem(_("运行状况"), "running", OfficePermission.READ_TROUBLES, "warning", 40, "operations"),
    ]


@hooks.register("register_admin_menu_item")
def office_menu() -> MenuItem:
    return SubmenuMenuItem(_("办公室"), Menu(items=_items()), name="office", icon_name="cog", order=95)


@hooks.register("register_admin_menu_item")
def guide_menu() -> MenuItem:
    # The last before Wagtail's own help, which speaks of Wagtail and not of this site.
    return OfficeMenuItem(_("使用指南"), "guide", AccountPermission.ENTER_ADMIN, "help", 10900)


@hooks.register("construct_help_menu")
def one_guide(request: HttpRequest, items: list[MenuItem]) -> None:
    """Two guides would be one too many: Wagtail's is in English and on another site."""
    items[:] = [item for item in items if item.name != "editor-guide"]


class GuidePanel(Component):
    """The way to the guide on the first page after signing in."""

    order = 45

    def render_html(self, parent_context: Any = None) -> str:
        return render_to_string("office/guide_panel.html")


@hooks.register("construct_homepage_panels")
def guide_panel(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(GuidePanel())


@hooks.register("register_page_header_buttons")
def guide_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Lead from a page that is being written to the chapter about pages of its kind."""
    chapter = about(f"tree:{page.cached_content_type.model}", user, get_language())
    if chapter is not None:
        yield Button(
            _("指南：%(title)s") % {"title": chapter.title},
            reverse("office:chapter", args=[chapter.slug]),
            icon_name="help",
            priority=95,
        )
