"""What stands in the index for a text, and what somebody asks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from foundation.core.search.engine import PINYIN, Word
from foundation.core.zh.text import asked_pinyin, is_han, pairs, runs

MOST_SIGNS = 60
MOST_WORDS = 8
# Beyond this a text is found no more; nobody reads so far in a page.
MOST_TEXT = 20_000
LONGEST = 60


def heading_of(title: str) -> str:
    """Return a title as it is compared."""
    return " ".join(runs(title))[:255]


def index_words(title: str, text: str, pinyin: Iterable[str]) -> str:
    """Return the words by which a document is found, with a blank before and after each."""
    found, singles = [], dict[str, None]()
    for run in (*runs(title), *runs(text[:MOST_TEXT])):
        if is_han(run):
            found += pairs(run, for_index=True)
            singles.update(dict.fromkeys(run))
        else:
            found.append(run[:LONGEST])
    words = [*found, *singles, *(PINYIN + word[:LONGEST] for word in pinyin)]
    return f" {' '.join(words)} " if words else ""


@dataclass(frozen=True)
class Asked:
    """What somebody typed, as words that all have to stand in what is found; none where nothing can be asked."""

    typed: str

    @classmethod
    def of(cls, typed: str) -> "Asked":
        """Take what somebody typed, whatever it is: without signs that no page can show, and not too long."""
        shown = "".join(sign if sign.isprintable() else " " for sign in typed[: MOST_SIGNS * 20])
        return cls(" ".join(shown.split())[:MOST_SIGNS])

    @cached_property
    def runs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(runs(self.typed)))[:MOST_WORDS]

    @property
    def words(self) -> list[Word]:
        return [Word(run[:LONGEST]) for run in self.runs]

    @property
    def sounds(self) -> list[Word]:
        """The same by their sound, as far as they are Han."""
        return [
            word
            for run in self.runs
            for word in (
                [Word(one, pinyin=True) for one in asked_pinyin(run)]
                if is_han(run)
                else [Word(run[:LONGEST])]
            )
        ]
