"""How a day is said and drawn: temperatures, winds, tails, the strip."""

from datetime import date, timedelta

from django import template
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from daily.domain import limits
from daily.domain.queries.strip import Strip, kept_strip
from daily.domain.weather.codes import icons
from daily.domain.weather.forecast import Forecast

register = template.Library()
WINDS = (
    gettext_lazy("北风"),
    gettext_lazy("东北风"),
    gettext_lazy("东风"),
    gettext_lazy("东南风"),
    gettext_lazy("南风"),
    gettext_lazy("西南风"),
    gettext_lazy("西风"),
    gettext_lazy("西北风"),
)
LEVEL_LOOKS = {"blue": "enamel", "yellow": "amber", "orange": "brick", "red": "rose"}


@register.simple_tag
def day_strip() -> Strip:
    """Give the day's strip: `{% day_strip as strip %}{% include "daily/strip.html" %}`."""
    return kept_strip()


@register.filter
def sky_icon(sky: str) -> str:
    """Return the name of the icon for a sky."""
    return icons()[sky]


@register.filter
def degrees(value: int) -> str:
    """Write a temperature with a real minus sign."""
    return str(value).replace("-", "−")


@register.filter
def spoken_degrees(value: int) -> str:
    """Say a temperature as people do, also to be read aloud."""
    return _("零下 %(degrees)s") % {"degrees": -value} if value < 0 else str(value)


@register.filter
def wind(forecast: Forecast) -> str:
    """Say where the wind comes from and how strong it is; nothing of what is unknown."""
    if forecast.wind_force is None:
        return ""
    force = _("%(force)s 级") % {"force": forecast.wind_force}
    if forecast.wind_from is None or not forecast.wind_force:
        return _("风力 %(force)s") % {"force": force}
    return f"{WINDS[round(forecast.wind_from / 45) % 8]} {force}"


@register.filter
def tails(digits: str) -> str:
    """Say the tails of a rule: 3 和 8; 1、3、5."""
    signs = limits.ordered(digits)
    if len(signs) == 2:
        return _("%(one)s 和 %(other)s") % {"one": signs[0], "other": signs[1]}
    return _("、").join(signs)


@register.filter
def all_tails(found: limits.DayLimits) -> str:
    """Say the tails of all rules that limit on a day."""
    return tails("".join(one.tails for one in found.limited))


@register.filter
def ordered(digits: str) -> list[str]:
    """Give the tails one by one."""
    return limits.ordered(digits)


@register.filter
def level_look(level: str) -> str:
    """Return the colour of a warning's level among ours."""
    return LEVEL_LOOKS[level]


@register.filter
def hours_old(hours: int) -> str:
    """Say how old something is."""
    return ngettext("%(hours)s 小时", "%(hours)s 小时", hours) % {"hours": hours}


@register.filter
def day_word(day: date) -> str:
    """Say a date as people do: 今天, 明天, else with its weekday."""
    today = timezone.localdate()
    if day == today:
        return _("今天")
    if day == today + timedelta(days=1):
        return _("明天")
    return format_date(day, _("n月j日 l"))


@register.filter
def spaced(plate: str) -> str:
    """Write a plate as it hangs on the car: 京A·12345."""
    return f"{plate[:2]}·{plate[2:]}" if len(plate) > 2 else plate
