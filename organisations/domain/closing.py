"""The port by which apps above say what still runs with an institution: it can't be closed before."""

from collections.abc import Callable, Iterable

from organisations.models import Institution

type Blocker = Callable[[Institution], Iterable[str]]
_blockers: list[Blocker] = []


def register(blocker: Blocker) -> Blocker:
    """Ask `blocker(institution)` too; it returns in words, in the reader's language, what still runs."""
    if blocker not in _blockers:
        _blockers.append(blocker)
    return blocker


def blockers_of(institution: Institution) -> list[str]:
    """Return in words what has to end before the institution can be closed."""
    return [str(words) for blocker in _blockers for words in blocker(institution)]
