from datetime import date, timedelta

from daily.domain.flag import Flag, flags
from daily.domain.spot import Spot
from daily.models import FlagTime


def flags_of(first: date, days: int, here: Spot) -> list[Flag]:
    """Return the flag times of so many days, with one query for what the office decided."""
    last = first + timedelta(days=days - 1)
    rows = {row.date: row for row in FlagTime.objects.filter(date__range=(first, last))}
    return flags(first, last, here, rows)
