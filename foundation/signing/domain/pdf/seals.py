"""How a signature looks: the red round seal of an office, the framed name of another party, drawn as outlines.

A seal that brings its own Chinese font weighs 159 KB, one of outlines 6 KB (help-platform.md §3.1).
"""

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from foundation.signing.domain.pdf.pades import Seal

RED = "0.76 0.11 0.12"
SIDE = 110.0
WIDTH, HEIGHT = 150.0, 64.0
# Simplified Chinese is the third face of the collections of Noto CJK.
FACE = 2


class _Outline(BasePen):
    """Collects a glyph as PDF path operators."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.parts: list[str] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self.parts.append(f"{pt[0]:.0f} {pt[1]:.0f} m")

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self.parts.append(f"{pt[0]:.0f} {pt[1]:.0f} l")

    def _curveToOne(self, pt1: Any, pt2: Any, pt3: Any) -> None:
        points = " ".join(f"{value:.0f}" for point in (pt1, pt2, pt3) for value in point)
        self.parts.append(f"{points} c")

    def _closePath(self) -> None:
        self.parts.append("h")


class _Font:
    """A font file, opened once per process."""

    def __init__(self, path: str) -> None:
        collection = path.endswith(".ttc")
        self._font = TTFont(path, fontNumber=FACE if collection else -1, lazy=True)
        self._names = self._font.getBestCmap()
        self._glyphs = self._font.getGlyphSet()
        self.units = self._font["head"].unitsPerEm
        self._drawn: dict[str, tuple[str, float]] = {}

    def glyph(self, letter: str) -> tuple[str, float]:
        """Return a letter's path and its width, in units of the font."""
        if letter not in self._drawn:
            name = self._names.get(ord(letter))
            if name is None:
                return "", self.units
            pen = _Outline(self._glyphs)
            self._glyphs[name].draw(pen)
            self._drawn[letter] = (" ".join(pen.parts), self._glyphs[name].width)
        return self._drawn[letter]


@cache
def _font(paths: tuple[str, ...]) -> _Font | None:
    found = next((path for path in paths if Path(path).is_file()), None)
    return _Font(found) if found else None


def _letter(
    font: _Font, letter: str, size: float, x: float, y: float, turn: float = 0.0
) -> tuple[str, float]:
    path, width = font.glyph(letter)
    scale = size / font.units
    cos, sin = math.cos(turn) * scale, math.sin(turn) * scale
    return f"q {cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} {x:.2f} {y:.2f} cm {path} f Q", width * scale


def _circle(x: float, y: float, radius: float, width: float) -> str:
    k = radius * 0.5523
    return (
        f"{width} w {x + radius:.2f} {y:.2f} m "
        f"{x + radius:.2f} {y + k:.2f} {x + k:.2f} {y + radius:.2f} {x:.2f} {y + radius:.2f} c "
        f"{x - k:.2f} {y + radius:.2f} {x - radius:.2f} {y + k:.2f} {x - radius:.2f} {y:.2f} c "
        f"{x - radius:.2f} {y - k:.2f} {x - k:.2f} {y - radius:.2f} {x:.2f} {y - radius:.2f} c "
        f"{x + k:.2f} {y - radius:.2f} {x + radius:.2f} {y - k:.2f} {x + radius:.2f} {y:.2f} c s"
    )


def _star(x: float, y: float, radius: float) -> str:
    points = []
    for number in range(10):
        far = radius if number % 2 == 0 else radius * 0.382
        angle = math.pi / 2 + number * math.pi / 5
        points.append(f"{x + far * math.cos(angle):.2f} {y + far * math.sin(angle):.2f}")
    return f"{points[0]} m " + " ".join(f"{point} l" for point in points[1:]) + " h f"


def round_seal(name: str, fonts: Sequence[str]) -> Seal:
    """Draw the seal of an office: ring, star, its name along the ring. Without a font: ring and star."""
    middle, radius = SIDE / 2, SIDE / 2 - 3
    parts = [f"q {RED} RG {RED} rg", _circle(middle, middle, radius, 2.2), _star(middle, middle, 15)]
    font = _font(tuple(fonts))
    if font is not None and name:
        letters = name[:24]
        size = min(15.0, 150.0 / len(letters) + 5)
        along = radius - size - 1.5
        step = min(size * 1.18 / along, math.radians(270) / len(letters))
        angle = math.pi / 2 + step * (len(letters) - 1) / 2
        for letter in letters:
            turn = angle - math.pi / 2
            half = font.glyph(letter)[1] * size / font.units / 2
            x = middle + along * math.cos(angle) - half * math.cos(turn)
            y = middle + along * math.sin(angle) - half * math.sin(turn)
            parts.append(_letter(font, letter, size, x, y, turn)[0])
            angle -= step
    return Seal((" ".join(parts) + " Q").encode(), SIDE, SIDE)


def framed_name(lines: Sequence[str], fonts: Sequence[str]) -> Seal:
    """Draw a party's mark: a frame with lines of text, the first one larger. Without a font: the frame."""
    parts = [f"q {RED} RG {RED} rg 1.4 w 2 2 {WIDTH - 4:.0f} {HEIGHT - 4:.0f} re s"]
    font = _font(tuple(fonts))
    if font is not None:
        y = HEIGHT - 24
        for number, line in enumerate(lines):
            wide = sum(font.glyph(letter)[1] for letter in line) / font.units or 1
            size = min(14.0 if number == 0 else 9.5, (WIDTH - 16) / wide)
            x = 8.0
            for letter in line:
                drawn, width = _letter(font, letter, size, x, y)
                parts.append(drawn)
                x += width
            y -= 16
    return Seal((" ".join(parts) + " Q").encode(), WIDTH, HEIGHT)
