"""The office's pages in Wagtail's admin: their addresses and one menu for them."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from foundation.accounts.permissions import AccountPermission
from foundation.core.access.permissions import Permission, has_permission
from foundation.core.permissions import PortalPermission
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
