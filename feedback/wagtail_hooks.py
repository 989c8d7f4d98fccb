"""The office's ideas in Wagtail's admin: their address and a line in the menu."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from feedback.permissions import FeedbackPermission
from foundation.core.access.permissions import has_permission


@hooks.register("register_admin_urls")
def feedback_urls() -> list[URLPattern | URLResolver]:
    return [path("feedback/", include("feedback.office_urls"))]


class IdeasMenuItem(MenuItem):
    """Shown to those who answer ideas."""

    def is_shown(self, request: HttpRequest) -> bool:
        return has_permission(request.user, FeedbackPermission.ANSWER)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Lead to the page in the language of this request: the menu itself is made once for all of them."""
        component = super().render_component(request)
        component.url = reverse("feedback_office:ideas")
        return component


@hooks.register("register_admin_menu_item")
def ideas_menu() -> MenuItem:
    return IdeasMenuItem(
        _("反馈建议"), reverse("feedback_office:ideas"), name="feedback", icon_name="help", order=62
    )
