"""How a text is read for listed words, however it is disguised (O2).

Traditional and simplified characters are two spellings here: no table that turns one into the other is at hand,
so that staff list both.
"""

import unicodedata

# What people put between the characters of a word so that it is not found. Ends of sentences are none of them:
# two neighbouring sentences must not make a word together.
SEPARATORS = frozenset(" \t\u3000\u00a0-_.*·•・|/\\,，、~^+=#@&'\"`:：—–…")
IGNORED = {"Cf", "Mn", "Me", "Mc"}


def folded(text: str) -> tuple[str, list[int]]:
    """Return a text as it is looked through, and for each of its characters where it stood.

    Compatibility forms (full width, circled, superscript) become plain, case is folded, marks above and signs that
    nobody sees are gone, the digits of all scripts are ours, separators are dropped.
    """
    kept: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for part in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sign).casefold()):
            if part in SEPARATORS or unicodedata.category(part) in IGNORED:
                continue
            digit = unicodedata.digit(part, None)
            kept.append(part if digit is None else str(digit))
            places.append(place)
    return "".join(kept), places


def is_latin(sign: str) -> bool:
    """Say whether a sign of a folded text goes on a word of Latin letters or digits."""
    return sign.isascii() and sign.isalnum()
