"""Writing the fixed core of a resident's record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from foundation.accounts.models import User
from foundation.core.crypto.rotation import index_of
from foundation.core.crypto.seal import blind_index, blind_indexes
from foundation.core.flow import audit
from foundation.core.models import Place
from foundation.core.zh.text import name_readings
from residents.models import Resident, SidNumber

NUMBER_LABEL = "residents.resident.number"
PHONE_LABEL = "residents.resident.phone"
# Without I, O and others that are mistaken for digits when read aloud.
CHECK_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What the six items say of a person (A2)."""

    name: str
    gender: str
    birthday: date
    document: str
    number: str
    phone: str
    email: str
    area_code: str = ""


def number_index(document: str, number: str) -> str:
    """Return the index that is stored for a document; a passport and an ID card with equal characters differ."""
    return blind_index(of_document(document, number), label=NUMBER_LABEL)


def number_indexes(document: str, number: str) -> list[str]:
    """Return every index that a document may stand under."""
    return blind_indexes(of_document(document, number), label=NUMBER_LABEL)


def of_document(document: str, number: str) -> str:
    """Return what the index of a document is made of."""
    return f"{document}:{number}"


@index_of("residents.Resident", "number_index", label=NUMBER_LABEL)
def _documents(residents: Sequence[Resident]) -> Iterator[tuple[Any, str]]:
    return ((one.pk, of_document(one.document, one.number_sealed)) for one in residents)


@index_of("residents.Resident", "phone_index", label=PHONE_LABEL)
def _telephones(residents: Sequence[Resident]) -> Iterator[tuple[Any, str]]:
    return ((one.pk, one.phone_sealed) for one in residents if one.phone_sealed)


@index_of("accounts.User", "identity_index", label=NUMBER_LABEL)
def _documents_of_accounts(users: Sequence[Any]) -> Iterator[tuple[Any, str]]:
    """The number itself lives in the record alone (DESIGN §3)."""
    records = Resident.objects.filter(account__in=[user.pk for user in users])
    return ((one.account_id, of_document(one.document, one.number_sealed)) for one in records)


def next_sid() -> str:
    """Return a new sid: R, nine digits, a check letter (weights 1 to 9, modulo 24)."""
    digits = f"{SidNumber.objects.create().pk:09d}"
    total = sum(weight * int(digit) for weight, digit in enumerate(digits, 1))
    return f"R{digits}{CHECK_LETTERS[total % len(CHECK_LETTERS)]}"


@transaction.atomic
def record_resident(particulars: Particulars, *, place: Place, account: User, by: Any) -> Resident:
    """Write the record of a verified person, new or found by document number, and tie it to the account.

    The caller has checked the right to verify. Raises ValueError where the record belongs to another account.
    """
    known = number_indexes(particulars.document, particulars.number)
    found = Resident.objects.select_for_update(of=("self",)).filter(number_index__in=known).first()
    if found is not None and found.account_id not in (None, account.pk):
        raise ValueError("the record belongs to another account")
    resident = found or Resident(sid=next_sid(), number_index=known[0], place=place)
    resident.account = account
    resident.name = particulars.name
    resident.name_py = " ".join(name_readings(particulars.name)[:1])
    resident.gender = particulars.gender
    resident.birthday = particulars.birthday
    resident.mmdd = particulars.birthday.month * 100 + particulars.birthday.day
    resident.area_code = particulars.area_code
    resident.document = particulars.document
    resident.number_sealed = particulars.number
    resident.phone_sealed = particulars.phone
    resident.phone_index = blind_index(particulars.phone, label=PHONE_LABEL)
    resident.email = particulars.email
    if found is not None:
        resident.version += 1
    resident.save()
    audit.append("residents.record", by=by, obj=resident, place_path=resident.place.path)
    return resident
