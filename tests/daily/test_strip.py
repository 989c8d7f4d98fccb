"""The strip: everything of a moment in few queries, kept until something in it changes (P4, P5, P6, P10)."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import caches
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from daily.domain.queries import moments
from daily.domain.queries.strip import kept_strip, strip
from daily.domain.queries.weather import EXAMPLE
from daily.domain.spot import spot
from daily.models import FlagTime, PlateRule, WeatherReport, WeatherWarning
from foundation.core.models import SpecialDay
from foundation.core.pages import version
from foundation.core.pages.display import Display
from foundation.core.pages.schedule import next_midnight
from tests.daily.answers import open_meteo

pytestmark = [pytest.mark.row("P4", "P5", "P6", "P10"), pytest.mark.django_db]
BEIJING = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=BEIJING)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def full(places: dict, decide: Callable) -> dict[str, Any]:
    """An office that keeps everything."""
    decide(weather="open_meteo", spot="东城区")
    forecast = {
        "temperature": 3,
        "sky": "clear",
        "wind_from": 0,
        "wind_force": 2,
        "humidity": 40,
        "days": [
            {"date": (NOON.date() + timedelta(days=number)).isoformat(), "sky": "clear", "low": -4, "high": 9}
            for number in range(7)
        ],
    }
    report = WeatherReport.objects.create(
        spot=spot().key, provider="open_meteo", forecast=forecast, fetched_at=NOON, observed_at=NOON
    )
    PlateRule.objects.create(
        name="限行", area="五环路以内", valid_from=date(2026, 9, 28), friday="27", monday="38"
    )
    FlagTime.objects.create(date=NOON.date(), raised=time(7, 10), lowered=time(17))
    SpecialDay.objects.create(date=date(2026, 11, 21), kind="off", name="敬老日")
    warning = WeatherWarning.objects.create(
        place=places["ginkgo"],
        danger="gale",
        level="yellow",
        text="大风",
        starts_at=NOON - timedelta(hours=1),
        ends_at=NOON + timedelta(hours=1),
    )
    return {"report": report, "warning": warning}


def drawn(**display: Any) -> str:
    request = RequestFactory().get("/")
    context = {"request": request, "display": Display(**display)}
    template = Template('{% load daily %}{% day_strip as strip %}{% include "daily/strip.html" %}')
    return " ".join(template.render(Context(context)).split())


def test_it_says_everything_of_the_day(full: dict) -> None:
    page = drawn()
    for words in (
        "11月20日 星期五",
        "丙午年 十月十二",
        "大风黄色预警",
        "−4~9℃",
        "东城区 北风 2 级",
        "今天限 2 和 7",
        "明天不限行",
        "升旗 07:10",
        "降旗 17:00",
        "看日历",
    ):
        assert words in page, words


def test_the_elderly_read_it_in_words(full: dict) -> None:
    page = drawn(mode="elder")
    assert "零下 4 度到 9 度" in page
    assert "℃" not in page


def test_an_office_that_keeps_nothing_says_nothing(db: None) -> None:
    page = drawn()
    assert "11月20日" in page
    assert "升旗 07:04" in page
    for words in ("限行", "天气", "预警", "℃"):
        assert words not in page, words


def test_what_is_old_or_invented_says_so(full: dict, clock: Any, decide: Callable) -> None:
    clock.move_to(NOON + timedelta(hours=5))
    assert "5 小时前的数据" in drawn()
    clock.move_to(NOON + timedelta(hours=30))
    assert "数据超过一天没有更新" in drawn()
    assert "℃" not in drawn()
    decide(weather="off")
    full["report"].provider = EXAMPLE
    full["report"].save()
    assert "示例数据，不是真的天气" in drawn()


def test_where_rules_end_it_is_said(full: dict) -> None:
    PlateRule.objects.update(valid_until=date(2026, 11, 20))
    version.portal_changed()
    assert "今天限 2 和 7" in drawn()
    assert "限行规则没有更新" in drawn()


def test_it_asks_little_and_then_nothing(full: dict, django_assert_max_num_queries: Callable) -> None:
    strip()
    with django_assert_max_num_queries(3):
        assert strip().warnings
    kept_strip()
    with django_assert_max_num_queries(0):
        assert kept_strip().limits is not None


def test_a_place_sees_the_warnings_of_its_own_streets(full: dict, places: dict) -> None:
    assert strip(places["ginkgo-3"]).warnings
    assert not strip(places["bridge"]).warnings


def test_it_turns_over_at_midnight_and_when_a_warning_ends(full: dict, clock: Any) -> None:
    assert next_midnight() == datetime(2026, 11, 21, 0, 0, tzinfo=BEIJING)
    assert moments.next_warning() == NOON + timedelta(hours=1)
    full["warning"].ends_at = NOON + timedelta(seconds=20)
    full["warning"].save()
    before = version.portal_version_now()
    assert version.portal_version_now() == before
    assert "大风" in drawn()
    clock.move_to(NOON + timedelta(seconds=20))
    assert version.portal_version_now() != before
    assert "大风" not in drawn()
    clock.move_to(datetime(2026, 11, 21, 0, 0, 1, tzinfo=BEIJING))
    page = drawn()
    assert "11月21日" in page
    assert "敬老日放假" in page


def test_its_age_has_its_moments(full: dict, clock: Any) -> None:
    assert moments.next_age() == NOON + timedelta(hours=3, seconds=1)
    clock.move_to(NOON + timedelta(hours=3, minutes=30))
    assert moments.next_age() == NOON + timedelta(hours=4, seconds=1)
    clock.move_to(NOON + timedelta(hours=25))
    assert moments.next_age() is None


@pytest.mark.parametrize("change", ["report", "rule", "flag", "day", "warning"])
def test_every_change_of_the_office_shows_at_once(full: dict, change: str) -> None:
    before = drawn()
    if change == "report":
        full["report"].forecast["days"][0]["high"] = 20
        full["report"].save()
    elif change == "rule":
        rule = PlateRule.objects.get()
        rule.friday = "16"
        rule.save()
    elif change == "flag":
        FlagTime.objects.get().delete()
    elif change == "day":
        SpecialDay.objects.create(date=NOON.date(), kind="off", name="校庆")
    else:
        full["warning"].delete()
    for cache in caches.all():
        assert cache is not None
    assert drawn() != before


def test_no_network_is_touched_by_it(full: dict, monkeypatch: Any) -> None:
    import socket

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a page asked the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert drawn()
    assert open_meteo(NOON)["current"], "the provider's own words are read by workers only"
    assert timezone.localdate() == NOON.date()
