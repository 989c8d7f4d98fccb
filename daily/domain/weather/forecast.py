"""One forecast in our own words, checked before anybody believes it (P4)."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone

from daily.enums import Fault, Sky

DAYS = 7
COLDEST, WARMEST = -70, 60
# A clock of the provider's may go a little ahead of ours.
AHEAD = timedelta(minutes=30)


class WeatherFault(Exception):
    """No forecast came of it; `fault` says why, in words that the office can act on."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class ForecastDay:
    date: date
    sky: Sky
    low: int
    high: int


@dataclass(frozen=True)
class Forecast:
    """What it is like now, where the provider says so, and the days from today on."""

    observed_at: datetime
    temperature: int | None
    sky: Sky
    days: tuple[ForecastDay, ...]
    # Wind and moisture in short, as far as given.
    wind_from: int | None = None
    wind_force: int | None = None
    humidity: int | None = None

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {
            "temperature": self.temperature,
            "sky": self.sky.value,
            "wind_from": self.wind_from,
            "wind_force": self.wind_force,
            "humidity": self.humidity,
            "days": [
                {"date": day.date.isoformat(), "sky": day.sky.value, "low": day.low, "high": day.high}
                for day in self.days
            ],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any], observed_at: datetime) -> "Forecast":
        """Read what `as_data` wrote."""
        return cls(
            observed_at=observed_at,
            temperature=data["temperature"],
            sky=Sky(data["sky"]),
            wind_from=data["wind_from"],
            wind_force=data["wind_force"],
            humidity=data["humidity"],
            days=tuple(
                ForecastDay(date.fromisoformat(day["date"]), Sky(day["sky"]), day["low"], day["high"])
                for day in data["days"]
            ),
        )

    def moved(self, first: date, observed_at: datetime) -> "Forecast":
        """Return the same weather beginning at another day: for the demo's example, which never grows old."""
        days = tuple(
            replace(day, date=first + timedelta(days=number)) for number, day in enumerate(self.days)
        )
        return replace(self, days=days, observed_at=observed_at)


def degrees(value: Any) -> int:
    """Return a temperature in whole degrees. Raises ValueError for what is none on this planet."""
    number = float(value)
    if not math.isfinite(number) or not COLDEST <= number <= WARMEST:
        raise ValueError("no temperature")
    return round(number)


def whole(value: Any, least: int, most: int) -> int | None:
    """Return a number within bounds, None for one that is missing or nonsense: nobody needs it."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return round(number) if math.isfinite(number) and least <= number <= most else None


def checked(days: Iterable[ForecastDay], **facts: Any) -> Forecast:
    """Put a forecast together. Raises ValueError where it does not begin about today, has holes, or is from tomorrow."""
    found = tuple(days)[:DAYS]
    forecast = Forecast(days=found, **facts)
    today = timezone.localdate()
    if not found or abs((found[0].date - today).days) > 1:
        raise ValueError("begins at another day")
    if any(later.date - sooner.date != timedelta(days=1) for sooner, later in pairwise(found)):
        raise ValueError("has holes")
    if any(day.low > day.high for day in found):
        raise ValueError("low above high")
    if forecast.observed_at > timezone.now() + AHEAD:
        raise ValueError("observed in the future")
    return forecast


def force_of(kilometres_an_hour: Any) -> int | None:
    """Return the force of a wind on Beaufort's scale (GB/T 28591), None where it is unknown."""
    speed = whole(kilometres_an_hour, 0, 500)
    if speed is None:
        return None
    upper = (1, 5, 11, 19, 28, 38, 49, 61, 74, 88, 102, 117)
    return sum(speed > limit for limit in upper)
