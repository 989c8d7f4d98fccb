from datetime import date, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.messaging.domain.queries import unread_count

register = template.Library()


@register.simple_tag(takes_context=True)
def unread(context: dict[str, Any]) -> int:
    """Return how many lines of the centre the reader has not opened, counted once for a page; nobody signed in has none."""
    request = context["request"]
    if not request.user.is_authenticated:
        return 0
    if not hasattr(request, "unread_lines"):
        request.unread_lines = unread_count(request.user)
    return int(request.unread_lines)


@register.simple_tag
def live_url() -> str:
    """Return where pages listen for what is new; empty where they have to ask."""
    return "/live/" if settings.LIVE else ""


@register.filter
def day(moment: date) -> str:
    """Name a day as a heading: 今天, 昨天, 11月15日, 2025年3月1日."""
    today = timezone.localdate()
    if moment == today:
        return _("今天")
    if moment == today - timedelta(days=1):
        return _("昨天")
    return format_date(moment, _("n月j日") if moment.year == today.year else _("Y年n月j日"))
