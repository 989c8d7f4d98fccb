"""The demo's day: weather, rules of the road and a warning, all of them marked as invented."""

from datetime import date, time, timedelta

from django.utils import timezone

from daily.domain.queries.weather import EXAMPLE
from daily.domain.spot import spot
from daily.models import PlateRule, WeatherReport, WeatherWarning
from foundation.core.models import Place, SiteOption, SpecialDay
from linli.demo.content import read

WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def make_day(place: Place) -> None:
    """Let the day page and the strip have something to say without any network."""
    content = read("day")
    SiteOption.objects.update_or_create(pk="daily.spot", defaults={"value": content["spot"]})
    today = timezone.localdate()
    _make_weather(content["weather"], today)
    _make_rules(content, today)
    # Over since the morning: the list shows one, nobody is frightened.
    now = timezone.now()
    WeatherWarning.objects.create(
        place=place,
        **content["warning"],
        starts_at=now - timedelta(hours=30),
        ends_at=now - timedelta(hours=6),
    )
    SpecialDay.objects.create(date=today + timedelta(days=20), **content["special_day"])


def _make_weather(weather: dict, today: date) -> None:
    days = [
        {**row, "date": (today + timedelta(days=number)).isoformat()}
        for number, row in enumerate(weather["days"])
    ]
    WeatherReport.objects.create(
        spot=spot().key,
        provider=EXAMPLE,
        fetched_at=timezone.now(),
        observed_at=timezone.now(),
        forecast={**weather, "days": days},
    )


def _make_rules(content: dict, today: date) -> None:
    """Write the round of thirteen weeks that today lies in, the one before and two more, as Beijing rotates them."""
    weeks, tails = timedelta(weeks=content["weeks"]), content["tails"]
    first = today - timedelta(days=today.weekday()) - timedelta(weeks=5) - weeks
    rule = {
        **content["rule"],
        "hours_from": time.fromisoformat(content["rule"]["hours_from"]),
        "hours_until": time.fromisoformat(content["rule"]["hours_until"]),
    }
    for number in range(4):
        begins = first + number * weeks
        turned = tails[-number:] + tails[:-number] if number else tails
        PlateRule.objects.create(
            **rule,
            **dict(zip(WORKDAYS, turned, strict=True)),
            valid_from=begins,
            valid_until=begins + weeks - timedelta(days=1),
            is_example=True,
        )
