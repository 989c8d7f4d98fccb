"""The office's institutions in Wagtail's admin: their address and a line in the menu."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from foundation.core.access.permissions import has_permission
from organisations.permissions import InstitutionPermission


@hooks.register("register_admin_urls")
def institution_urls() -> list[URLPattern | URLResolver]:
    return [path("institutions/", include("organisations.office_urls"))]


class InstitutionsMenuItem(MenuItem):
    """Shown to those who oversee institutions."""

    def is_shown(self, request: HttpRequest) -> bool:
        return has_permission(request.user, InstitutionPermission.OVERSEE)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Lead to the page in the language of this request: the menu itself is made once for all of them."""
        component = super().render_component(request)
        component.url = reverse("institutions:list")
        return component


@hooks.register("register_admin_menu_item")
def institutions_menu() -> MenuItem:
    return InstitutionsMenuItem(
        _("帮扶机构"), reverse("institutions:list"), name="institutions", icon_name="group", order=60
    )
