"""What the frame of every page and the front page show of notices."""

from dataclasses import dataclass
from typing import Any

from django import template

from foundation.core.access import scopes
from news.domain import receipts, urgent
from news.domain.urgent import Line
from news.models.audience import words_of

register = template.Library()
MOST_OWN = 6


@dataclass(frozen=True)
class Band:
    """The urgent notices on a page, and how many more there are."""

    lines: list[Line]
    more: int

    @property
    def key(self) -> str:
        """Names what it says; its words change only with the portal."""
        return "-".join(f"{line.pk}" for line in self.lines) + f"+{self.more}"


@register.simple_tag
def urgent_notices(user: Any) -> Band:
    """Return the urgent notices that stand on every page of this reader."""
    lines = urgent.urgent_for(user)
    return Band(lines[: urgent.MOST], max(0, len(lines) - urgent.MOST))


@dataclass(frozen=True)
class Own:
    """A notice that is for this reader: why it stands before her."""

    line: Line
    unread: bool

    @property
    def audience(self) -> str:
        return words_of(self.line.scope)


@register.simple_tag
def own_notices(user: Any) -> list[Own]:
    """Return what a member finds above the front page: what she has to read first, then what is for her place or role."""
    if not user.is_authenticated:
        return []
    lines = urgent.own_for(user)
    must = [line.pk for line in lines if line.must_read]
    read = receipts.read_by(user, must) if must else set()
    rows = [Own(line, line.must_read and line.pk not in read) for line in lines]
    shown = [row for row in rows if row.unread or row.line.scope.level != scopes.PUBLIC]
    return sorted(shown, key=lambda row: not row.unread)[:MOST_OWN]
