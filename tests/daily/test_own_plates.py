"""The own plate: sealed, hers alone, and a word on the mornings on which the car stays at home (P6)."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from daily.domain import own_plates, reminders
from daily.models import OwnPlate, PlateRule
from foundation.core import kinds
from foundation.messaging.models import Notification

pytestmark = [pytest.mark.row("P6"), pytest.mark.django_db]


@pytest.fixture
def rule() -> PlateRule:
    return PlateRule.objects.create(
        name="工作日限行",
        area="五环路以内",
        valid_from=date(2026, 9, 28),
        valid_until=date(2026, 12, 27),
        monday="38",
        tuesday="49",
        hours_from=time(7),
        hours_until=time(20),
        letter_as=0,
    )


def at(moment: str) -> Any:
    return time_machine.travel(f"{moment}+08:00", tick=False)


def told() -> list[tuple[str, str]]:
    return list(Notification.objects.filter(event="plate_stays").values_list("user__username", "text"))


def test_she_is_told_once_on_the_morning_of_a_day_on_which_her_car_stays(
    rule: PlateRule, person: Callable
) -> None:
    own_plates.add_plate(plate="京A12348", hour=7, by=person("lin"))
    own_plates.add_plate(plate="京A12344", hour=7, by=person("zhou"))
    with at("2026-11-23T06:59:00"):
        assert reminders.remind() == 0
    with at("2026-11-23T07:00:00"):
        assert reminders.remind() == 1
        assert told() == [("lin", "尾号 3、8，五环路以内")]
        assert reminders.remind() == 0
    with at("2026-11-24T07:01:00"):
        assert reminders.remind() == 1
    assert [name for name, _text in told()] == ["lin", "zhou"]


@pytest.mark.deny
def test_the_word_names_no_plate(rule: PlateRule, person: Callable) -> None:
    own_plates.add_plate(plate="京A12348", hour=7, by=person("lin"))
    with at("2026-11-23T07:00:00"):
        reminders.remind()
    assert "12348" not in str(told())


@pytest.mark.deny
@pytest.mark.parametrize(
    ("moment", "plate", "reminds"),
    [
        ("2026-11-28T07:00:00", "京A12348", True),
        ("2026-11-23T07:00:00", "京AD12348", True),
        ("2026-11-23T07:00:00", "京A12348", False),
        # The worker was away the whole morning.
        ("2026-11-23T11:00:00", "京A12348", True),
        # The rules ended.
        ("2026-12-28T07:00:00", "京A12348", True),
    ],
)
def test_nobody_is_told_for_nothing(
    rule: PlateRule, person: Callable, moment: str, plate: str, reminds: bool
) -> None:
    own_plates.add_plate(plate=plate, hour=7, reminds=reminds, by=person("lin"))
    with at(moment):
        assert reminders.remind() == 0
    assert told() == []


def test_who_left_the_house_late_is_still_told_within_three_hours(rule: PlateRule, person: Callable) -> None:
    own_plates.add_plate(plate="京A12348", hour=7, by=person("lin"))
    with at("2026-11-23T09:30:00"):
        assert reminders.remind() == 1


@pytest.mark.deny
@pytest.mark.security(34)
def test_a_plate_lies_sealed_in_the_database(person: Callable) -> None:
    row = own_plates.add_plate(plate="京A12348", hour=7, by=person("lin"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT plate FROM daily_ownplate")
        stored = bytes(cursor.fetchone()[0])
    assert b"12348" not in stored
    assert OwnPlate.objects.get(pk=row.pk).plate == "京A12348"


@pytest.mark.deny
def test_three_plates_are_enough_and_each_stands_once(person: Callable) -> None:
    lin = person("lin")
    for number in range(3):
        own_plates.add_plate(plate=f"京A1234{number}", hour=7, by=lin)
    with pytest.raises(ValidationError):
        own_plates.add_plate(plate="京A12349", hour=7, by=lin)
    own_plates.remove_plate(own_plates.plates_of(lin)[1].public_id, by=lin)
    with pytest.raises(ValidationError):
        own_plates.add_plate(plate="京a·12340", hour=7, by=lin)
    assert own_plates.add_plate(plate="京A12349", hour=7, by=lin).place == 2
    for place in (3, 4, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            OwnPlate.objects.create(user=lin, place=place)
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnPlate.objects.filter(user=lin).update(hour=22)


@pytest.mark.deny
def test_only_the_owner_sees_changes_or_removes_one(person: Callable, client: Client) -> None:
    lin, zhou = person("lin"), person("zhou")
    row = own_plates.add_plate(plate="京A12348", hour=7, by=lin)
    assert not OwnPlate.objects.visible_to(zhou).exists()
    assert not OwnPlate.objects.visible_to(None).exists()
    with pytest.raises(OwnPlate.DoesNotExist):
        own_plates.change_plate(row.public_id, hour=8, reminds=False, by=zhou)
    assert not own_plates.remove_plate(row.public_id, by=zhou)
    client.force_login(zhou)
    assert client.post(f"/account/plates/{row.public_id}/", {"hour": 8}).status_code == 404
    assert client.post(f"/account/plates/{row.public_id}/remove/").status_code == 404
    assert OwnPlate.objects.get().hour == 7


def test_the_page_keeps_changes_and_forgets(person: Callable, client: Client, portal: Any) -> None:
    lin = person("lin")
    client.force_login(lin)
    assert (
        client.post("/account/plates/", {"plate": "京a 12348", "hour": 7, "reminds": "on"}).status_code == 302
    )
    row = OwnPlate.objects.get()
    assert (row.plate, row.hour, row.reminds) == ("京A12348", 7, True)
    assert "京A·12348" in client.get("/account/plates/").content.decode()
    client.post(f"/account/plates/{row.public_id}/", {"hour": 9})
    row.refresh_from_db()
    assert (row.hour, row.reminds) == (9, False)
    wrong = client.post("/account/plates/", {"plate": "京A1", "hour": 7})
    assert wrong.status_code == 422
    assert 'value="京A1"' in wrong.content.decode()
    again = client.post("/account/plates/", {"plate": "京A12348", "hour": 7})
    assert "已经登记过" in again.content.decode()
    client.post(f"/account/plates/{row.public_id}/remove/")
    assert not OwnPlate.objects.exists()


@pytest.mark.row("A7")
def test_it_goes_into_the_own_data(person: Callable) -> None:
    lin = person("lin")
    own_plates.add_plate(plate="京A12348", hour=7, by=lin)
    own_plates.add_plate(plate="京A12344", hour=7, by=person("zhou"))
    part = next(one for one in kinds.own_data() if one.key == "own_plate")
    assert [part.facet.as_data(row) for row in part.facet.rows(lin)] == [
        {"plate": "京A12348", "reminds": True, "hour": 7}
    ]
