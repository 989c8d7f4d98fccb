"""Places on pages that another app fills (AD1): named here, empty and unseen until one does."""

from collections.abc import Callable
from typing import Any

from django.utils.safestring import SafeString

type Filler = Callable[[str, Any], SafeString]

# Where something may stand, in words for editors; the app that sells them decides what.
SLOTS = ("home-wide", "home-side", "article-end", "list-side")
_fillers: list[Filler] = []


def filled_by(filler: Filler) -> Filler:
    """Let the decorated function fill the slots: it gets a slot's name and the template's context, and returns HTML."""
    _fillers[:] = [filler]
    return filler


def fill(slot: str, context: Any) -> SafeString:
    """Return what stands in a slot now. In the elder mode nothing ever does (DESIGN §3). Raises KeyError."""
    if slot not in SLOTS:
        raise KeyError(slot)
    display = context.get("display")
    if not _fillers or (display is not None and display.elder):
        return SafeString()
    return _fillers[0](slot, context)
