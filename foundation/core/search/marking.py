"""What is shown of a hit: the piece of its text in which the words stand, and the words marked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

BEFORE, SHOWN = 24, 80
SENTENCE = re.compile("[。！？；…]")
# Blocks of a page are kept apart by blanks, which no reader needs behind a full stop.
NEEDLESS = re.compile("(?<=[。！？；：，、”’）》]) ")


@dataclass(frozen=True)
class Piece:
    """A stretch of text, marked or not."""

    text: str
    marked: bool


# Full-width letters and digits count as narrow ones.
NARROW = {sign: sign - 0xFEE0 for sign in range(0xFF10, 0xFF5B)}


def _comparable(text: str) -> str:
    """Return the text narrow and small, sign for sign: what has no small sign of its own length stays as it is."""
    narrow = text.translate(NARROW)
    small = narrow.lower()
    return small if len(small) == len(text) else narrow


def _stand(text: str, runs: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where the words stand, from and to; where several begin, the longest."""
    said, at = _comparable(text), 0
    while True:
        found = [(start, -len(run)) for run in runs if (start := said.find(run, at)) >= 0]
        if not found:
            return
        start, length = min(found)
        at = start - length
        yield start, at


def pieces(text: str, runs: Sequence[str]) -> list[Piece]:
    """Split a text into what is marked and what is not."""
    found, done = [], 0
    for start, end in _stand(text, runs):
        found += [Piece(text[done:start], marked=False), Piece(text[start:end], marked=True)]
        done = end
    return [piece for piece in (*found, Piece(text[done:], marked=False)) if piece.text]


def excerpt(text: str, runs: Sequence[str]) -> str:
    """Return the part of a text in which the first of the words stands, else its beginning."""
    at = next((start for start, _end in _stand(text, runs)), 0)
    start = max(0, at - BEFORE)
    if start < BEFORE // 2:
        start = 0
    end, whole = start + SHOWN, start == 0
    if stops := [*SENTENCE.finditer(text, start, at)]:
        # It begins where the sentence does, if that is near.
        start, whole = stops[-1].end(), True
    said = NEEDLESS.sub("", text[start:end].strip())
    return f"{'' if whole else '…'}{said}{'…' if end < len(text) else ''}"


def marked(text: str, runs: Sequence[str]) -> SafeString:
    """Return a text as HTML, the words in `<mark>`."""
    told = ((escape(piece.text), piece.marked) for piece in pieces(text, runs))
    # Every piece is escaped by itself.
    return mark_safe("".join(f"<mark>{said}</mark>" if is_marked else said for said, is_marked in told))  # noqa: S308
