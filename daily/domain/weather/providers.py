"""The providers behind one interface: each asks over HTTP and answers in our own words, or says what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings

from daily.domain.spot import Spot
from daily.domain.weather.codes import sky_of
from daily.domain.weather.forecast import (
    DAYS,
    Forecast,
    ForecastDay,
    WeatherFault,
    checked,
    degrees,
    force_of,
    whole,
)
from daily.enums import Fault
from foundation.core.flow.calling import AddressRefused, BadAnswer, Unanswered, get_json

TOO_OFTEN = 429


class Provider(Protocol):
    """Where forecasts come from. `name` and `address` stand beside each forecast: both ask for it."""

    @property
    def key(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def address(self) -> str: ...

    def fetch(self, spot: Spot) -> Forecast:
        """Ask for now and the next days. Raises WeatherFault."""
        ...


def _base(host: str) -> str:
    plain = f"http://{host}"
    return plain if plain in settings.WEATHER_TRUSTED else f"https://{host}"


def _ask(
    url: str, params: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    try:
        status, answer = get_json(url, params=params, headers=headers, trusted=settings.WEATHER_TRUSTED)
    except AddressRefused:
        raise WeatherFault(Fault.ADDRESS) from None
    except Unanswered:
        raise WeatherFault(Fault.UNREACHABLE) from None
    except BadAnswer:
        raise WeatherFault(Fault.NONSENSE) from None
    return status, answer if isinstance(answer, dict) else {}


def _local(text: str, zone: str | None = None) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone or settings.TIME_ZONE))


@dataclass(frozen=True)
class OpenMeteo:
    """open-meteo.com, free for who earns nothing by it; no key (CC BY 4.0)."""

    host: str
    key: str = "open_meteo"
    name: str = "Open-Meteo"
    address: str = "https://open-meteo.com/"

    def fetch(self, spot: Spot) -> Forecast:
        """Ask `/v1/forecast`. Raises WeatherFault."""
        if not self.host:
            raise WeatherFault(Fault.NOT_SET_UP)
        status, answer = _ask(
            f"{_base(self.host)}/v1/forecast",
            {
                "latitude": spot.latitude,
                "longitude": spot.longitude,
                "current": "temperature_2m,relative_humidity_2m,weather_code,wind_speed_10m,wind_direction_10m",
                "daily": "weather_code,temperature_2m_max,temperature_2m_min",
                "timezone": settings.TIME_ZONE,
                "forecast_days": DAYS,
            },
        )
        if status == TOO_OFTEN:
            raise WeatherFault(Fault.QUOTA)
        if status != 200 or answer.get("error"):
            raise WeatherFault(Fault.BROKEN)
        try:
            return self._read(answer)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise WeatherFault(Fault.NONSENSE) from None

    def _read(self, answer: dict[str, Any]) -> Forecast:
        now, daily = answer["current"], answer["daily"]
        columns = ("time", "weather_code", "temperature_2m_min", "temperature_2m_max")
        rows = zip(*(daily[name] for name in columns), strict=True)
        return checked(
            (
                ForecastDay(
                    datetime.fromisoformat(day).date(), sky_of(self.key, code), degrees(low), degrees(high)
                )
                for day, code, low, high in rows
            ),
            observed_at=_local(now["time"], answer.get("timezone")),
            temperature=degrees(now["temperature_2m"]),
            sky=sky_of(self.key, now["weather_code"]),
            wind_from=whole(now.get("wind_direction_10m"), 0, 360),
            wind_force=force_of(now.get("wind_speed_10m")),
            humidity=whole(now.get("relative_humidity_2m"), 0, 100),
        )


# QWeather's older answers say 200 in HTTP and what is wrong in `code`; its newer ones say it in both.
REFUSALS = {
    "401": Fault.REFUSED,
    "402": Fault.QUOTA,
    "403": Fault.REFUSED,
    "429": Fault.QUOTA,
}
QUOTA_TITLES = ("NO CREDIT", "UNPAID", "OVERDUE", "TOO MANY REQUESTS", "OVER MONTHLY LIMIT")


@dataclass(frozen=True)
class QWeather:
    """和风天气: a host and a key of one's own."""

    host: str
    secret: str
    key: str = "qweather"
    name: str = "和风天气"
    address: str = "https://www.qweather.com/"

    def fetch(self, spot: Spot) -> Forecast:
        """Ask for the days, then for now. Raises WeatherFault."""
        if not self.host or not self.secret:
            raise WeatherFault(Fault.NOT_SET_UP)
        days = self._asked("7d", spot)
        now = self._asked("now", spot)
        try:
            return self._read(days, now["now"])
        except (AttributeError, KeyError, TypeError, ValueError):
            raise WeatherFault(Fault.NONSENSE) from None

    def _asked(self, what: str, spot: Spot) -> dict[str, Any]:
        status, answer = _ask(
            f"{_base(self.host)}/v7/weather/{what}",
            # At most two decimals, the longitude first.
            {"location": f"{spot.longitude:.2f},{spot.latitude:.2f}", "lang": "zh", "unit": "m"},
            {"X-QW-Api-Key": self.secret},
        )
        fault = answer.get("error")
        code = str(answer.get("code", status)) if status == 200 else str(status)
        if isinstance(fault, dict) and str(fault.get("title", "")).upper() in QUOTA_TITLES:
            raise WeatherFault(Fault.QUOTA)
        if code != "200":
            raise WeatherFault(REFUSALS.get(code, Fault.BROKEN))
        if "code" not in answer:
            raise WeatherFault(Fault.NONSENSE)
        return answer

    def _read(self, days: dict[str, Any], now: dict[str, Any]) -> Forecast:
        return checked(
            (
                ForecastDay(
                    datetime.fromisoformat(day["fxDate"]).date(),
                    sky_of(self.key, day["iconDay"]),
                    degrees(day["tempMin"]),
                    degrees(day["tempMax"]),
                )
                for day in days["daily"]
            ),
            observed_at=_local(now["obsTime"]),
            temperature=degrees(now["temp"]),
            sky=sky_of(self.key, now["icon"]),
            wind_from=whole(now.get("wind360"), 0, 360),
            wind_force=whole(str(now.get("windScale", "")).partition("-")[0], 0, 17),
            humidity=whole(now.get("humidity"), 0, 100),
        )
