"""How a text is read for listed words, however it is disguised (O2).

Traditional and simplified characters are two spellings here: no table that turns one into the other is at hand,
so that staff list both.
"""

import unicodedata
from functools import lru_cache

from foundation.core.signs import BLANK, LOOKALIKES

# Two neighbouring sentences make no word together. All else that is neither letter nor digit may stand between the
# characters of a word: whoever wants to hide one finds a sign that no list has.
SENTENCE_ENDS = frozenset("。！？")
# The one sign that repeats a character; all others of its category are strokes and marks.
REPEATS = "々"
JOINING = {"Ll", "Nd"}


def folded(text: str) -> tuple[str, list[int]]:
    """Return a text as it is looked through, and for each of its characters where it stood.

    Compatibility forms (full width, circled, superscript) become plain, case is folded, letters of other scripts
    that look like Latin ones are Latin, the digits of all scripts are ours. Of all other signs only the ends of
    sentences stay.
    """
    kept: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        if plain := _folded_sign(sign):
            kept.append(plain)
            places.extend([place] * len(plain))
    return "".join(kept), places


@lru_cache(maxsize=1 << 16)
def _folded_sign(sign: str) -> str:
    if sign in SENTENCE_ENDS:
        return sign
    # Marks go before the case is folded: one of them (U+0345) would become a letter.
    parts = [part for part in unicodedata.normalize("NFKD", sign) if unicodedata.category(part)[0] != "M"]
    plain = "".join(parts).translate(LOOKALIKES).casefold()
    kept = ""
    for part in unicodedata.normalize("NFKD", plain):
        category = unicodedata.category(part)
        if category[0] not in "LN" or part in BLANK or (category == "Lm" and part != REPEATS):
            continue
        digit = unicodedata.digit(part, None)
        kept += part if digit is None else str(digit)
    return kept


def goes_on(sign: str) -> bool:
    """Say whether a sign of a folded text goes on a word of letters with two cases, or of digits."""
    return unicodedata.category(sign) in JOINING
