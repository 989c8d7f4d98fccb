"""Which cars stay at home on a date (P6)."""

from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from daily.domain import limits
from daily.models import PlateRule
from foundation.core.pages.version import kept
from foundation.core.zh.calendar import days_of

# Rules that ended longer ago say nothing of any date that is asked for.
KEEP = timedelta(days=400)


def rules() -> list[PlateRule]:
    """Return the office's rules; one query while nothing of the portal changes."""
    since = timezone.localdate() - KEEP
    return kept(
        "daily:rules",
        lambda: list(PlateRule.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=since))),
    )


def limits_of(day: date) -> limits.DayLimits | None:
    """Return what holds on a date; None where the office keeps no rules. Raises ValueError outside of the calendar."""
    return week_of(day, days=1)[0]


def week_of(first: date, *, days: int = 7) -> list[limits.DayLimits | None]:
    """Return what holds on each of so many days. Raises ValueError outside of the calendar."""
    found = days_of(first, first + timedelta(days=days - 1))
    return [limits.limits_on(day, rules()) for day in found]


def answer(plate: str, day: date) -> limits.Answer | None:
    """Say for a plate, or its last sign, what holds on a date; None where the office keeps no rules."""
    found = limits_of(day)
    return limits.answer(plate, found) if found else None
