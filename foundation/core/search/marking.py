"""What is shown of a hit: the piece of its text in which the words stand, and the words marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

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
    for match in pattern.finditer(_comparable(text)):
        found += [Piece(text[at : match.start()], marked=False), Piece(text[match.start() : match.end()], marked=True)]
        at = match.end()
    return [piece for piece in (*found, Piece(text[at:], marked=False)) if piece.text]


def _comparable(text: str) -> str:
    """Return the text with full-width letters and digits narrow, sign for sign."""
    return "".join(chr(ord(sign) - 0xFEE0) if "\uff10" <= sign <= "\uff5a" else sign for sign in text)


def excerpt(text: str, runs: Sequence[str]) -> str:
    """Return the part of a text in which the first of the words stands, else its beginning."""
    pattern = _pattern(runs)
    match = pattern.search(_comparable(text)) if pattern is not None else None
    start = max(0, match.start() - BEFORE) if match else 0
    if start < BEFORE // 2:
        start = 0
    end = start + SHOWN
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"


def marked(text: str, runs: Sequence[str]) -> SafeString:
    """Return a text as HTML, the words in `<mark>`."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html_join("", "<mark>{}</mark>", [(piece.text,)]) if piece.marked else conditional_escape(piece.text),)
            for piece in pieces(text, runs)
        ),
    )
