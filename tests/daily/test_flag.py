"""The flag goes up and down with the sun, exactly as the almanac has it (P5)."""

import csv
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from daily.domain.flag import by_the_sun, flag_on
from daily.domain.queries.flag import flags_of
from daily.domain.spot import Spot
from daily.models import FlagTime

pytestmark = pytest.mark.row("P5")
SQUARE = Spot(39.9055, 116.3976)
with (Path(__file__).parents[1] / "data" / "flag_times.csv").open(encoding="utf-8") as file:
    ALMANAC = list(csv.DictReader(file))


@pytest.mark.parametrize("row", ALMANAC, ids=lambda row: row["date"])
def test_it_is_the_almanacs_minute(row: dict[str, str]) -> None:
    flag = by_the_sun(date.fromisoformat(row["date"]), SQUARE.latitude, SQUARE.longitude, "Asia/Shanghai")
    assert (f"{flag.raised:%H:%M}", f"{flag.lowered:%H:%M}") == (row["raised"], row["lowered"])


def test_there_is_no_day_of_the_year_without_both_times() -> None:
    found = [flag_on(date(2026, 1, 1) + timedelta(days=number), SQUARE) for number in range(365)]
    assert all(flag.raised and flag.lowered and flag.raised < flag.lowered for flag in found)


def test_where_the_sun_does_not_rise_there_is_no_time_instead_of_a_wrong_one() -> None:
    assert flag_on(date(2026, 12, 22), Spot(78.2, 15.6)).raised is None


@pytest.mark.django_db
def test_a_week_ahead_and_the_offices_word_comes_first(django_assert_num_queries: Callable) -> None:
    first = date(2026, 9, 30)
    FlagTime.objects.create(date=date(2026, 10, 1), raised=time(6), lowered=time(18), note="国庆节")
    FlagTime.objects.create(date=date(2026, 10, 2), note="大风，不升旗")
    with django_assert_num_queries(1):
        found = flags_of(first, 7, SQUARE)
    assert [flag.date for flag in found] == [first + timedelta(days=number) for number in range(7)]
    assert (found[1].raised, found[1].lowered, found[1].note) == (time(6), time(18), "国庆节")
    assert (found[2].raised, found[2].note) == (None, "大风，不升旗")
    assert (
        found[3].raised
        == by_the_sun(found[3].date, SQUARE.latitude, SQUARE.longitude, "Asia/Shanghai").raised
    )


@pytest.mark.deny
@pytest.mark.django_db
@pytest.mark.parametrize("times", [(time(18), time(6)), (time(6), None), (None, time(18))])
def test_the_database_takes_no_times_that_are_none(times: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FlagTime.objects.create(date=date(2026, 10, 1), raised=times[0], lowered=times[1])
    FlagTime.objects.create(date=date(2026, 10, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        FlagTime.objects.create(date=date(2026, 10, 1), raised=time(6), lowered=time(18))
