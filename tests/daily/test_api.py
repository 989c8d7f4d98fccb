"""The same day by the API (U5)."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from daily.domain.queries.weather import EXAMPLE
from daily.domain.spot import spot
from daily.models import FlagTime, PlateRule, WeatherReport

pytestmark = [pytest.mark.row("U5", "P4", "P5", "P6", "P10"), pytest.mark.django_db]
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def ask(path: str) -> Any:
    answer = Client().get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_day() -> None:
    FlagTime.objects.create(date=date(2026, 10, 1), raised=time(6, 10), lowered=time(18))
    day = ask("/days/2026-10-01")
    assert (day["lunar"], day["lunar_year"], day["holiday"], day["is_off"]) == (
        "八月廿一",
        "丙午年",
        "国庆节",
        True,
    )
    assert day["festivals"] == ["国庆节"]
    assert day["flag"]["raised"] == "06:10"
    assert day["limits"] is None
    assert ask("/days/2026-11-22")["term"] == "小雪"
    assert ask("/days/2027-05-03")["known"] is False


@pytest.mark.deny
@pytest.mark.parametrize("day", ["1900-01-01", "2040-01-01"])
def test_a_day_too_far_away(day: str) -> None:
    assert Client().get(f"/api/v1/days/{day}").status_code == 404


def test_a_week_of_flags() -> None:
    flags = ask("/flags")
    assert [flag["date"] for flag in flags][:2] == ["2026-11-23", "2026-11-24"]
    assert len(flags) == 7


def test_the_weather_with_its_source_or_nothing() -> None:
    assert ask("/weather") is None
    WeatherReport.objects.create(
        spot=spot().key,
        provider=EXAMPLE,
        fetched_at=NOON,
        observed_at=NOON,
        forecast={
            "temperature": 3,
            "sky": "clear",
            "wind_from": None,
            "wind_force": None,
            "humidity": None,
            "days": [{"date": "2026-11-23", "sky": "fair", "low": -1, "high": 8}],
        },
    )
    found = ask("/weather")
    assert (found["provider"], found["temperature"], found["words"]) == ("example", 3, "晴")
    assert found["days"] == [{"date": "2026-11-23", "sky": "fair", "words": "晴间多云", "low": -1, "high": 8}]


@pytest.mark.deny
def test_plates_by_their_last_sign_alone() -> None:
    assert ask("/plates") is None
    PlateRule.objects.create(
        name="限行", area="五环路以内", valid_from=date(2026, 9, 28), monday="38", tuesday="49", letter_as=0
    )
    assert ask("/plates")["rules"][0]["tails"] == "38"
    assert [ask(f"/plates?tail={sign}")["verdict"] for sign in "34x"] == ["stays", "drives", "drives"]
    assert ask("/plates?tail=4&date=2026-11-24")["verdict"] == "stays"
    assert Client().get("/api/v1/plates?tail=12348").status_code == 422
    assert Client().get("/api/v1/plates?date=0540-07-11").status_code == 422
