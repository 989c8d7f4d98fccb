"""The fixed core of the resident database (R4, R13)."""

from collections.abc import Callable
from datetime import date

import pytest

from foundation.core.models import AuditEntry
from residents.domain.records import Particulars, next_sid, record_resident
from residents.models import Resident

pytestmark = [pytest.mark.django_db, pytest.mark.row("R4")]
LIN = Particulars(
    name="单秋雨",
    gender="female",
    birthday=date(1958, 6, 7),
    document="passport",
    number="E12345678",
    phone="+8613900001234",
    email="lin@example.org",
)


def test_a_sid_is_given_once_and_a_mistyped_letter_is_seen() -> None:
    first, second = next_sid(), next_sid()
    assert first != second
    assert len(first) == 11
    assert first[0] == "R"
    digits = [int(digit) for digit in first[1:10]]
    wrong = [*digits[:-1], (digits[-1] + 1) % 10]
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    check = lambda found: letters[sum(w * d for w, d in enumerate(found, 1)) % 24]  # noqa: E731
    assert first[10] == check(digits) != check(wrong)


def test_a_record_carries_what_it_is_found_by(person: Callable, places: dict) -> None:
    record = record_resident(LIN, place=places["ginkgo"], account=person("lin"), by=None)
    assert (record.name_py, record.mmdd, record.status) == ("shan qiu yu", 607, "on_record")
    assert str(record) == record.sid
    assert AuditEntry.objects.filter(action="residents.record", place_path=places["ginkgo"].path).exists()


@pytest.mark.deny
def test_a_record_stays_with_its_account(person: Callable, places: dict) -> None:
    record_resident(LIN, place=places["ginkgo"], account=person("lin"), by=None)
    with pytest.raises(ValueError, match="another account"):
        record_resident(LIN, place=places["ginkgo"], account=person("zhou"), by=None)
    assert Resident.objects.get().account.username == "lin"


@pytest.mark.deny
@pytest.mark.row("A5")
def test_only_staff_of_the_place_read_records(person: Callable, places: dict) -> None:
    record_resident(LIN, place=places["ginkgo-3"], account=person("lin"), by=None)
    seen = lambda user: Resident.objects.visible_to(user).exists()  # noqa: E731
    assert seen(person("near", roles=("staff",), place="ginkgo"))
    assert seen(person("street", roles=("staff",), place="wutong"))
    assert not seen(person("far", roles=("staff",), place="bridge"))
    for role in ("editor", "reviewer", "auditor", "administrator", "operator", "institution_head"):
        assert not seen(person(role.replace("_", "-"), roles=(role,))), role
    assert not seen(None)
    assert not seen(person("zhou"))
