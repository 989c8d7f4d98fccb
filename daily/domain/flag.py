"""When the flag goes up and down: with the sun, cut to the minute, as the almanac has it (P5)."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from astral import Observer
from astral.sun import sunrise, sunset
from django.utils import timezone

from daily.domain.spot import Spot
from daily.models import FlagTime

AHEAD = 7


@dataclass(frozen=True)
class Flag:
    """The two times of a date; without them there is no ceremony. `decided`: the office said so, not the sun."""

    date: date
    raised: time | None
    lowered: time | None
    note: str = ""
    decided: bool = False


@lru_cache(maxsize=1000)
def by_the_sun(day: date, latitude: float, longitude: float, zone: str) -> Flag:
    """Return the times of sunrise and sunset; none where the sun stays up or down all day."""
    observer = Observer(latitude, longitude)
    try:
        up, down = (
            moment(observer, date=day, tzinfo=timezone.get_default_timezone()) for moment in (sunrise, sunset)
        )
    except ValueError:
        return Flag(day, None, None)
    return Flag(day, up.time().replace(second=0, microsecond=0), down.time().replace(second=0, microsecond=0))


def flag_on(day: date, here: Spot, row: FlagTime | None = None) -> Flag:
    """Return the times of a date at a spot; `row` is what the office wrote for it."""
    if row is not None:
        return Flag(day, row.raised, row.lowered, row.note, decided=True)
    return by_the_sun(day, here.latitude, here.longitude, timezone.get_default_timezone_name())


def flags(first: date, last: date, here: Spot, rows: dict[date, FlagTime]) -> list[Flag]:
    """Return the times from `first` to `last`."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [flag_on(day, here, rows.get(day)) for day in days]
