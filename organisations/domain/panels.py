"""The port by which apps above add panels to an institution's own page: its activities, agreements, certificate."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from organisations.models import Institution


@dataclass(frozen=True, kw_only=True)
class Panel:
    """`context(institution, user)` gives what `template` shows, None where there is nothing to show."""

    key: str
    template: str
    context: Callable[[Institution, Any], dict[str, Any] | None]
    order: int = 50


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel to every institution's page; the same key again takes the earlier one's place."""
    _panels[panel.key] = panel


def panels_of(institution: Institution, user: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return template and content of each panel that has something to show, in order."""
    ordered = sorted(_panels.values(), key=lambda panel: (panel.order, panel.key))
    found = [(panel.template, panel.context(institution, user)) for panel in ordered]
    return [(template, content) for template, content in found if content is not None]
