"""The Chinese calendar: lunar date, solar term, festivals, days off and the weekends that are worked instead (P10).

What is computed once stays in this process; the office's own days (`SpecialDay`) are read for each range that is asked
for. Days off are known for the years of the package's table only: beyond it a day says so, and is a plain weekday.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from lunar_python import Solar

from foundation.core.zh.models import SpecialDay
from foundation.core.zh.names import DAYS, HOLIDAYS, MONTHS, TERMS, ZODIAC, Festival

# Solar terms are moments of the Chinese standard time, wherever the server stands.
BEIJING = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(1901, 1, 1), date(2099, 12, 31)
SATURDAY = 6
type Words = str | Promise


@dataclass(frozen=True)
class LunarDate:
    """A date of the lunar calendar; `month` is negative in a leap month."""

    year: str
    animal: str
    month: int
    day: int

    @property
    def words(self) -> str:
        month = str(MONTHS[abs(self.month) - 1])
        if self.month < 0:
            month = _("闰%(month)s") % {"month": month}
        return _("%(month)s%(day)s") % {"month": month, "day": DAYS[self.day - 1]}

    @property
    def short(self) -> str:
        """As a cell of the calendar says it: the month's name on its first day, else the day's."""
        return self.words if self.day == 1 else str(DAYS[self.day - 1])

    @property
    def year_words(self) -> str:
        """丙午年; elsewhere the animal's year, which the reader can say."""
        animal = str(ZODIAC[self.animal])
        return f"{self.year}年" if (get_language() or settings.LANGUAGE_CODE).startswith("zh") else animal


@dataclass(frozen=True)
class Term:
    """A solar term and the moment at which it begins."""

    name: Words
    at: datetime


@dataclass(frozen=True)
class Day:
    """What a date is. `known` False: whether it is off was not announced yet, and it passes for a plain weekday."""

    date: date
    lunar: LunarDate
    term: Term | None
    festivals: tuple[Words, ...]
    is_off: bool
    # The holiday that makes it a day off, or for which a weekend is worked.
    holiday: Words
    known: bool
    counts_as: int | None = None

    @property
    def is_weekend(self) -> bool:
        return self.date.isoweekday() >= SATURDAY

    @property
    def is_holiday(self) -> bool:
        """Off because of a holiday, weekend or not."""
        return self.is_off and bool(self.holiday)

    @property
    def is_swapped(self) -> bool:
        """A weekend at which people work (调休)."""
        return self.is_weekend and not self.is_off

    @property
    def words(self) -> str:
        """Say whether people work: empty on a plain weekday, and where nobody knows."""
        if self.is_holiday:
            return _("%(holiday)s放假") % {"holiday": self.holiday}
        if self.is_swapped:
            return _("%(holiday)s调休上班") % {"holiday": self.holiday}
        return _("周末") if self.is_weekend else ""

    @property
    def notable(self) -> tuple[Words, ...]:
        """Its festivals and its term: what a cell of the calendar has room for comes first."""
        return (*self.festivals, *((self.term.name,) if self.term else ()))


def in_range(day: date) -> bool:
    """Whether the calendar can say anything of that date."""
    return FIRST <= day <= LAST


def day_of(day: date) -> Day:
    """Return what a date is. Raises ValueError outside of what the calendar covers."""
    return days_of(day, day)[0]


def days_of(first: date, last: date) -> list[Day]:
    """Return what the dates from `first` to `last` are, with one query for the office's own days. Raises ValueError."""
    special = {row.date: row for row in SpecialDay.objects.filter(date__range=(first, last))}
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return with_special([computed(one) for one in dates], special)


def with_special(days: list[Day], special: dict[date, SpecialDay]) -> list[Day]:
    """Put the office's own days over computed ones."""
    return [_decided(day, special.get(day.date)) for day in days]


def _decided(day: Day, row: SpecialDay | None) -> Day:
    if row is None:
        return day
    off = row.kind == SpecialDay.Kind.OFF
    name = row.name if off or day.is_weekend else ""
    return replace(day, is_off=off, holiday=name, known=True, counts_as=row.counts_as)


@lru_cache(maxsize=2000)
def computed(day: date) -> Day:
    """Return what the tables say of a date, without the office's own days. Raises ValueError."""
    if not in_range(day):
        raise ValueError(f"{day} lies outside of the calendar")
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    spoken = LunarDate(
        year=lunar.getYearInGanZhi(),
        animal=lunar.getYearShengXiao(),
        month=lunar.getMonth(),
        day=lunar.getDay(),
    )
    off, holiday, known = _day_off(day)
    return Day(
        date=day,
        lunar=spoken,
        term=_term(day, lunar),
        festivals=tuple(_festivals_of(day, spoken)),
        is_off=off,
        holiday=holiday,
        known=known,
    )


def _day_off(day: date) -> tuple[bool, Words, bool]:
    weekend = day.isoweekday() >= SATURDAY
    try:
        off, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return weekend, "", False
    return off, HOLIDAYS.get(holiday, holiday) if holiday else "", True


def _term(day: date, lunar: object) -> Term | None:
    if not (name := lunar.getJieQi()):  # type: ignore[attr-defined]
        return None
    for found in lunar.getJieQiTable().values():  # type: ignore[attr-defined]
        if (found.getYear(), found.getMonth(), found.getDay()) == (day.year, day.month, day.day):
            at = datetime(
                day.year,
                day.month,
                day.day,
                found.getHour(),
                found.getMinute(),
                found.getSecond(),
                tzinfo=BEIJING,
            )
            return Term(TERMS[name], at)
    return None


@cache
def _festivals() -> dict[tuple[str, int, int], list[Festival]]:
    found = defaultdict(list)
    with Path(__file__).with_name("festivals.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["calendar"], int(row["month"]), int(row["day"])].append(Festival(row["festival"]))
    return found


def _festivals_of(day: date, lunar: LunarDate) -> Iterator[Words]:
    yield from (one.label for one in _festivals().get(("lunar", lunar.month, lunar.day), ()))
    after = day + timedelta(days=1)
    following = Solar.fromYmd(after.year, after.month, after.day).getLunar()
    if (following.getMonth(), following.getDay()) == (1, 1):
        yield Festival.EVE.label
    yield from (one.label for one in _festivals().get(("solar", day.month, day.day), ()))


OVER = gettext_lazy("这一年的放假和调休安排还没有公布，这里只分工作日和周末，请以国务院办公厅的通知为准。")
