"""Bodies as the providers document them, for whatever day it is."""

from datetime import date, datetime, timedelta
from typing import Any


def open_meteo(now: datetime, *, days: int = 7, first: date | None = None, **changes: Any) -> dict[str, Any]:
    """`/v1/forecast` of open-meteo.com/en/docs with `current` and `daily`."""
    begins = first or now.date()
    answer: dict[str, Any] = {
        "latitude": 39.875,
        "longitude": 116.375,
        "generationtime_ms": 0.11,
        "utc_offset_seconds": 28800,
        "timezone": "Asia/Shanghai",
        "timezone_abbreviation": "GMT+8",
        "elevation": 48.0,
        "current_units": {"time": "iso8601", "interval": "seconds", "temperature_2m": "°C"},
        "current": {
            "time": now.strftime("%Y-%m-%dT%H:%M"),
            "interval": 900,
            "temperature_2m": -3.6,
            "relative_humidity_2m": 41,
            "weather_code": 71,
            "wind_speed_10m": 9.4,
            "wind_direction_10m": 352,
        },
        "daily_units": {"time": "iso8601", "weather_code": "wmo code", "temperature_2m_max": "°C"},
        "daily": {
            "time": [(begins + timedelta(days=number)).isoformat() for number in range(days)],
            "weather_code": [71, 3, 0, 1, 2, 61, 95][:days],
            "temperature_2m_max": [0.4, 2.1, 4.0, 5.5, 6.2, 3.3, 2.0][:days],
            "temperature_2m_min": [-6.2, -5.0, -4.4, -3.1, -2.0, -1.5, -1.0][:days],
        },
    }
    return {**answer, **changes}


def qweather_now(now: datetime, **changes: Any) -> dict[str, Any]:
    """`/v7/weather/now` of dev.qweather.com."""
    seen = {
        "obsTime": now.strftime("%Y-%m-%dT%H:%M+08:00"),
        "temp": "-4",
        "feelsLike": "-9",
        "icon": "400",
        "text": "小雪",
        "wind360": "0",
        "windDir": "北风",
        "windScale": "2",
        "windSpeed": "9",
        "humidity": "44",
        "precip": "0.0",
        "pressure": "1021",
        "vis": "16",
        "cloud": "91",
        "dew": "-14",
    }
    return {
        "code": "200",
        "updateTime": now.strftime("%Y-%m-%dT%H:%M+08:00"),
        "fxLink": "https://www.qweather.com/weather/dongcheng-101011600.html",
        "now": {**seen, **changes},
        "refer": {"sources": ["QWeather"], "license": ["QWeather Developers License"]},
    }


def qweather_days(now: datetime) -> dict[str, Any]:
    """`/v7/weather/7d` of dev.qweather.com."""
    return {
        "code": "200",
        "updateTime": now.strftime("%Y-%m-%dT%H:%M+08:00"),
        "fxLink": "https://www.qweather.com/weather/dongcheng-101011600.html",
        "daily": [
            {
                "fxDate": (now.date() + timedelta(days=number)).isoformat(),
                "sunrise": "07:16",
                "sunset": "16:50",
                "moonPhase": "满月",
                "tempMax": str(1 + number),
                "tempMin": str(-6 + number),
                "iconDay": icon,
                "textDay": "小雪",
                "iconNight": "150",
                "textNight": "晴",
                "wind360Day": "0",
                "windDirDay": "北风",
                "windScaleDay": "1-3",
                "windSpeedDay": "16",
                "humidity": "40",
                "precip": "0.0",
                "pressure": "1022",
                "vis": "25",
                "cloud": "0",
                "uvIndex": "2",
            }
            for number, icon in enumerate(("400", "104", "100", "103", "101", "305", "302"))
        ],
        "refer": {"sources": ["QWeather"], "license": ["QWeather Developers License"]},
    }
