"""Weather comes from a provider by a worker, with its time and age, or is not shown (P4)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction

from daily.domain.queries.weather import EXAMPLE, weather
from daily.domain.spot import Spot, spot
from daily.domain.weather import fetching
from daily.domain.weather.codes import icons, sky_of
from daily.domain.weather.providers import OpenMeteo, QWeather
from daily.enums import Fault, Sky
from daily.models import WeatherReport
from foundation.core.access.permissions import Refused
from foundation.core.flow import calling
from foundation.core.flow.models import AuditEntry, OutboxMessage
from tests.daily.answers import open_meteo, qweather_days, qweather_now
from tests.daily.conftest import WeatherService

pytestmark = [pytest.mark.row("P4"), pytest.mark.django_db]
BEIJING = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 30, 14, 20, tzinfo=BEIJING)
SQUARE = Spot(39.9055, 116.3976)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def open_meteo_on(service: WeatherService, decide: Callable) -> WeatherService:
    decide(weather="open_meteo", open_meteo_host=service.host)
    service.answers["/v1/forecast"] = (200, open_meteo(NOW))
    return service


@pytest.fixture
def qweather_on(service: WeatherService, decide: Callable) -> WeatherService:
    decide(weather="qweather", qweather_host=service.host, qweather_key="geheim-7")
    service.answers["/v7/weather/now"] = (200, qweather_now(NOW))
    service.answers["/v7/weather/7d"] = (200, qweather_days(NOW))
    return service


def fetch() -> WeatherReport:
    """Let the worker do what the chore asks for."""
    from foundation.core.flow import outbox

    assert fetching.fetch_when_due() == 1
    outbox.drain()
    return WeatherReport.objects.get()


def test_a_fresh_installation_calls_nobody(service: WeatherService) -> None:
    assert fetching.fetch_when_due() == 0
    assert not OutboxMessage.objects.exists()
    assert weather(spot()) is None
    assert service.asked == []


def test_open_meteo_is_asked_as_it_documents_and_read(open_meteo_on: WeatherService) -> None:
    report = fetch()
    path, query, headers = open_meteo_on.asked[0]
    assert path == "/v1/forecast"
    assert (query["latitude"], query["longitude"], query["forecast_days"]) == ("39.9055", "116.3976", "7")
    assert query["timezone"] == "Asia/Shanghai"
    assert "cookie" not in headers
    assert "authorization" not in headers
    found = weather(spot())
    assert found is not None
    assert found.forecast is not None
    assert found.forecast.observed_at == NOW
    assert (found.forecast.temperature, found.forecast.sky) == (-4, Sky.LIGHT_SNOW)
    assert (found.forecast.wind_force, found.forecast.humidity) == (2, 41)
    assert [(day.low, day.high) for day in found.days][:2] == [(-6, 0), (-5, 2)]
    assert len(found.days) == 7
    assert (report.fault, found.is_stale, found.source) == ("", False, "Open-Meteo")


def test_qweather_is_asked_with_its_key_and_read(qweather_on: WeatherService) -> None:
    fetch()
    assert [path for path, _query, _headers in qweather_on.asked] == ["/v7/weather/7d", "/v7/weather/now"]
    for _path, query, headers in qweather_on.asked:
        assert query["location"] == "116.40,39.91"
        assert headers["x-qw-api-key"] == "geheim-7"
        assert "key" not in query, "addresses are written into logs"
    found = weather(spot())
    assert found is not None
    assert found.forecast is not None
    assert (found.forecast.temperature, found.forecast.sky) == (-4, Sky.LIGHT_SNOW)
    assert [day.sky for day in found.days][1:4] == [Sky.OVERCAST, Sky.CLEAR, Sky.FAIR]
    assert found.source == "和风天气"


FAULTS = {
    "server error": ((500, {}), Fault.BROKEN),
    "garbage": ((200, b"<html>busy</html>"), Fault.NONSENSE),
    "a list": ((200, []), Fault.NONSENSE),
    "too often": ((429, {"error": True, "reason": "Minutely API request limit exceeded."}), Fault.QUOTA),
    "refused": ((400, {"error": True, "reason": "Latitude must be in range"}), Fault.BROKEN),
    "no days": ((200, open_meteo(NOW, daily={"time": []})), Fault.NONSENSE),
    "uneven days": (
        (200, open_meteo(NOW, daily={**open_meteo(NOW)["daily"], "weather_code": [1]})),
        Fault.NONSENSE,
    ),
    "a hot day": (
        (200, open_meteo(NOW, daily={**open_meteo(NOW)["daily"], "temperature_2m_max": [999] * 7})),
        Fault.NONSENSE,
    ),
    "no number": (
        (200, open_meteo(NOW, current={**open_meteo(NOW)["current"], "temperature_2m": None})),
        Fault.NONSENSE,
    ),
    "last week": ((200, open_meteo(NOW, first=NOW.date() - timedelta(days=7))), Fault.NONSENSE),
    "tomorrow's observation": (
        (200, open_meteo(NOW, current={**open_meteo(NOW)["current"], "time": "2026-12-01T14:00"})),
        Fault.NONSENSE,
    ),
    "redirected": ((302, {}), Fault.BROKEN),
}


@pytest.mark.deny
@pytest.mark.parametrize(("answer", "fault"), FAULTS.values(), ids=FAULTS)
def test_what_goes_wrong_is_said_and_the_last_good_forecast_stays(
    answer: tuple, fault: Fault, open_meteo_on: WeatherService, clock: Any
) -> None:
    fetch()
    good = WeatherReport.objects.get().forecast
    open_meteo_on.answers["/v1/forecast"] = answer
    clock.shift(timedelta(minutes=31))
    report = fetch()
    assert (report.fault, report.forecast) == (fault.value, good)
    assert report.failed_at == datetime.now(UTC)
    found = weather(spot())
    assert found is not None
    assert found.fault == fault
    assert found.forecast is not None
    assert found.forecast.observed_at == NOW, "its own time, not the failed one's"


QWEATHER_FAULTS = {
    "quota, old way": ((200, {"code": "402"}), Fault.QUOTA),
    "too often, old way": ((200, {"code": "429"}), Fault.QUOTA),
    "key, old way": ((200, {"code": "401"}), Fault.REFUSED),
    "key": ((401, {"error": {"status": 401, "title": "UNAUTHORIZED"}}), Fault.REFUSED),
    "no credit": ((403, {"error": {"status": 403, "title": "NO CREDIT"}}), Fault.QUOTA),
    "forbidden": ((403, {"error": {"status": 403, "title": "INVALID HOST"}}), Fault.REFUSED),
    "too often": ((429, {"error": {"status": 429, "title": "TOO MANY REQUESTS"}}), Fault.QUOTA),
    "broken": ((500, b"oops"), Fault.BROKEN),
    "nothing in it": ((200, {"code": "200"}), Fault.NONSENSE),
    "no code": ((200, {"daily": []}), Fault.NONSENSE),
}


@pytest.mark.deny
@pytest.mark.parametrize(("answer", "fault"), QWEATHER_FAULTS.values(), ids=QWEATHER_FAULTS)
def test_qweathers_refusals_in_both_of_its_ways(
    answer: tuple, fault: Fault, qweather_on: WeatherService
) -> None:
    qweather_on.answers["/v7/weather/7d"] = answer
    assert fetch().fault == fault.value
    found = weather(spot())
    assert found is not None
    assert (found.forecast, found.fault) == (None, fault)


@pytest.mark.deny
def test_a_provider_that_says_nothing_is_not_waited_for(
    open_meteo_on: WeatherService, monkeypatch: Any
) -> None:
    monkeypatch.setattr(calling, "TIMEOUT", (1, 0.2))
    open_meteo_on.silent = True
    assert fetch().fault == Fault.UNREACHABLE


@pytest.mark.deny
def test_without_a_network_the_fault_is_said(decide: Callable, monkeypatch: Any) -> None:
    def unknown(*args: Any, **kwargs: Any) -> None:
        raise OSError("no network")

    monkeypatch.setattr(calling.socket, "getaddrinfo", unknown)
    decide(weather="open_meteo")
    assert fetch().fault == Fault.UNREACHABLE


@pytest.mark.deny
def test_a_host_inside_of_our_own_network_is_never_called(decide: Callable) -> None:
    decide(weather="open_meteo", open_meteo_host="127.0.0.1:5432")
    assert fetch().fault == Fault.ADDRESS


@pytest.mark.deny
def test_a_missing_key_is_said_and_nobody_is_asked(service: WeatherService, decide: Callable) -> None:
    decide(weather="qweather", qweather_host=service.host)
    assert fetch().fault == Fault.NOT_SET_UP
    assert service.asked == []


def test_it_is_fetched_every_half_hour_sooner_after_a_fault_and_seldom_without_credit(
    open_meteo_on: WeatherService, clock: Any
) -> None:
    fetch()
    clock.shift(timedelta(minutes=29))
    assert fetching.fetch_when_due() == 0
    clock.shift(timedelta(minutes=1))
    open_meteo_on.answers["/v1/forecast"] = (500, {})
    assert fetch().fault == Fault.BROKEN
    clock.shift(timedelta(minutes=10))
    open_meteo_on.answers["/v1/forecast"] = (429, {"error": True, "reason": "Daily limit"})
    assert fetch().fault == Fault.QUOTA
    clock.shift(timedelta(minutes=60))
    assert fetching.fetch_when_due() == 0
    clock.shift(timedelta(hours=2))
    assert fetching.fetch_when_due() == 1


def test_two_workers_ask_once_a_minute(open_meteo_on: WeatherService) -> None:
    assert [fetching.fetch_when_due() for _worker in range(2)] == [1, 0]
    assert OutboxMessage.objects.filter(channel="weather").count() == 1


@pytest.mark.deny
def test_what_was_meant_for_another_spot_is_not_fetched_any_more(
    open_meteo_on: WeatherService, decide: Callable, drain: Callable
) -> None:
    fetching.fetch_when_due()
    decide(latitude=30.25)
    drain()
    assert open_meteo_on.asked == []
    assert not WeatherReport.objects.exists()


def test_old_data_is_said_to_be_old_and_hidden_after_a_day(open_meteo_on: WeatherService, clock: Any) -> None:
    fetch()
    for hours, stale, shown in ((3, False, True), (4, True, True), (23, True, True), (25, True, False)):
        clock.move_to(NOW + timedelta(hours=hours))
        found = weather(spot())
        assert found is not None
        assert (found.is_stale, found.forecast is not None, found.hours) == (stale, shown, hours)
        assert found.too_old is not shown


def test_after_midnight_yesterday_is_gone_from_the_forecast(
    open_meteo_on: WeatherService, clock: Any
) -> None:
    clock.move_to(datetime(2026, 11, 30, 23, 50, tzinfo=BEIJING))
    open_meteo_on.answers["/v1/forecast"] = (200, open_meteo(datetime(2026, 11, 30, 23, 45, tzinfo=BEIJING)))
    fetch()
    clock.move_to(datetime(2026, 12, 1, 0, 5, tzinfo=BEIJING))
    found = weather(spot())
    assert found is not None
    assert found.now is not None
    assert found.now.date == date(2026, 12, 1)
    assert len(found.days) == 6


@pytest.mark.deny
def test_another_spots_weather_is_never_shown_in_its_place(
    open_meteo_on: WeatherService, decide: Callable
) -> None:
    fetch()
    decide(latitude=30.25, longitude=120.16)
    found = weather(spot())
    assert found is not None
    assert found.forecast is None


def test_an_example_is_called_one_and_gives_way_to_the_real(
    open_meteo_on: WeatherService, decide: Callable
) -> None:
    fetch()
    report = WeatherReport.objects.get()
    WeatherReport.objects.create(
        spot=report.spot,
        provider=EXAMPLE,
        forecast=report.forecast,
        observed_at=NOW - timedelta(days=90),
        fetched_at=NOW,
    )
    assert weather(spot()).is_example is False  # type: ignore[union-attr]
    decide(weather="off")
    found = weather(spot())
    assert found is not None
    assert found.is_example
    assert found.now is not None, "an example is of today"


def test_codes_that_nobody_told_us_are_unknown_not_something_like_it() -> None:
    assert sky_of("open_meteo", 999) == Sky.UNKNOWN
    assert set(icons()) == set(Sky.values)


@pytest.mark.parametrize("provider", [OpenMeteo("example.org"), QWeather("example.org", "k")])
def test_every_provider_says_its_name_and_address(provider: Any) -> None:
    assert provider.name
    assert provider.address.startswith("https://")


@pytest.mark.deny
def test_only_who_has_the_right_lets_it_be_fetched_now(
    open_meteo_on: WeatherService, person: Callable, drain: Callable
) -> None:
    with pytest.raises(Refused):
        fetching.fetch_now(by=person("lin"))
    assert fetching.fetch_now(by=person("clerk", roles=("staff",)))
    drain()
    assert WeatherReport.objects.get().fetched_at == NOW
    assert AuditEntry.objects.filter(action="daily.fetch_weather").count() == 1


@pytest.mark.deny
def test_the_database_keeps_one_report_for_a_spot_and_no_forecast_without_its_time() -> None:
    WeatherReport.objects.create(spot="1,1", provider="open_meteo")
    with pytest.raises(IntegrityError), transaction.atomic():
        WeatherReport.objects.create(spot="1,1", provider="open_meteo")
    with pytest.raises(IntegrityError), transaction.atomic():
        WeatherReport.objects.create(spot="2,1", provider="open_meteo", fetched_at=NOW)
