"""The weather as people are told it: of its own time, with its age, or not at all (P4)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from daily import options as declared
from daily.domain.spot import Spot
from daily.domain.weather.forecast import Forecast, ForecastDay
from daily.domain.weather.providers import OpenMeteo, QWeather
from daily.enums import Fault
from daily.models import WeatherReport
from foundation.core.pages import options

STALE, HIDDEN = timedelta(hours=3), timedelta(hours=24)
EXAMPLE = "example"
NAMES = {one.key: (one.name, one.address) for one in (OpenMeteo, QWeather)}


@dataclass(frozen=True)
class Weather:
    """`forecast` None: there is nothing worth showing, because of `fault` or because it is too old."""

    provider: str
    spot: str
    forecast: Forecast | None
    today: date
    age: timedelta = timedelta()
    fault: Fault = Fault.NONE
    # What was found is older than a day.
    too_old: bool = False

    @property
    def source(self) -> str:
        return NAMES.get(self.provider, ("", ""))[0]

    @property
    def source_address(self) -> str:
        return NAMES.get(self.provider, ("", ""))[1]

    @property
    def is_example(self) -> bool:
        return self.provider == EXAMPLE

    @property
    def is_stale(self) -> bool:
        return self.age > STALE

    @property
    def hours(self) -> int:
        return int(self.age.total_seconds() // 3600)

    @property
    def days(self) -> tuple[ForecastDay, ...]:
        """The days from today on: what was forecast before midnight still holds after it."""
        return tuple(one for one in self.forecast.days if one.date >= self.today) if self.forecast else ()

    def on(self, day: date) -> ForecastDay | None:
        """Return the forecast for a date, None where none reaches there."""
        return next((one for one in self.days if one.date == day), None)

    @property
    def now(self) -> ForecastDay | None:
        return self.on(self.today)


def chosen() -> str:
    """Return which provider's report is shown; the demo's example where nothing is fetched."""
    provider = options.value("daily.weather")
    return EXAMPLE if provider == declared.OFF else provider


def report_of(here: Spot) -> WeatherReport | None:
    """Return the row that is shown, whatever its age."""
    return WeatherReport.objects.filter(spot=here.key, provider=chosen()).first()


def weather(here: Spot, now: datetime | None = None) -> Weather | None:
    """Return the weather of a spot; None where the office shows none."""
    now = now or timezone.now()
    report, provider = report_of(here), chosen()
    if report is None and provider == EXAMPLE:
        return None
    facts = {"provider": provider, "spot": here.name, "today": timezone.localdate(now)}
    if report is None:
        return Weather(forecast=None, **facts)  # type: ignore[arg-type]
    fault = Fault(report.fault)
    if provider == EXAMPLE:
        invented = Forecast.from_data(report.forecast, now).moved(timezone.localdate(now), now)
        return Weather(forecast=invented, **facts)  # type: ignore[arg-type]
    if report.observed_at is None:
        return Weather(forecast=None, fault=fault, **facts)  # type: ignore[arg-type]
    age = max(now - report.observed_at, timedelta())
    if age > HIDDEN:
        return Weather(forecast=None, age=age, fault=fault, too_old=True, **facts)  # type: ignore[arg-type]
    forecast = Forecast.from_data(report.forecast, report.observed_at)
    return Weather(forecast=forecast, age=age, fault=fault, **facts)  # type: ignore[arg-type]
