"""The port by which what happens in the community comes into the calendar; apps register their sources (P10)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something that people can go to. `uid` names it for good, across changes of its title and time."""

    uid: str
    title: str
    url: str
    starts: datetime
    ends: datetime | None = None
    where: str = ""
    # The path of the place it belongs to; empty: to the whole community.
    place_path: str = ""


type Source = Callable[[Any, date, date], Iterable[Happening]]
_sources: dict[str, Source] = {}


def register_source(key: str, between: Source) -> None:
    """Let `between(user, first, last)` answer what `user` may see of the days from `first` to `last`, in few queries.

    Raises ImproperlyConfigured where another source has the key.
    """
    if _sources.setdefault(key, between) != between:
        raise ImproperlyConfigured(f"The source {key} of the calendar is registered twice.")


def forget_source(key: str) -> None:
    """Take a source away."""
    _sources.pop(key, None)


def happenings(user: Any, first: date, last: date) -> list[Happening]:
    """Return what every source knows of these days, the earliest first."""
    found = [one for between in _sources.values() for one in between(user, first, last)]
    return sorted(found, key=lambda one: (one.starts, one.title))
