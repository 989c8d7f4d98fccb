"""The Chinese calendar: what a date is, and what nobody knows yet (P10)."""

from collections.abc import Callable
from datetime import date, timedelta

import chinese_calendar
import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from foundation.core.models import SpecialDay
from foundation.core.zh.calendar import computed, day_of, days_of, in_range

pytestmark = pytest.mark.row("P10")


@pytest.mark.parametrize(
    ("day", "words", "year"),
    [
        (date(2026, 11, 21), "十月十三", "丙午年"),
        (date(2026, 2, 17), "正月初一", "丙午年"),
        (date(2026, 2, 16), "腊月廿九", "乙巳年"),
        (date(2025, 7, 25), "闰六月初一", "乙巳年"),
        (date(1988, 12, 9), "冬月初一", "戊辰年"),
    ],
)
def test_the_lunar_date(day: date, words: str, year: str) -> None:
    lunar = computed(day).lunar
    assert (lunar.words, lunar.year_words) == (words, year)


@pytest.mark.parametrize(
    ("day", "name", "at"),
    [
        (date(2026, 11, 22), "小雪", "15:23"),
        (date(2026, 12, 22), "冬至", "04:50"),
        (date(2026, 4, 5), "清明", "02:40"),
    ],
)
def test_the_solar_term_begins_at_its_minute(day: date, name: str, at: str) -> None:
    term = computed(day).term
    assert term is not None
    assert (str(term.name), f"{term.at:%H:%M}") == (name, at)
    assert computed(day + timedelta(days=1)).term is None


def test_a_year_has_twenty_four_terms() -> None:
    days = [computed(date(2026, 1, 1) + timedelta(days=number)) for number in range(365)]
    assert len({str(day.term.name) for day in days if day.term}) == 24


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (date(2026, 2, 17), ["春节"]),
        (date(2026, 2, 16), ["除夕"]),
        (date(2025, 1, 28), ["除夕"]),
        (date(2026, 3, 3), ["元宵节"]),
        (date(2026, 9, 25), ["中秋节"]),
        (date(2026, 10, 1), ["国庆节"]),
        (date(2026, 10, 2), []),
        # The leap month repeats no festival.
        (date(2025, 7, 25), []),
    ],
)
def test_festivals_of_sun_and_moon(day: date, names: list[str]) -> None:
    assert [str(name) for name in computed(day).festivals] == names


@pytest.mark.parametrize(
    ("day", "off", "holiday", "words"),
    [
        (date(2026, 10, 1), True, "国庆节", "国庆节放假"),
        (date(2026, 10, 3), True, "国庆节", "国庆节放假"),
        (date(2026, 10, 10), False, "国庆节", "国庆节调休上班"),
        (date(2026, 2, 14), False, "春节", "春节调休上班"),
        (date(2026, 10, 11), True, "", "周末"),
        (date(2026, 10, 12), False, "", ""),
    ],
)
def test_days_off_and_weekends_that_are_worked(day: date, off: bool, holiday: str, words: str) -> None:
    found = computed(day)
    assert (found.is_off, str(found.holiday), found.words, found.known) == (off, holiday, words, True)
    assert found.is_swapped == words.endswith("调休上班")


def test_beyond_the_tables_nothing_is_invented() -> None:
    beyond = date(max(day.year for day in chinese_calendar.constants.holidays) + 1, 1, 1)
    days = [computed(beyond + timedelta(days=number)) for number in range(14)]
    assert not any(day.known or day.holiday for day in days)
    assert [day.is_off for day in days] == [day.date.isoweekday() >= 6 for day in days]
    # What the sky says is known all the same.
    assert days[0].lunar.words
    assert days[0].festivals


@pytest.mark.django_db
def test_the_office_knows_better_than_the_tables(django_assert_num_queries: Callable) -> None:
    for day, kind, name, counts_as in (
        (date(2027, 1, 4), "off", "元旦", None),
        (date(2027, 1, 9), "work", "元旦", 1),
        (date(2026, 10, 5), "work", "值班", None),
    ):
        SpecialDay.objects.create(date=day, kind=kind, name=name, counts_as=counts_as)
    off, work = day_of(date(2027, 1, 4)), day_of(date(2027, 1, 9))
    assert (off.is_holiday, off.known, off.words) == (True, True, "元旦放假")
    assert (work.is_swapped, work.known, work.counts_as) == (True, True, 1)
    # A holiday that the office works is a plain weekday.
    assert day_of(date(2026, 10, 5)).words == ""
    with django_assert_num_queries(1):
        assert len(days_of(date(2027, 1, 1), date(2027, 12, 31))) == 365


@pytest.mark.deny
@pytest.mark.django_db
@pytest.mark.parametrize("row", [("nap", None), ("off", 3), ("work", 8)])
def test_the_database_takes_no_day_that_is_none(row: tuple) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SpecialDay.objects.create(date=date(2027, 1, 1), kind=row[0], name="x", counts_as=row[1])


@pytest.mark.deny
@pytest.mark.django_db
def test_a_date_is_special_once() -> None:
    SpecialDay.objects.create(date=date(2027, 1, 1), kind="off", name="元旦")
    with pytest.raises(IntegrityError), transaction.atomic():
        SpecialDay.objects.create(date=date(2027, 1, 1), kind="work", name="元旦")


@pytest.mark.deny
def test_outside_of_two_centuries_it_says_so() -> None:
    assert not in_range(date(1900, 12, 31))
    with pytest.raises(ValueError, match="outside"):
        computed(date(2100, 1, 1))


@pytest.mark.row("P11")
def test_it_speaks_the_readers_language() -> None:
    day = computed(date(2026, 11, 22))
    with translation.override("en"):
        assert day.lunar.words.isascii()
        assert day.lunar.year_words == "Year of the Horse"
        assert str(day.term.name) == "Minor Snow"  # type: ignore[union-attr]
        assert computed(date(2026, 10, 1)).words == "National Day holiday"
