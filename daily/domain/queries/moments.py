"""When what the portal shows of a day changes by itself."""

from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from daily.domain.queries.weather import HIDDEN, STALE, report_of
from daily.domain.spot import spot
from daily.models import WeatherWarning
from foundation.core.pages.version import MOMENTS

HOUR = timedelta(hours=1)


def next_warning() -> datetime | None:
    """Return when the next warning begins or ends."""
    now = timezone.now()
    found = WeatherWarning.objects.filter(ends_at__gt=now)
    begins = found.filter(starts_at__gt=now).aggregate(first=Min("starts_at"))["first"]
    ends = found.filter(starts_at__lte=now).aggregate(first=Min("ends_at"))["first"]
    return min((one for one in (begins, ends) if one), default=None)


def next_age() -> datetime | None:
    """Return when the report grows stale, an hour older while it is, or too old to be shown."""
    report, now = report_of(spot()), timezone.now()
    if report is None or report.observed_at is None or now - report.observed_at > HIDDEN:
        return None
    age = now - report.observed_at
    hours = STALE if age <= STALE else timedelta(hours=age // HOUR + 1)
    return report.observed_at + hours + timedelta(seconds=1)


MOMENTS.extend([next_warning, next_age])
