"""The unified social credit code (GB 32100-2015)."""

import re
import unicodedata

from stdnum.cn import uscc


def normalise(code: str) -> str:
    """Return a code without spaces and hyphens, half-width, in capitals."""
    return re.sub(r"[\s\-‐-―·.]", "", unicodedata.normalize("NFKC", code)).upper()


def is_code(code: str) -> bool:
    """Say whether a normalised code has the right form and check digit."""
    return uscc.is_valid(code)
