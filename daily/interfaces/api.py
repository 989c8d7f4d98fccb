"""A day, the weather, the flag's times and which cars stay at home (P4, P5, P6, P10, U5)."""

from datetime import date, time
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field, field_validator

from daily.domain import limits
from daily.domain.flag import AHEAD, Flag
from daily.domain.queries import plates as plate_queries
from daily.domain.queries.day import DayPage, day_page
from daily.domain.queries.flag import flags_of
from daily.domain.queries.weather import Weather, weather
from daily.domain.spot import spot
from daily.interfaces.forms import shown
from daily.models import WeatherWarning
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Moment
from foundation.core.api.scope import TokenScope
from foundation.core.zh.calendar import Day

# Where a schema has a field of that name.
type Date = date
# The community's own clock, which has no offset: no `time` of JSON Schema.
Clock = Annotated[str, Field(pattern=r"^\d\d:\d\d$", examples=["07:05"])]
routes = Routes("daily")
OPEN = {"scope": TokenScope.READ, "open_because": "what day it is and what it brings is for everybody"}


class FlagOut(Schema):
    """The times of a date; null where there is no ceremony."""

    date: date
    raised: Clock | None
    lowered: Clock | None
    note: str


class RuleOut(Schema):
    """What one rule says on a day."""

    name: str
    area: str
    hours_from: Clock | None = Field(description="Null: all day.")
    hours_until: Clock | None
    why: str = Field(
        description="limited, weekend, holiday, swapped, no_tails, or not_announced: nobody knows yet."
    )
    tails: str = Field(description="The last digits that stay at home.")
    letter_as: int | None = Field(
        description="As which digit a letter at the end counts; null: the last digit does."
    )
    spares_new_energy: bool
    exemptions: str
    source: str
    is_example: bool


class LimitsOut(Schema):
    """What all rules say on a day. `covered` false: there are rules, and none of them is for that day."""

    date: date
    covered: bool
    ended_on: Date | None = Field(description="The last day of any rule, where that lies behind.")
    unsure: bool
    rules: list[RuleOut]
    verdict: str = Field(description="Of the tail that was asked for: stays, drives or unsure; else empty.")


class WarningOut(Schema):
    danger: str
    level: str = Field(description="blue, yellow, orange or red.")
    title: str
    text: str
    place: str
    starts_at: Moment
    ends_at: Moment


class HappeningOut(Schema):
    title: str
    address: str
    starts: Moment
    where: str


class DayOut(Schema):
    """Everything of one date but the weather."""

    date: date
    weekday: int = Field(description="1 is Monday.")
    lunar: str
    lunar_year: str
    term: str = Field(description="The solar term that begins, else empty.")
    term_at: Moment | None
    festivals: list[str]
    is_off: bool
    holiday: str = Field(description="For which it is off, or a weekend is worked; else empty.")
    known: bool = Field(description="False: days off of that year were not announced yet.")
    flag: FlagOut
    limits: LimitsOut | None = Field(description="Null where the office keeps no rules.")
    warnings: list[WarningOut]
    happenings: list[HappeningOut]


class ForecastDayOut(Schema):
    date: date
    sky: str
    words: str
    low: int
    high: int


class WeatherOut(Schema):
    """The weather with its age; `days` empty: there is nothing worth showing."""

    provider: str = Field(description="`example`: invented for the demo.")
    source: str
    spot: str
    observed_at: Moment | None
    is_stale: bool
    temperature: int | None
    sky: str
    words: str
    days: list[ForecastDayOut]


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        "date": flag.date,
        "raised": _clock(flag.raised),
        "lowered": _clock(flag.lowered),
        "note": flag.note,
    }


def _clock(at: time | None) -> str | None:
    return at.strftime("%H:%M") if at else None


def _rule(one: limits.RuleOnDay) -> dict[str, Any]:
    names = ("name", "area", "letter_as", "spares_new_energy", "exemptions", "source", "is_example")
    return {
        **{name: getattr(one.rule, name) for name in names},
        "hours_from": _clock(one.rule.hours_from),
        "hours_until": _clock(one.rule.hours_until),
        "why": one.why.value,
        "tails": one.tails,
    }


def _limits(found: limits.DayLimits | None, verdict: str = "") -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "date": found.day.date,
        "covered": found.covered,
        "ended_on": found.ended_on,
        "unsure": found.unsure,
        "rules": [_rule(one) for one in found.rules],
        "verdict": verdict,
    }


def _warning(row: WeatherWarning) -> dict[str, Any]:
    names = ("danger", "level", "title", "text", "starts_at", "ends_at")
    return {**{name: getattr(row, name) for name in names}, "place": row.place.name}


def _day(page: DayPage) -> dict[str, Any]:
    day: Day = page.day
    return {
        "date": day.date,
        "weekday": day.date.isoweekday(),
        "lunar": day.lunar.words,
        "lunar_year": day.lunar.year_words,
        "term": str(day.term.name) if day.term else "",
        "term_at": day.term.at if day.term else None,
        "festivals": [str(name) for name in day.festivals],
        "is_off": day.is_off,
        "holiday": str(day.holiday),
        "known": day.known,
        "flag": _flag(page.flags[0]),
        "limits": _limits(page.limits[0]),
        "warnings": [_warning(row) for row in page.warnings],
        "happenings": [
            {"title": one.title, "address": one.url, "starts": one.starts, "where": one.where}
            for one in page.happenings
        ],
    }


def _near(day: date) -> date:
    if not shown(day):
        raise Http404
    return day


@routes.reads("/days/{date}", returns=DayOut, **OPEN)
def read_day(request: ApiRequest, date: date) -> dict[str, Any]:
    """Read everything of a date, from a year ago to two years ahead."""
    return _day(day_page(_near(date), request.user))


def _weather(found: Weather) -> dict[str, Any]:
    forecast = found.forecast
    return {
        "provider": found.provider,
        "source": found.source,
        "spot": found.spot,
        "observed_at": forecast.observed_at if forecast else None,
        "is_stale": found.is_stale,
        "temperature": forecast.temperature if forecast else None,
        "sky": forecast.sky.value if forecast else "",
        "words": str(forecast.sky.label) if forecast else "",
        "days": [
            {
                "date": one.date,
                "sky": one.sky.value,
                "words": str(one.sky.label),
                "low": one.low,
                "high": one.high,
            }
            for one in found.days
        ],
    }


@routes.reads("/weather", returns=WeatherOut | None, **OPEN)
def read_weather(request: ApiRequest) -> dict[str, Any] | None:
    """Read the weather of the community as a worker fetched it last; null where the office shows none."""
    found = weather(spot())
    return _weather(found) if found else None


@routes.reads("/flags", returns=list[FlagOut], **OPEN)
def list_flags(request: ApiRequest) -> list[dict[str, Any]]:
    """List when the flag goes up and down, a week ahead."""
    return [_flag(flag) for flag in flags_of(timezone.localdate(), AHEAD, spot())]


class WhichDay(Schema):
    day: Date | None = Field(None, alias="date", description="Today where it is left out.")
    tail: str = Field(
        "", pattern="^[0-9A-Za-z]?$", description="The last sign of a plate; never the whole plate."
    )

    @field_validator("day")
    @classmethod
    def near(cls, day: Date | None) -> Date | None:
        """Refuse what lies too far away for the calendar."""
        if day is not None and not shown(day):
            raise ValueError(_("请选近一年到两年内的日子。"))
        return day


@routes.reads("/plates", returns=LimitsOut | None, **OPEN)
def read_limits(request: ApiRequest, which: Query[WhichDay]) -> dict[str, Any] | None:
    """Read which cars stay at home on a date; null where the office keeps no rules."""
    day = which.day or timezone.localdate()
    found = plate_queries.limits_of(day)
    if found is None or not which.tail:
        return _limits(found)
    return _limits(found, limits.answer(which.tail.upper(), found).verdict.value)
