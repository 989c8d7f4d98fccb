"""Fetching the weather: a chore sees that it is due, the outbox does it, and what went wrong is kept beside the last good one.

No request of anybody waits for a provider: pages read the row that a worker wrote.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from daily import options as declared
from daily.domain.spot import Spot, spot
from daily.domain.weather.forecast import WeatherFault
from daily.domain.weather.providers import OpenMeteo, Provider, QWeather
from daily.enums import Fault
from daily.models import WeatherReport
from daily.permissions import DailyPermission
from foundation.core.access.permissions import require
from foundation.core.flow import audit, chores, outbox
from foundation.core.pages import options

EVERY = timedelta(minutes=30)
AFTER_FAULT = timedelta(minutes=10)
# Asking again at once would be taken for an attack, and what the office has to mend is not mended by asking.
PATIENT = {
    Fault.QUOTA: timedelta(hours=3),
    Fault.REFUSED: timedelta(hours=3),
    Fault.NOT_SET_UP: timedelta(hours=3),
}
CHANNEL = "weather"


def provider() -> Provider | None:
    """Return the provider that the office chose, as its options stand now; None while nothing is fetched."""
    chosen = options.fresh("daily.weather")["daily.weather"]
    if chosen == declared.OPEN_METEO:
        return OpenMeteo(options.fresh("daily.open_meteo_host")["daily.open_meteo_host"])
    if chosen == declared.QWEATHER:
        found = options.fresh("daily.qweather_host", "daily.qweather_key")
        return QWeather(found["daily.qweather_host"], found["daily.qweather_key"])
    return None


@chores.each(chores.Rhythm.MINUTE)
def fetch_when_due() -> int:
    """Ask for the weather where it is switched on and the last time is long enough ago; return how often."""
    chosen = provider()
    if chosen is None:
        return 0
    here, now = spot(), timezone.now()
    report = WeatherReport.objects.filter(spot=here.key, provider=chosen.key).first()
    if report is not None and report.asked_at is not None and report.asked_at <= now:
        wait = PATIENT.get(Fault(report.fault), AFTER_FAULT) if report.fault else EVERY
        if report.asked_at + wait > now:
            return 0
    return int(_enqueue(here, chosen))


def fetch_now(*, by: Any) -> bool:
    """Let a worker fetch at once; say whether there is a provider to ask. Raises Refused."""
    require(by, DailyPermission.FETCH_WEATHER)
    chosen = provider()
    if chosen is None:
        return False
    with transaction.atomic():
        _enqueue(spot(), chosen)
        audit.append("daily.fetch_weather", by=by)
    return True


def _enqueue(here: Spot, chosen: Provider) -> bool:
    # One row a minute at most, however many ask.
    key = f"{CHANNEL}:{chosen.key}:{here.key}:{timezone.now():%Y%m%d%H%M}"
    return outbox.enqueue(CHANNEL, key=key, payload={"spot": here.key, "provider": chosen.key})


@outbox.handler(CHANNEL)
def fetch(key: str, payload: dict[str, Any]) -> None:
    """Fetch for the spot and provider that are chosen now; what was meant for others is nobody's business any more."""
    chosen, here = provider(), spot()
    if chosen is None or payload != {"spot": here.key, "provider": chosen.key}:
        return
    asked = timezone.now()
    try:
        found = chosen.fetch(here)
    except WeatherFault as wrong:
        keep(here, chosen.key, asked_at=asked, fault=wrong.fault, failed_at=timezone.now())
        return
    keep(
        here,
        chosen.key,
        asked_at=asked,
        fetched_at=timezone.now(),
        observed_at=found.observed_at,
        forecast=found.as_data(),
        fault=Fault.NONE,
        failed_at=None,
    )


def keep(here: Spot, provider_key: str, **facts: Any) -> WeatherReport:
    """Write what came of asking; the last good forecast stays where there is no newer one."""
    report, _made = WeatherReport.objects.update_or_create(
        spot=here.key, provider=provider_key, defaults=facts
    )
    return report
