"""Template tags of every page, built in (`TEMPLATES` in the settings)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.paginator import Paginator
from django.template.defaultfilters import date as format_date
from django.templatetags.static import static
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_from_path
from django.utils.translation import gettext as _

from foundation.core.access import scopes
from foundation.core.access.permissions import has_permission, named
from foundation.core.pages.languages import address_here, addresses, alternates
from foundation.core.pages.models import BasePage
from foundation.core.pages.slots import fill

register = template.Library()


@register.filter
def when(value: datetime | None) -> str:
    """Say a moment the way people do: 刚刚, 8 分钟前, 今天 7:50, 昨天, 11月15日, 2025年3月1日."""
    if value is None:
        return ""
    now, local = timezone.localtime(), timezone.localtime(value)
    if timedelta() <= now - local < timedelta(minutes=1):
        return _("刚刚")
    if timedelta() <= now - local < timedelta(hours=1):
        return naturaltime(value)
    if local.date() == now.date():
        return _("今天 %(time)s") % {"time": format_date(local, "G:i")}
    if local.date() == now.date() - timedelta(days=1):
        return _("昨天 %(time)s") % {"time": format_date(local, "G:i")}
    if local.year == now.year:
        return format_date(local, _("n月j日"))
    return format_date(local, _("Y年n月j日"))


@register.filter
def may(user: Any, permission: str) -> bool:
    """Say whether `user` has the right: `{% if request.user|may:"social.post_status" %}`."""
    return has_permission(user, named(permission))


@register.simple_tag(takes_context=True)
def ad_slot(context: dict[str, Any], name: str) -> SafeString:
    """Show what is booked for a place on the page; nothing as long as nothing is."""
    return fill(name, context)


@register.simple_tag
def person_key(user: Any) -> str:
    """Name somebody to her own browser, so that it keeps nothing of hers for the next one; it says nothing else."""
    return salted_hmac("linli.person", str(user.pk), algorithm="sha256").hexdigest()[:16]


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite; with a `label` it is read out, without one it is decoration."""
    return _drawn(name, label)


@lru_cache(maxsize=256)
def _drawn(name: str, label: str) -> SafeString:
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="i" {}><use href="{}#{}"></use></svg>', said, static("svg/icons.svg"), name
    )


@register.simple_tag(takes_context=True)
def in_language(context: dict[str, Any], code: str) -> str:
    """Return the address of the present page in another language: only others than the first have a prefix."""
    request, page = context["request"], context.get("page")
    if isinstance(page, BasePage) and request.path == address_here(page):
        # A translation may have a name of its own in its address.
        query = request.META.get("QUERY_STRING", "")
        return addresses(page)[code] + (f"?{query}" if query else "")
    address = request.get_full_path()
    here = get_language_from_path(request.path_info)
    # One stroke at the beginning: two would lead to another site.
    bare = "/" + (address.removeprefix(f"/{here}") if here else address).lstrip("/")
    return bare if code == settings.LANGUAGE_CODE else f"/{code}{bare}"


@register.simple_tag(takes_context=True)
def languages_of(context: dict[str, Any]) -> SafeString:
    """Name for search engines where the present page stands in other languages, and which address is its first."""
    request, page = context["request"], context.get("page")
    if not isinstance(page, BasePage) or request.path != address_here(page):
        return SafeString()
    links = [
        format_html(
            '<link rel="alternate" hreflang="{}" href="{}">', code, request.build_absolute_uri(address)
        )
        for code, address in alternates(page).items()
    ]
    if page.is_foreign:
        first = request.build_absolute_uri(addresses(page)[settings.LANGUAGE_CODE])
        links.append(format_html('<link rel="canonical" href="{}">', first))
    return SafeString("".join(links))


@register.filter
def tel(number: str) -> str:
    """Return a telephone number as a `tel:` address."""
    return "tel:" + "".join(sign for sign in number if sign.isdigit() or sign == "+")


@register.filter
def unbroken(number: str) -> SafeString:
    """Keep a telephone number on one line: who reads it aloud must not lose the thread."""
    return format_html('<span class="nowrap">{}</span>', number)


@register.filter
def searched(words: str) -> str:
    """Return words as the question in the address of the search."""
    return urlencode({"q": words})


@register.filter
def as_next(path: str) -> str:
    """Return a path as the part of an address that leads back to it."""
    return urlencode({"next": path})


@register.filter
def starts(path: str, beginning: str) -> bool:
    """Say whether an address, without its language, begins so: the navigation marks where one is."""
    return path.removeprefix("/en").startswith(beginning.removeprefix("/en"))


@register.filter(name="is")
def equals(value: Any, other: Any) -> bool:
    """Say whether both are the same: where only a filter fits, as behind `with`."""
    return bool(value == other)


SECTIONS = ("news", "notices", "feed", "circles", "account")


@register.filter
def section(path: str) -> str:
    """Return under which of the main addresses a path lies: home, one of SECTIONS, or none."""
    bare = path.removeprefix("/en")
    first = bare.split("/", 2)[1] if bare.count("/") > 1 else ""
    return "home" if bare == "/" else first if first in SECTIONS else ""


@register.filter
def scope_words(scope: scopes.Scope) -> str:
    """Say in words who may see."""
    return scopes.label(scope)


@register.filter
def elided(paginator: Paginator, number: int) -> Iterator[Any]:
    """Return the page numbers to show around `number`."""
    return paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
