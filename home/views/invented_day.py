"""The style guide's day: a strip, warnings of every level and every answer about a plate, all invented."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from daily.domain import limits
from daily.domain.flag import Flag
from daily.domain.queries.strip import Strip
from daily.domain.queries.weather import Weather
from daily.domain.weather.forecast import Forecast, ForecastDay
from daily.enums import Danger, Level, Sky
from daily.models import PlateRule, WeatherWarning
from foundation.core.models import Place
from foundation.core.zh.calendar import computed

DAY = date(2026, 11, 21)


def _warning(level: Level, danger: Danger, text: str, place: str) -> WeatherWarning:
    begins = timezone.make_aware(datetime.combine(DAY, time(18)))
    return WeatherWarning(
        level=level,
        danger=danger,
        text=text,
        place=Place(name=place),
        starts_at=begins,
        ends_at=begins + timedelta(hours=14),
    )


def _rule(**facts: Any) -> PlateRule:
    known = {
        "name": "工作日高峰区域限行",
        "area": "五环路以内，不含五环路主路",
        "valid_from": date(2026, 9, 28),
        "valid_until": date(2026, 12, 27),
        "hours_from": time(7),
        "hours_until": time(20),
        "letter_as": 0,
        "friday": "49",
        "monday": "38",
        "spares_new_energy": True,
    }
    return PlateRule(pk=0, **{**known, **facts})


def invented_day() -> dict[str, Any]:
    """Return what the style guide shows of a day."""
    monday, saturday, swapped = computed(date(2026, 11, 23)), computed(DAY), computed(date(2026, 10, 10))
    rule = _rule()
    by_announcement = _rule(swapped="as_announced")
    now = timezone.make_aware(datetime.combine(DAY, time(14)))
    forecast = Forecast(
        observed_at=now,
        temperature=5,
        sky=Sky.CLEAR,
        wind_from=350,
        wind_force=2,
        humidity=30,
        days=(
            ForecastDay(DAY, Sky.CLEAR, -1, 9),
            ForecastDay(DAY + timedelta(days=1), Sky.LIGHT_SNOW, -4, 2),
        ),
    )
    on_monday, on_saturday = (limits.limits_on(day, [rule]) for day in (monday, saturday))
    unsure = limits.limits_on(swapped, [by_announcement])
    if on_monday is None or unsure is None:
        raise ValueError("an invented rule says something")
    weather = Weather(provider="example", spot="东城区", forecast=forecast, today=DAY)
    worst = _warning(Level.RED, Danger.BLIZZARD, "今夜有暴雪，请不要出门。", "阿拉善左旗巴彦浩特镇西花园社区")
    return {
        "strip": Strip(
            day=saturday,
            tomorrow=computed(DAY + timedelta(days=1)),
            flag=Flag(DAY, time(7, 5), time(16, 54)),
            weather=weather,
            limits=on_saturday,
            limits_tomorrow=on_monday,
            warnings=(worst,),
        ),
        "weather": weather,
        "warnings": [
            _warning(Level.ORANGE, Danger.GALE, "今晚有大风，请收好窗台上的花盆。", "银杏里社区"),
            _warning(Level.YELLOW, Danger.ICE, "路面结冰，走路慢一点。", "银杏里社区"),
            _warning(Level.BLUE, Danger.COLD, "降温了，请给水管包上保暖套。", "梧桐街道"),
        ],
        "limits": [on_monday, on_saturday, unsure],
        "answers": [
            ("京A12343", limits.answer("京A12343", on_monday)),
            ("5", limits.answer("5", on_monday)),
            ("京AD12343", limits.answer("京AD12343", on_monday)),
            ("8", limits.answer("8", unsure)),
        ],
        "asked_day": monday.date,
        "days": [swapped, computed(date(2026, 10, 1)), saturday],
    }
