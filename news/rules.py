"""Rules of plain writing: how long a sentence is, whether a text names a day, what a telephone number looks like."""

import re

# So many characters a sentence of a notice may have (interface.md §9).
MOST_SIGNS = 25
ENDS = re.compile(r"[。！？；!?;\n]+")
WHEN = re.compile(
    r"\d{1,2}\s*月\s*\d{1,2}|\d{1,2}\s*[日号]|\d{1,2}[:：]\d{2}|\d{1,2}\s*[点时]|周[一二三四五六日末]|星期[一二三四五六日天]"
    r"|今天|明天|后天|今晚|即日起|每天"
)
# With its area code, a mobile one, or one of the short numbers that everybody knows.
PHONE = re.compile(
    r"(\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{4}[- ]?\d{3,4}|400[- ]?\d{3,4}[- ]?\d{3,4}|[2-9]\d{6,7}|1\d{2,4}|9\d{4})"
)
IN_TEXT = re.compile(r"(?<![\d-])(1[3-9]\d{9}|0\d{2,3}-?\d{4}-?\d{3,4})(?![\d-])")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, without what ends them."""
    return [part.strip() for part in ENDS.split(text) if part.strip()]


def says_when(text: str) -> bool:
    """Say whether a text names a day or an hour."""
    return bool(WHEN.search(text))


def looks_like_phone(number: str) -> bool:
    """Say whether it can be dialled: `0571-5550-0112`, `139 0000 1234`, `12345`; an extension may follow."""
    bare = re.split(r"转|分机|ext\.?|#|,", number)[0]
    return bool(PHONE.fullmatch(bare.strip()))


def numbers_in(text: str) -> list[str]:
    """Return the telephone numbers that stand in a text."""
    return IN_TEXT.findall(text)
