"""The office's tables of a day in Wagtail's admin: their addresses and a line in the menu."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from daily.permissions import DailyPermission
from foundation.core.access.permissions import has_permission


@hooks.register("register_admin_urls")
def daily_urls() -> list[URLPattern | URLResolver]:
    return [path("daily/", include("daily.staff_urls"))]


class DailyMenuItem(MenuItem):
    """Shown to those who keep something of a day."""

    def is_shown(self, request: HttpRequest) -> bool:
        return has_permission(request.user, DailyPermission.FETCH_WEATHER)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Lead to the page in the language of this request: the menu itself is made once for all of them."""
        component = super().render_component(request)
        component.url = reverse("daily_office:overview")
        return component


@hooks.register("register_admin_menu_item")
def daily_menu() -> MenuItem:
    return DailyMenuItem(
        _("每日信息"), reverse("daily_office:overview"), name="daily", icon_name="calendar", order=50
    )
