"""The port by which apps above add to an organisation's desk (`/desk/`): tabs, and what waits for it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from foundation.accounts.models import Organisation
from foundation.core.facets import Words


@dataclass(frozen=True)
class Waiting:
    """Something that the organisation has to do: what, where, and until when where there is a day."""

    words: Words
    url: str
    due: date | datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Tab:
    """A page of the desk. `url(organisation)` is in the reader's language; lower `order`s come first."""

    key: str
    words: Words
    url: Callable[[Organisation], str]
    order: int = 50
    shown: Callable[[Any, Organisation], bool] = lambda user, organisation: True


type Source = Callable[[Any, Organisation], Iterable[Waiting]]
_tabs: dict[str, Tab] = {}
_sources: list[Source] = []


def register_tab(tab: Tab) -> None:
    """Add a page to the desk; the same key again takes the earlier one's place."""
    _tabs[tab.key] = tab


def register_waiting(source: Source) -> Source:
    """Ask `source(user, organisation)` too for what waits."""
    if source not in _sources:
        _sources.append(source)
    return source


def tabs(user: Any, organisation: Organisation) -> list[Tab]:
    """Return the pages of the desk that `user` sees there, in order."""
    found = [tab for tab in _tabs.values() if tab.shown(user, organisation)]
    return sorted(found, key=lambda tab: (tab.order, tab.key))


def waiting(user: Any, organisation: Organisation) -> list[Waiting]:
    """Return what waits for the organisation, the most urgent first and what has no day last."""
    found = [one for source in _sources for one in source(user, organisation)]
    return sorted(found, key=lambda one: (one.due is None, _moment(one.due)))


def _moment(due: date | datetime | None) -> datetime:
    if isinstance(due, datetime):
        return due
    return timezone.make_aware(datetime.combine(due or date.max.replace(year=9000), time.max))
