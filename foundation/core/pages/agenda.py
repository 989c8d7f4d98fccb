"""What somebody has to do or to go to, from every app: the own agenda (U1) and what the front page says first (P8)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise

MOST = 50


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line: what, where it is done, and when. `waits`: she has to act; else it only takes place.

    `icon` is one of the sprite. What has no `when` waits without a day.
    """

    words: str | Promise
    url: str
    when: date | datetime | None = None
    waits: bool = False
    icon: str = "calendar-days"
    note: str | Promise = ""

    @property
    def moment(self) -> datetime:
        """When it begins or is due; of a day its end, of nothing a time that never comes."""
        if isinstance(self.when, datetime):
            return self.when
        day = self.when or date.max.replace(year=9000)
        return timezone.make_aware(datetime.combine(day, time.max))

    @property
    def has_hour(self) -> bool:
        return isinstance(self.when, datetime)


type Source = Callable[[Any], Iterable[Entry]]
_sources: list[Source] = []


def source(asked: Source) -> Source:
    """Ask the decorated function too what somebody has before her; it gets her and returns entries."""
    if asked not in _sources:
        _sources.append(asked)
    return asked


def agenda_of(user: Any) -> list[Entry]:
    """Return what somebody has before her, the next first; what is over is left out."""
    now = timezone.now()
    found = [entry for asked in _sources for entry in asked(user) if entry.waits or entry.moment >= now]
    return sorted(found, key=lambda entry: (entry.moment, str(entry.words)))[:MOST]


def waiting_for(user: Any) -> list[Entry]:
    """Return only what she has to act on."""
    return [entry for entry in agenda_of(user) if entry.waits]
