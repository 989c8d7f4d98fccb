"""What is shown of a hit: the piece of its text in which the words stand, and the words marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

BEFORE, SHOWN = 24, 110


@dataclass(frozen=True)
class Piece:
    """A stretch of text, marked or not."""

    text: str
    marked: bool


def _pattern(runs: Sequence[str]) -> re.Pattern[str] | None:
    """Match the words however wide or large they are written; what the index joins over nothing stands joined."""
    known = [re.escape(run) for run in sorted(runs, key=len, reverse=True)]
    return re.compile("|".join(known), re.IGNORECASE) if known else None


def pieces(text: str, runs: Sequence[str]) -> list[Piece]:
    """Split a text into what is marked and what is not."""
    pattern = _pattern(runs)
    if pattern is None:
        return [Piece(text, marked=False)] if text else []
    found, at = [], 0
    for match in pattern.finditer(text.translate(NARROW)):
        found += [Piece(text[at : match.start()], marked=False), Piece(text[match.start() : match.end()], marked=True)]
        at = match.end()
    return [piece for piece in (*found, Piece(text[at:], marked=False)) if piece.text]


# Full-width letters and digits count as narrow ones, sign for sign.
NARROW = {sign: sign - 0xFEE0 for sign in range(0xFF10, 0xFF5B)}


def excerpt(text: str, runs: Sequence[str]) -> str:
    """Return the part of a text in which the first of the words stands, else its beginning."""
    pattern = _pattern(runs)
    match = pattern.search(text.translate(NARROW)) if pattern is not None else None
    start = max(0, match.start() - BEFORE) if match else 0
    if start < BEFORE // 2:
        start = 0
    end = start + SHOWN
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"


def marked(text: str, runs: Sequence[str]) -> SafeString:
    """Return a text as HTML, the words in `<mark>`."""
    told = ((escape(piece.text), piece.marked) for piece in pieces(text, runs))
    # Every piece is escaped by itself.
    return mark_safe("".join(f"<mark>{said}</mark>" if is_marked else said for said, is_marked in told))  # noqa: S308
