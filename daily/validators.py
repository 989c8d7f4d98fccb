"""What a car's plate looks like (GA 36), and what stands in a rule."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
# I and O are on no plate: they pass for 1 and 0.
SIGN = "[A-HJ-NP-Z0-9]"
PLATE = re.compile(rf"[{PROVINCES}][A-HJ-NP-Z](?:{SIGN}{{4}}[警学挂领港澳]|{SIGN}{{5}}|{SIGN}{{6}})")
NEW_ENERGY_LENGTH = 8


def normalised(text: str) -> str:
    """Return a plate as it stands in tables: capitals, no dot, no blank."""
    flat = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s·•・.\-]", "", flat)


def tails_only(text: str) -> str:
    """Return digits as they stand in tables, however they were set apart: `3 和 8` as well as `3、8`."""
    return re.sub(r"[\s、，,;；/和与及.]", "", unicodedata.normalize("NFKC", text))


def validate_plate(text: str) -> None:
    """Refuse what is no plate of the mainland. Raises ValidationError."""
    if not PLATE.fullmatch(text):
        raise ValidationError(_("这不像一个车牌号。请写全，例如“京A12345”。"), code="plate")


def validate_tails(text: str) -> None:
    """Refuse what are not different digits. Raises ValidationError."""
    if not text.isascii() or not text.isdigit() or len(set(text)) != len(text):
        raise ValidationError(_("请写不重复的数字，例如“38”。"), code="tails")
