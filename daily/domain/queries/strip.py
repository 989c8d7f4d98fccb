"""Everything of this moment on one strip: date, weather, flag, plates, warnings (P4, P5, P6, P10)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from daily.domain.flag import Flag, flag_on
from daily.domain.limits import DayLimits, limits_on
from daily.domain.queries.plates import rules
from daily.domain.queries.weather import Weather, weather
from daily.domain.spot import spot
from daily.models import FlagTime, WeatherWarning
from foundation.core.models import Place, SpecialDay
from foundation.core.pages.version import kept
from foundation.core.zh.calendar import Day, computed, with_special


@dataclass(frozen=True)
class Strip:
    """What the front page shows of a day. What is None the office does not keep, and nothing is said of it."""

    day: Day
    tomorrow: Day
    flag: Flag
    weather: Weather | None
    limits: DayLimits | None
    limits_tomorrow: DayLimits | None
    warnings: tuple[WeatherWarning, ...]

    @property
    def coming(self) -> Day | None:
        """Tomorrow, where it brings a term or a festival that today does not."""
        return self.tomorrow if self.tomorrow.notable and not self.day.notable else None


def strip(place: Place | None = None, now: datetime | None = None) -> Strip:
    """Return the strip of a place at a moment, in at most three queries beside what the office seldom changes."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    special, flag_rows = _of_the_office(today)
    day, tomorrow = with_special([computed(today), computed(today + timedelta(days=1))], special)
    here, kept_rules = spot(), rules()
    warnings = WeatherWarning.objects.visible_to(None).reaching(place)
    in_force = warnings.in_force(now).select_related("place")
    return Strip(
        day=day,
        tomorrow=tomorrow,
        flag=flag_on(today, here, flag_rows.get(today)),
        weather=weather(here, now),
        limits=limits_on(day, kept_rules),
        limits_tomorrow=limits_on(tomorrow, kept_rules),
        warnings=tuple(in_force),
    )


def kept_strip() -> Strip:
    """Return the strip from this process's memory: what is in it changes the portal's version, or has its moment."""
    # The date stands in the key: at midnight nobody waits for the moment to be noticed.
    return kept(f"daily:strip:{timezone.localdate()}", strip)


def _of_the_office(today: date) -> tuple[dict[date, SpecialDay], dict[date, FlagTime]]:
    def find() -> tuple[dict[date, SpecialDay], dict[date, FlagTime]]:
        days = (today, today + timedelta(days=1))
        special = {row.date: row for row in SpecialDay.objects.filter(date__in=days)}
        return special, {row.date: row for row in FlagTime.objects.filter(date__in=days)}

    return kept(f"daily:office:{today}", find)
