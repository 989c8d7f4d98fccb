"""Template tags of every page, built in (`TEMPLATES` in the settings)."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core.access.permissions import has_permission, named

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
