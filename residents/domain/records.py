"""Writing the fixed core of a resident's record."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from foundation.accounts.models import User
from foundation.core.crypto.seal import blind_index
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
    """Return the blind index of a document; a passport and an ID card with equal characters differ."""
    return blind_index(f"{document}:{number}", label=NUMBER_LABEL)


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
    index = number_index(particulars.document, particulars.number)
    found = Resident.objects.select_for_update(of=("self",)).filter(number_index=index).first()
    if found is not None and found.account_id not in (None, account.pk):
        raise ValueError("the record belongs to another account")
    resident = found or Resident(sid=next_sid(), number_index=index, place=place)
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
