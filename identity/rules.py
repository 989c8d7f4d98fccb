"""The check of document numbers (A2): GB 11643 for the resident identity card, forms for the others."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.iso7064 import mod_11_2

# Residents of Hong Kong, Macao and Taiwan have permits with regions of their own.
PERMIT_REGIONS = frozenset({"81", "82", "83"})
FIRST_BIRTHDAY = date(1890, 1, 1)


class Document(models.TextChoices):
    """The documents that a person can name. Stored: a value never changes once released."""

    ID_CARD = "id_card", _("居民身份证")
    HMT_PERMIT = "hmt_permit", _("港澳台居民居住证")
    PRC_PERMANENT = "foreign_permanent", _("外国人永久居留身份证")
    PASSPORT = "passport", _("护照")


FOREIGN = {
    Document.PASSPORT: re.compile(r"[A-Z0-9]{5,15}"),
    # The old card: three letters and twelve digits; the card of 2023: eighteen digits that begin with 9.
    Document.PRC_PERMANENT: re.compile(r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]"),
}


class Verdict(StrEnum):
    OK = "ok"
    WARNING_REGION = "warning_region"
    LENGTH = "length"
    OLD_FORMAT = "old_format"
    CHARACTERS = "characters"
    DATE = "date"
    CHECKSUM = "checksum"
    BIRTHDAY_MISMATCH = "birthday_mismatch"
    SEX_MISMATCH = "sex_mismatch"


@dataclass(frozen=True)
class NumberCheck:
    """The verdict and the number as it is kept: half-width, in capitals, without spaces."""

    verdict: Verdict
    number: str

    @property
    def ok(self) -> bool:
        return self.verdict in (Verdict.OK, Verdict.WARNING_REGION)


def normalise(number: str) -> str:
    """Return a number without spaces and hyphens, half-width, in capitals."""
    return re.sub(r"[\s\-‐-―·.]", "", unicodedata.normalize("NFKC", number)).upper()


def checksum(first17: str) -> str:
    """Return the eighteenth character (ISO 7064 MOD 11-2) of the first seventeen digits."""
    return mod_11_2.calc_check_digit(first17)


def is_known_region(number: str) -> bool:
    """Say whether the first six digits named a county in the year of birth (GB/T 2260 and what it was before)."""
    if number[:2] in PERMIT_REGIONS:
        return True
    try:
        ric.get_birth_place(number)
    except StdnumError:
        return False
    return True


def check_id_card(typed: str, *, birthday: date | None, gender: str, today: date) -> NumberCheck:
    """Check an 18-character number by GB 11643 against the birthday and gender typed beside it.

    An unknown region is no fault: regions come and go, and the numbers stay.
    """
    number = normalise(typed)
    verdict = _verdict(number, birthday, gender, today)
    return NumberCheck(verdict, number)


def _verdict(number: str, birthday: date | None, gender: str, today: date) -> Verdict:
    if re.fullmatch(r"[0-9]{15}", number):
        return Verdict.OLD_FORMAT
    if len(number) != 18:
        return Verdict.LENGTH
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return Verdict.CHARACTERS
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return Verdict.DATE
    if not FIRST_BIRTHDAY <= born <= today:
        return Verdict.DATE
    if checksum(number[:17]) != number[17]:
        return Verdict.CHECKSUM
    if born != birthday:
        return Verdict.BIRTHDAY_MISMATCH
    if gender != ("male" if int(number[16]) % 2 else "female"):
        return Verdict.SEX_MISMATCH
    return Verdict.OK if is_known_region(number) else Verdict.WARNING_REGION


def check_foreign(document: Document, typed: str) -> NumberCheck:
    """Check the form of a passport's or a foreigner's permanent residence card's number; staff see the rest."""
    number = normalise(typed)
    if FOREIGN[document].fullmatch(number) is None or not re.search(r"[0-9]", number):
        return NumberCheck(Verdict.CHARACTERS, number)
    if len(number) == 18 and checksum(number[:17]) != number[17]:
        return NumberCheck(Verdict.CHECKSUM, number)
    return NumberCheck(Verdict.OK, number)


def check_number(
    document: str, typed: str, *, birthday: date | None, gender: str, today: date
) -> NumberCheck:
    """Check a document's number by the rule of its type."""
    kind = Document(document)
    if kind in (Document.ID_CARD, Document.HMT_PERMIT):
        checked = check_id_card(typed, birthday=birthday, gender=gender, today=today)
        permit = checked.number[:2] in PERMIT_REGIONS
        if checked.ok and permit != (kind is Document.HMT_PERMIT):
            return NumberCheck(Verdict.WARNING_REGION, checked.number)
        return checked
    return check_foreign(kind, typed)


def mask(number: str) -> str:
    """Return a number with only its first and last characters readable; short ones hide all but one."""
    if len(number) < 8:
        return number[:1] + "*" * (len(number) - 1)
    return number[:1] + "*" * (len(number) - 2) + number[-1:]


def age_on(birthday: date, day: date) -> int:
    """Return the age in whole years; who was born on 29 February grows older on 1 March in common years."""
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))
