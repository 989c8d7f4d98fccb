"""The site on a phone: installed, read without a network, the own agenda (U1)."""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.permissions import AccountPermission
from foundation.core.access.routes import open_to_all, permit
from foundation.core.models import SiteSettings
from foundation.core.pages.agenda import agenda_of
from foundation.core.pages.keeping import kept_for_visitors
from home.domain.frame import phones_here
from news.models import NoticePage

NOTICES = 8
SIZES = (192, 512)
# What a page needs that is read without a network.
FILES = ("css/linli.css", "js/theme.js", "js/linli.js", "svg/icons.svg", "svg/logo.svg")


@cache_control(public=True, max_age=3600)
@require_safe
@open_to_all("names the installation and its icons to browsers that put it on the home screen")
def manifest(request: HttpRequest) -> JsonResponse:
    """Describe the site as an application (W3C Web Application Manifest)."""
    community = SiteSettings.current()
    return JsonResponse(
        {
            "id": "/",
            "name": community.community_name,
            "short_name": community.short_name,
            "description": _("新闻公告、办事电话和邻里往来。"),
            "lang": "zh-CN",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#faf6ef",
            "theme_color": "#faf6ef",
            "icons": _icons(community),
            "shortcuts": [
                {"name": _("公告"), "url": pgettext("address", "/notices/")},
                {"name": _("我的日程"), "url": reverse("agenda")},
            ],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


def _icons(community: SiteSettings) -> list[dict[str, str]]:
    """Return the office's own sign where it has one, in its sizes; a maskable one keeps room around it."""
    if community.logo is None:
        icons = [_icon(static(f"icons/linli-{size}.png"), size, "any") for size in SIZES]
        return [*icons, _icon(static("icons/linli-maskable-512.png"), 512, "maskable")]
    found = []
    for size in SIZES:
        cut = community.logo.get_rendition(f"fill-{size}x{size}|format-png")
        found.append(_icon(cut.url, size, "any"))
    return found


def _icon(address: str, size: int, purpose: str) -> dict[str, str]:
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@kept_for_visitors
@require_safe
@open_to_all("what can be read without a network: telephone numbers and public notices")
def offline(request: HttpRequest) -> HttpResponse:
    """Show the telephone numbers and the last notices; the service worker keeps it for when nothing answers."""
    notices = NoticePage.objects.visible_to(None).in_language().in_force().for_list()[:NOTICES]
    return render(request, "home/offline.html", {"notices": notices, "phones": phones_here()})


@never_cache
@require_safe
@permit(AccountPermission.KEEP_ACCOUNT)
def agenda(request: HttpRequest) -> HttpResponse:
    """Show what the reader has before her; on a device of her own she can read it without a network."""
    return render(request, "home/agenda.html", {"entries": agenda_of(request.user)})


@require_safe
@open_to_all("a script of the site, the same for everybody")
def service_worker(request: HttpRequest) -> HttpResponse:
    """Give out the worker with the names of the files it keeps; at the root, because its address is its reach."""
    script = (Path(settings.BASE_DIR) / "static" / "js" / "sw.js").read_text(encoding="utf-8")
    shell: dict[str, Any] = {"files": [static(name) for name in FILES], "pages": []}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            shell["pages"].append(reverse("offline"))
    shell["version"] = hashlib.sha256(f"{shell}{script}".encode()).hexdigest()[:12]
    return HttpResponse(
        f"const SHELL = {json.dumps(shell)};\n{script}",
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )
