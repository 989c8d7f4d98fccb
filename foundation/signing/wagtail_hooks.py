"""The office's page of signing in Wagtail's admin: its address and a line in the menu."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from foundation.core.access.permissions import has_permission
from foundation.signing.permissions import SigningPermission


@hooks.register("register_admin_urls")
def signing_urls() -> list[URLPattern | URLResolver]:
    return [path("signing/", include("foundation.signing.office_urls"))]


class SigningMenuItem(MenuItem):
    """Shown to those who keep certificates or look after the authority."""

    def is_shown(self, request: HttpRequest) -> bool:
        return has_permission(request.user, SigningPermission.KEEP_AUTHORITY)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Lead to the page in the language of this request: the menu itself is made once for all of them."""
        component = super().render_component(request)
        component.url = reverse("signing_office:overview")
        return component


@hooks.register("register_admin_menu_item")
def signing_menu() -> MenuItem:
    return SigningMenuItem(
        _("电子签名"), reverse("signing_office:overview"), name="signing", icon_name="key", order=66
    )
