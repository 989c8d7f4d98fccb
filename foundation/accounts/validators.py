"""What a name that others see may be made of."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Control characters break mail headers and lists; format characters hide, reverse or imitate other names.
UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Co", "Cs"}


def validate_visible(name: str) -> None:
    """Raise ValidationError for a name with line breaks, control or invisible characters, or of spaces only."""
    if any(unicodedata.category(sign) in UNSEEN for sign in name) or not name.strip():
        raise ValidationError(_("名字里不能有换行或看不见的字符。"), code="unseen")
