"""What the office writes of its days, as lists that grow."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from daily.models import FlagTime, OwnPlate, PlateRule, WeatherWarning
from foundation.core.models import SpecialDay


def warning(scene: Any, number: int) -> WeatherWarning:
    """One more warning that holds now."""
    now = timezone.now()
    return WeatherWarning.objects.create(
        place=scene.places["ginkgo"],
        danger="gale",
        level="blue",
        text=f"大风{number}",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=number + 1),
    )


def rule(scene: Any, number: int) -> PlateRule:
    """One more rule that holds every day."""
    return PlateRule.objects.create(
        name=f"限行{number}",
        area=f"{number} 号路",
        kind="parity",
        valid_from=date(2026, 1, 1),
        rests_on_weekends=False,
        rests_on_holidays=False,
    )


def flag(scene: Any, number: int) -> FlagTime:
    """One more day without a ceremony."""
    return FlagTime.objects.create(date=timezone.localdate() + timedelta(days=number), note=f"大风{number}")


def special(scene: Any, number: int) -> SpecialDay:
    """One more day off, all of them within this month and the next."""
    first = timezone.localdate().replace(day=1)
    return SpecialDay.objects.create(
        date=first + timedelta(days=number - 1), kind="off", name=f"本地的日子{number}"
    )


def own_plate(scene: Any, number: int) -> OwnPlate:
    """One of the officer's three plates."""
    place = number % 3 + 1
    made, _new = OwnPlate.objects.get_or_create(user=scene.officer, place=place)
    made.plate = f"京A1234{place}"
    made.save()
    return made
