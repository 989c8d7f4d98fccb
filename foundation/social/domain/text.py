"""Plain text with @names and #topics: found when it is written, linked when it is shown."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

MAX_MENTIONS = 10
MAX_TOPICS = 5
# A name ends at a space, a punctuation mark or another @ or #.
AT = re.compile(r"@([^\s@#，。！？、；：,.!?;:()（）《》<>\"'“”]{1,20})")
# 微博's way, closed by a second #, or up to the next space.
HASH = re.compile(r"#([^\s@#<>\"']{1,30})#|(?<!\w)#([^\s@#，。！？、；：,.!?;:()（）《》<>\"']{1,30})")
NAMED = re.compile(f"{AT.pattern}|{HASH.pattern}")


UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}
# They turn what follows around: a text could show what it does not say.
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def written(text: str) -> str:
    """Return a text as it is kept: ends trimmed, lines ended alike, nothing that turns letters around.

    Of signs that nobody can see alone nothing is left; inside a text they stay, as emoji are joined by them.
    """
    text = text.replace("\r\n", "\n").translate(TURNING).strip()
    return text if any(unicodedata.category(sign) not in UNSEEN for sign in text) else ""


def names_in(text: str) -> list[str]:
    """Return what stands behind each @, each once, at most ten."""
    return list(dict.fromkeys(AT.findall(text)))[:MAX_MENTIONS]


def topics_in(text: str) -> list[str]:
    """Return the topics of a text, each once, at most five."""
    return list(dict.fromkeys(closed or opened for closed, opened in HASH.findall(text)))[:MAX_TOPICS]


def to_html(text: str, *, people: Mapping[str, str] = {}, topics: Iterable[str] = ()) -> SafeString:
    """Return text as HTML: everything escaped, `people` (name → address) and `topics` linked, lines kept."""
    known = set(topics)

    def person(match: re.Match[str]) -> str:
        # A name may be followed by words without a space between: the longest known beginning counts.
        for end in range(len(match[1]), 0, -1):
            if (url := people.get(match[1][:end])) is not None:
                rest = escape(match[1][end:])
                return f'<a class="mention" href="{escape(url)}">@{escape(match[1][:end])}</a>{rest}'
        return escape(match[0])

    def topic(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name not in known:
            return escape(match[0])
        return (
            f'<a class="topic" href="{escape(reverse("spaces:topic", args=[name]))}">{escape(match[0])}</a>'
        )

    parts: list[str] = []
    at = 0
    for match in NAMED.finditer(text):
        parts.append(escape(text[at : match.start()]))
        exact = AT.match(text, match.start())
        parts.append(person(exact) if exact else topic(HASH.match(text, match.start()) or match))
        at = match.end()
    parts.append(escape(text[at:]))
    paragraphs = re.split(r"\n\s*\n", "".join(parts).replace("\r\n", "\n").strip())
    return mark_safe("".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in paragraphs if part))  # noqa: S308
