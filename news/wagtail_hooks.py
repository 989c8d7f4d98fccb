"""Notices of a place in Wagtail's admin."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from foundation.core.access.permissions import has_permission
from news.permissions import NewsPermission


@hooks.register("register_admin_urls")
def notice_urls() -> list[URLPattern | URLResolver]:
    return [path("", include("news.staff_urls"))]


class PublishMenuItem(MenuItem):
    """Shown to those who publish notices of their place."""

    def is_shown(self, request: HttpRequest) -> bool:
        return has_permission(request.user, NewsPermission.OPEN_NOTICES)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Lead to the page in the language of this request: the menu itself is made once for all of them."""
        component = super().render_component(request)
        component.url = reverse("notices:publish")
        return component


@hooks.register("register_admin_menu_item")
def publish_menu() -> MenuItem:
    return PublishMenuItem(
        _("发布公告"), reverse("notices:publish"), name="publish-notice", icon_name="mail", order=40
    )
