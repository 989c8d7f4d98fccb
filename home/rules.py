"""Whether an office is open, from the hours its page names and the calendar of days off (P12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol

from foundation.core.zh.calendar import Day

MONDAY = 1


class Hours(Protocol):
    """A line of opening hours: on which days of the week (1 is Monday), from when until when."""

    first_day: int
    last_day: int
    opens: time
    closes: time
    on_holidays: bool


@dataclass(frozen=True)
class Opening:
    """What is said of an office today: its hours in order, and whether somebody is there now."""

    hours: tuple[tuple[time, time], ...]
    is_open: bool
    # It opens again today at that time.
    opens_at: time | None


def opening(lines: Iterable[Hours], day: Day, now: datetime) -> Opening:
    """Say what the `lines` mean for `day` at the local moment `now`.

    On a holiday only those hold that are said to; a weekend that is worked goes by the weekday it stands for.
    """
    weekday = day.date.isoweekday()
    if day.is_swapped:
        weekday = day.counts_as or MONDAY
    hold = [
        (line.opens, line.closes)
        for line in lines
        if line.first_day <= weekday <= line.last_day and (line.on_holidays or not day.is_holiday)
    ]
    hours, clock = tuple(sorted(hold)), now.time()
    later = [opens for opens, _closes in hours if opens > clock]
    return Opening(
        hours=hours,
        is_open=any(opens <= clock < closes for opens, closes in hours),
        opens_at=later[0] if later else None,
    )
