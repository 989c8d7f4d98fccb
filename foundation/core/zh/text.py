"""Search text for Chinese: overlapping pairs of characters, words of letters, pinyin of names.

The same text on SQLite and PostgreSQL (DESIGN §2): a database's own full text takes a run of Han for one word
and finds nothing inside it.
"""

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

from django.utils.text import slugify

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(f"[{HAN}]+|[0-9A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff]+")
_IS_HAN = re.compile(f"[{HAN}]")


def runs(text: str) -> list[str]:
    """Split text into runs of Han and words of letters or digits, in NFKC and lower case."""
    return RUN.findall(unicodedata.normalize("NFKC", text).lower())


def is_han(run: str) -> bool:
    """Say whether a run of `runs` is Han."""
    return _IS_HAN.match(run) is not None


def pairs(run: str, *, for_index: bool) -> list[str]:
    """Return the overlapping pairs of a run of Han; an index also keeps the last character alone."""
    if len(run) == 1:
        return [run]
    return [run[at : at + 2] for at in range(len(run) - 1)] + ([run[-1]] if for_index else [])


def segment(text: str, *, for_index: bool = True) -> str:
    """Return text as space-separated search words: what is stored, or with `for_index=False` what is asked for."""
    return " ".join(
        word for run in runs(text) for word in (pairs(run, for_index=for_index) if is_han(run) else [run])
    )


@cache
def _surnames() -> dict[str, str]:
    with (Path(__file__).parent / "surnames.csv").open(encoding="utf-8") as file:
        return {row["surname"]: row["reading"] for row in csv.DictReader(file)}


def _syllables(text: str) -> list[str]:
    # Its dictionaries take 50 MB and half a second: only processes that index names pay for them.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    return lazy_pinyin(text, style=Style.NORMAL, errors="ignore")


def name_readings(name: str) -> list[str]:
    """Return the readings of a person's name in pinyin, syllables apart, the surname's own reading first.

    单雄信 reads `shan xiong xin` as a name and `dan xiong xin` character by character; both are ways to ask.
    """
    plain = " ".join(_syllables(name))
    readings = [plain] if plain else []
    for length in (2, 1):
        reading = _surnames().get(name[:length])
        if reading and len(name) > length:
            readings.insert(0, " ".join([reading, *_syllables(name[length:])]))
            break
    return list(dict.fromkeys(readings))


def name_search_text(name: str) -> str:
    """Return the search words of a person's name: pairs, syllables joined, initials, in every reading."""
    words = [segment(name)]
    for reading in name_readings(name):
        syllables = reading.split()
        words += ["".join(syllables), "".join(syllable[0] for syllable in syllables), *syllables]
    return " ".join(dict.fromkeys(" ".join(words).split()))


def slug_of(name: str, *, most: int = 40) -> str:
    """Return a name as it stands in an address: pinyin, syllables apart; empty where nothing of it can be written so."""
    words: list[str] = []
    for run in runs(name):
        words += _syllables(run) if is_han(run) else [run]
    return slugify("-".join(words))[:most].strip("-_")


# How many syllables of a title may be asked for in one word.
WINDOW = 4


def title_pinyin(title: str) -> list[str]:
    """Return the words of pinyin by which a title is found: syllables, up to four joined, whole runs, initials."""
    found: dict[str, None] = {}
    for run in runs(title):
        if not is_han(run):
            continue
        syllables = _syllables(run)
        for size in range(1, WINDOW + 1):
            for at in range(len(syllables) - size + 1):
                window = syllables[at : at + size]
                found["".join(window)] = None
                if size > 2:
                    found["".join(syllable[0] for syllable in window)] = None
        for whole in ("".join(syllables), "".join(syllable[0] for syllable in syllables)):
            found[whole] = None
    return list(found)


def name_pinyin(name: str) -> list[str]:
    """Return the words of pinyin by which a person is found, in every reading of the name."""
    words: list[str] = []
    for reading in name_readings(name):
        syllables = reading.split()
        words += ["".join(syllables), "".join(syllable[0] for syllable in syllables), *syllables]
        words += ["".join(syllables[at:]) for at in range(1, len(syllables))]
    return list(dict.fromkeys(words))


def asked_pinyin(run: str) -> list[str]:
    """Return the words of pinyin that all stand in whatever sounds like a run of Han."""
    syllables = _syllables(run)
    size = min(WINDOW, len(syllables))
    return list(dict.fromkeys("".join(syllables[at : at + size]) for at in range(len(syllables) - size + 1)))


def sounds_of(run: str) -> set[str]:
    """Return how a run of Han may sound, as a word and as a name."""
    return {"".join(_syllables(run)), *(reading.replace(" ", "") for reading in name_readings(run))}
