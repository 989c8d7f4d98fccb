"""The community's own colour: checked so that everybody can read what stands on it and in it (O6; WCAG 2.2, 1.4.3)."""

import colorsys
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The grounds that text in the colour stands on, as in static/css/src/10-tokens.css.
PAPER, NIGHT, INK_OF_NIGHT = "#faf6ef", "#181512", "#2a1209"
ENOUGH = 4.5
HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")

type Rgb = tuple[float, float, float]


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in rgb)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (`#rrggbb`), from 1 to 21, as WCAG 2.2 reckons it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def validate_accent(colour: str) -> None:
    """Raise ValidationError for what is no colour, or one in which text can't be read on paper or white on it."""
    if not HEX.match(colour):
        raise ValidationError(_("请写成 #b23a1e 这样的颜色。"))
    found = min(contrast(colour, PAPER), contrast(colour, "#ffffff"))
    if found < ENOUGH:
        raise ValidationError(
            _("这个颜色太浅：文字与底色的对比只有 %(found)s，至少要 %(enough)s。请选深一点的。")
            % {"found": f"{found:.1f}", "enough": ENOUGH}
        )


def _shifted(colour: str, by: float) -> str:
    """Lighter (above 0) or darker, hue and saturation kept."""
    hue, light, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    return _hex(colorsys.hls_to_rgb(hue, min(1.0, max(0.0, light + by)), saturation))


def _mixed(colour: str, ground: str, part: float) -> str:
    red, green, blue = (
        part * mine + (1 - part) * its for mine, its in zip(_rgb(colour), _rgb(ground), strict=True)
    )
    return _hex((red, green, blue))


@dataclass(frozen=True)
class Shades:
    """What one colour becomes on one ground."""

    plain: str
    hover: str
    on: str
    tint: str


def by_day(accent: str) -> Shades:
    """The shades on paper."""
    return Shades(accent, _shifted(accent, -0.07), "#ffffff", _mixed(accent, "#ffffff", 0.12))


def by_night(accent: str) -> Shades:
    """The shades on the dark ground: the same hue, as light as it has to be."""
    plain = accent
    while contrast(plain, NIGHT) < 7 and plain != "#ffffff":
        plain = _shifted(plain, 0.02)
    return Shades(plain, _shifted(plain, 0.06), INK_OF_NIGHT, _mixed(plain, NIGHT, 0.16))


def sheet(accent: str) -> str:
    """Return the style sheet that puts the community's colour in the place of the brand's."""

    def block(selector: str, shades: Shades) -> str:
        return (
            f"{selector}{{--brick:{shades.plain};--brick-hover:{shades.hover};"
            f"--on-brick:{shades.on};--brick-tint:{shades.tint}}}"
        )

    day, night = by_day(accent), by_night(accent)
    return "@layer tokens{" + block(":root", day) + block(':root[data-theme="dark"]', night) + "}\n"
