"""The office's circles and groups in Wagtail's admin: their address and a line in the menu."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from foundation.core.access.permissions import has_permission
from groups.permissions import GroupPermission


@hooks.register("register_admin_urls")
def circle_urls() -> list[URLPattern | URLResolver]:
    return [path("circles/", include("groups.office_urls"))]


class CirclesMenuItem(MenuItem):
    """Shown to those who oversee circles."""

    def is_shown(self, request: HttpRequest) -> bool:
        return has_permission(request.user, GroupPermission.OVERSEE)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Lead to the page in the language of this request: the menu itself is made once for all of them."""
        component = super().render_component(request)
        component.url = reverse("circles_office:circles")
        return component


@hooks.register("register_admin_menu_item")
def circles_menu() -> MenuItem:
    return CirclesMenuItem(
        _("圈子和群组"), reverse("circles_office:circles"), name="circles", icon_name="group", order=61
    )
