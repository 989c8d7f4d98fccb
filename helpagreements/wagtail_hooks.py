"""Agreements in Wagtail's admin."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from foundation.core.access.permissions import has_permission
from helpagreements.permissions import AgreementPermission


@hooks.register("register_admin_urls")
def agreement_urls() -> list[URLPattern | URLResolver]:
    return [path("", include("helpagreements.staff_urls"))]


class AgreementsMenuItem(MenuItem):
    """Shown to those who draft agreements."""

    def is_shown(self, request: HttpRequest) -> bool:
        return has_permission(request.user, AgreementPermission.DRAFT)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Lead to the page in the language of this request: the menu itself is made once for all of them."""
        component = super().render_component(request)
        component.url = reverse("agreements:list")
        return component


@hooks.register("register_admin_menu_item")
def agreements_menu() -> MenuItem:
    return AgreementsMenuItem(
        _("帮扶协议"), reverse("agreements:list"), name="agreements", icon_name="doc-full", order=45
    )
