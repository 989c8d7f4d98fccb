"""Which cars stay at home: by rule, weekday, holiday and swapped weekend; what nobody wrote down is not invented (P6)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from daily.domain import limits
from daily.domain.limits import Verdict, Why
from daily.domain.queries import plates
from daily.models import PlateRule
from daily.validators import normalised, tails_only, validate_plate
from foundation.core.models import SpecialDay
from foundation.core.zh.calendar import computed
from tests.access.surface import text_of

pytestmark = pytest.mark.row("P6")
# Beijing's third round of 2026: 3 and 8 on Mondays.
ROUND = {"monday": "38", "tuesday": "49", "wednesday": "50", "thursday": "16", "friday": "27"}
MONDAY, FRIDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 28)
HOLIDAY, SWAPPED = date(2026, 10, 1), date(2026, 10, 10)


def rule(**facts: Any) -> PlateRule:
    known = {
        "name": "工作日限行",
        "area": "五环路以内",
        "valid_from": date(2026, 9, 28),
        "valid_until": date(2026, 12, 27),
        "letter_as": 0,
        "hours_from": time(7),
        "hours_until": time(20),
        **ROUND,
    }
    return PlateRule(**{**known, **facts})


def on(day: date, *rules: PlateRule) -> limits.DayLimits:
    found = limits.limits_on(computed(day), rules)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("day", "why", "tails"),
    [
        (MONDAY, Why.LIMITED, "38"),
        (FRIDAY, Why.LIMITED, "27"),
        (SATURDAY, Why.WEEKEND, ""),
        (HOLIDAY, Why.HOLIDAY, ""),
        # A weekend that people work because of the holiday: the cars rest from the rule all the same.
        (SWAPPED, Why.SWAPPED, ""),
    ],
)
def test_a_rule_on_every_kind_of_day(day: date, why: Why, tails: str) -> None:
    (found,) = on(day, rule()).rules
    assert (found.why, found.tails) == (why, tails)


def test_a_rule_that_does_not_rest() -> None:
    always = rule(rests_on_weekends=False, rests_on_holidays=False, saturday="12")
    assert on(SATURDAY, always).rules[0].tails == "12"
    assert on(HOLIDAY, always).rules[0].tails == "16", "the first of October is a Thursday"


def test_a_swapped_weekend_goes_by_the_weekday_that_was_announced_or_nobody_knows() -> None:
    strict = rule(swapped="as_announced")
    unsure = on(SWAPPED, strict)
    assert (unsure.rules[0].why, unsure.unsure) == (Why.NOT_ANNOUNCED, True)
    assert limits.answer("3", unsure).verdict == Verdict.UNSURE
    announced = limits.limits_on(replace(computed(SWAPPED), counts_as=4), [strict])
    assert announced is not None
    assert announced.rules[0].tails == "16"


def test_odd_and_even_days() -> None:
    parity = rule(kind="parity", rests_on_weekends=False)
    assert limits.answer("8", on(MONDAY, parity)).verdict == Verdict.STAYS, "the 23rd is odd"
    assert limits.answer("8", on(SATURDAY, parity)).verdict == Verdict.DRIVES


@pytest.mark.parametrize(
    ("plate", "verdict"),
    [
        ("京A12343", Verdict.STAYS),
        ("京A12348", Verdict.STAYS),
        ("京A12344", Verdict.DRIVES),
        # Letters count as nought, which stays at home on Wednesdays.
        ("京A1234X", Verdict.DRIVES),
        ("京AD12343", Verdict.SPARED),
        ("京A12343D", Verdict.SPARED),
        ("粤B1234港", Verdict.DRIVES),
        ("粤B1238港", Verdict.STAYS),
        ("3", Verdict.STAYS),
        ("4", Verdict.DRIVES),
        ("X", Verdict.DRIVES),
    ],
)
def test_one_plate_on_a_monday(plate: str, verdict: Verdict) -> None:
    assert limits.answer(plate, on(MONDAY, rule())).verdict == verdict


def test_letters_count_as_the_rule_says() -> None:
    wednesday = date(2026, 11, 25)
    assert limits.answer("京A1234X", on(wednesday, rule())).verdict == Verdict.STAYS
    by_digit = rule(letter_as=None)
    assert limits.answer("京A1235X", on(wednesday, by_digit)).verdict == Verdict.STAYS
    assert limits.answer("京A1234X", on(wednesday, by_digit)).verdict == Verdict.DRIVES
    # By its last sign alone nobody can tell: it asks for the whole plate.
    assert limits.answer("X", on(wednesday, by_digit)).verdict == Verdict.UNSURE


def test_new_energy_cars_stay_too_where_the_rule_does_not_spare_them() -> None:
    assert limits.answer("京AD12343", on(MONDAY, rule(spares_new_energy=False))).verdict == Verdict.STAYS


def test_several_rules_hold_at_once() -> None:
    ring = rule(area="三环路以内", monday="5", spares_new_energy=False)
    both = on(MONDAY, rule(pk=1), ring)
    assert limits.answer("5", both).verdict == Verdict.STAYS
    assert [one.rule.area for one in limits.answer("5", both).stays] == ["三环路以内"]
    assert [one.rule.area for one in limits.answer("3", both).stays] == ["五环路以内"]
    assert limits.answer("4", both).verdict == Verdict.DRIVES


def test_where_the_tables_end_it_is_said() -> None:
    after = on(
        date(2026, 12, 28),
        rule(pk=1),
        rule(pk=2, valid_from=date(2026, 6, 29), valid_until=date(2026, 9, 27)),
    )
    assert (after.covered, after.ended_on) == (False, date(2026, 12, 27))
    assert limits.answer("3", after).verdict == Verdict.UNSURE
    before = on(date(2026, 6, 1), rule())
    assert (before.covered, before.ended_on) == (False, None)
    assert limits.limits_on(computed(MONDAY), []) is None, "an office without rules says nothing at all"


def test_where_the_table_of_holidays_ends_a_weekday_is_one_and_it_is_said() -> None:
    # The first of May 2028 may be off or not: nobody announced it.
    found = on(date(2028, 5, 1), rule(valid_until=None))
    assert (found.rules[0].tails, found.unsure) == ("38", True)


@pytest.mark.django_db
def test_the_offices_special_day_moves_the_rule() -> None:
    rule().save()
    SpecialDay.objects.create(date=MONDAY, kind="off", name="本地假日")
    found = plates.limits_of(MONDAY)
    assert found is not None
    assert found.rules[0].why == Why.HOLIDAY


@pytest.mark.parametrize(
    ("typed", "plate"),
    [
        ("京a·12345", "京A12345"),
        (" 京A 12345 ", "京A12345"),
        ("京Ａ１２３４５", "京A12345"),
        ("京AD1234-5", "京AD12345"),
    ],
)
def test_a_plate_however_it_is_typed(typed: str, plate: str) -> None:
    assert normalised(typed) == plate
    validate_plate(plate)


@pytest.mark.deny
@pytest.mark.parametrize(
    "text", ["", "12345", "京A1234", "京A1234567", "北A12345", "京I12345", "京A1234O", "京A12345'"]
)
def test_what_is_no_plate_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        validate_plate(normalised(text))


@pytest.mark.deny
@pytest.mark.django_db
@pytest.mark.parametrize(
    "facts",
    [
        {"valid_until": date(2026, 9, 27)},
        {"hours_from": time(21)},
        {"hours_from": None},
        {"letter_as": 10},
        {"kind": "colour"},
        {"swapped": "maybe"},
    ],
)
def test_the_database_takes_no_rule_that_is_none(facts: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        rule(**facts).save()


@pytest.mark.deny
@pytest.mark.django_db
@pytest.mark.parametrize("tails", ["3a", "33", "３", "-1"])
def test_tails_are_different_digits(tails: str) -> None:
    with pytest.raises(ValidationError):
        rule(monday=tails).full_clean()


@pytest.mark.django_db
class TestThePage:
    @pytest.fixture(autouse=True)
    def _monday(self, portal: Any) -> Any:
        rule().save()
        with time_machine.travel("2026-11-23T08:00:00+08:00", tick=False):
            yield

    def test_it_answers_for_a_tail_in_the_address(self, client: Client) -> None:
        assert "3：今天限行" in text_of(client.get("/plates/?tail=3"))
        assert "4：今天不限行" in text_of(client.get("/plates/?tail=4"))
        assert "4：明天限行" in text_of(client.get("/plates/?tail=4&date=2026-11-24"))
        assert "3：12月28日 星期一说不准" in text_of(client.get("/plates/?tail=3&date=2026-12-28"))

    def test_it_answers_for_a_plate_in_the_body(self, client: Client) -> None:
        answer = client.post("/plates/", {"plate": "京a·12348", "date": "2026-11-23"})
        assert "京A·12348：今天限行" in text_of(answer)
        assert "7:00—20:00" in text_of(answer)
        assert answer["Cache-Control"].startswith("max-age=0")

    @pytest.mark.deny
    def test_a_whole_plate_never_stands_in_an_address(self, client: Client) -> None:
        page = client.get("/plates/").content.decode()
        form = page[: page.index('name="plate"')].rpartition("<form")[2]
        assert 'method="post"' in form
        answer = client.get("/plates/?plate=京A12348")
        assert 'class="said' not in text_of(answer), "there it is not even looked at"
        assert client.get("/plates/?tail=12348").status_code == 422

    @pytest.mark.deny
    @pytest.mark.parametrize(
        "data",
        [
            {"plate": "12"},
            {"plate": ""},
            {"plate": "京A12345", "date": "1800-01-01"},
            {"plate": "京A12345", "date": "x"},
        ],
    )
    def test_what_is_wrong_is_said_and_stays_typed(self, client: Client, data: dict[str, str]) -> None:
        answer = client.post("/plates/", data)
        assert answer.status_code == 422
        assert data["plate"] in answer.content.decode()

    def test_the_own_plates_are_answered_for_without_typing(self, client: Client, person: Callable) -> None:
        from daily.domain.own_plates import add_plate

        lin = person("lin")
        add_plate(plate="京A12348", hour=7, by=lin)
        client.force_login(lin)
        assert "京A·12348：今天限行" in text_of(client.get("/plates/"))

    @pytest.mark.deny
    def test_nobody_elses_plates_are_shown(self, client: Client, person: Callable) -> None:
        from daily.domain.own_plates import add_plate

        add_plate(plate="京A12348", hour=7, by=person("lin"))
        client.force_login(person("zhou"))
        assert "12348" not in text_of(client.get("/plates/"))
        assert "12348" not in text_of(Client().get("/plates/"))


@pytest.mark.parametrize("written", ["38", "3、8", "3 8", "3,8", "3 和 8", "３／８"])
def test_digits_are_taken_however_they_are_set_apart(written: str) -> None:
    assert tails_only(written) == "38"
