"""One day as a whole, for its page and for the API (P10)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from daily.domain.flag import AHEAD, Flag
from daily.domain.limits import DayLimits, limits_on
from daily.domain.queries.flag import flags_of
from daily.domain.queries.plates import rules
from daily.domain.queries.weather import Weather, weather
from daily.domain.spot import Spot, spot
from daily.models import WeatherWarning
from foundation.core.zh.calendar import Day, days_of
from foundation.core.zh.happenings import Happening, happenings


@dataclass(frozen=True)
class DayPage:
    """Everything of one date. What is None the office does not keep, or reaches not so far."""

    day: Day
    week: tuple[Day, ...]
    flags: tuple[Flag, ...]
    weather: Weather | None
    limits: tuple[DayLimits | None, ...]
    warnings: tuple[WeatherWarning, ...]
    happenings: tuple[Happening, ...]
    spot: Spot
    is_today: bool

    @property
    def flag_week(self) -> list[tuple[Day, Flag]]:
        return list(zip(self.week, self.flags, strict=True))


def day_page(day: date, user: Any = None) -> DayPage:
    """Return everything of a date, for `user`. Raises ValueError outside of the calendar."""
    here, today = spot(), timezone.localdate()
    week = days_of(day, day + timedelta(days=AHEAD - 1))
    begins = timezone.make_aware(datetime.combine(day, time()))
    shown = WeatherWarning.objects.visible_to(user).select_related("place").worst_first()
    if day == today:
        shown = shown.in_force(timezone.now())
    else:
        shown = shown.filter(starts_at__lt=begins + timedelta(days=1), ends_at__gt=begins)
    found = weather(here)
    return DayPage(
        day=week[0],
        week=tuple(week),
        flags=tuple(flags_of(day, AHEAD, here)),
        # Another day's page shows no weather of today.
        weather=found if found and (day == today or found.on(day)) else None,
        limits=tuple(limits_on(one, rules()) for one in week[:2]),
        warnings=tuple(shown),
        happenings=tuple(happenings(user, day, day)),
        spot=here,
        is_today=day == today,
    )
