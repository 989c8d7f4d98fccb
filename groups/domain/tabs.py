"""The port by which apps above add a tab to every circle's page: its album, its events (G4)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from groups.models import Circle, CircleMember


@dataclass(frozen=True, kw_only=True)
class Tab:
    """`url(circle)` is where it leads; `shown(circle, standing)` says whether that person is offered it.

    `count(circle)` is a number that stands beside the words, None for none.
    """

    key: str
    words: str | Promise
    url: Callable[[Circle], str]
    order: int = 50
    shown: Callable[[Circle, CircleMember | None], bool] = lambda circle, standing: (
        standing is not None and standing.is_inside
    )
    count: Callable[[Circle], int | None] = lambda circle: None


@dataclass(frozen=True)
class ShownTab:
    key: str
    words: str | Promise
    url: str
    count: int | None


_tabs: dict[str, Tab] = {}


def register(tab: Tab) -> None:
    """Add a tab to every circle's page; the same key again takes the earlier one's place."""
    _tabs[tab.key] = tab


def tabs_of(circle: Circle, standing: CircleMember | None) -> list[ShownTab]:
    """Return the tabs of a circle's page for somebody who stands to it like that, in order."""
    ordered = sorted(_tabs.values(), key=lambda tab: (tab.order, tab.key))
    return [
        ShownTab(tab.key, tab.words, tab.url(circle), tab.count(circle))
        for tab in ordered
        if tab.shown(circle, standing)
    ]
