"""What an installation has to do again and again: publish what is due, remove what is kept no longer.

The beat asks for it where Celery runs, the draining thread where it does not; doing it twice harms nothing.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable

from django.db import models

from foundation.core.closing import is_closed

type Chore = Callable[[], int]
log = logging.getLogger("linli.chores")


class Rhythm(models.TextChoices):
    MINUTE = "minute"
    DAY = "day"


SECONDS = {Rhythm.MINUTE: 60.0, Rhythm.DAY: 24 * 60 * 60.0}
_chores: dict[Rhythm, dict[str, Chore]] = defaultdict(dict)


def each[C: Callable[..., int]](rhythm: Rhythm) -> Callable[[C], C]:
    """Make the decorated function, which returns how many things it dealt with, a chore of that rhythm."""

    def decorate(function: C) -> C:
        _chores[rhythm][f"{function.__module__}.{function.__qualname__}"] = function
        return function

    return decorate


def do_all(rhythm: Rhythm) -> dict[str, int]:
    """Do every chore of a rhythm and return what each dealt with; one that fails keeps no other from being done.

    None is begun once the node is closed: the tables may not be those of this release.
    """
    done = {}
    for name, chore in _chores[rhythm].items():
        if is_closed():
            log.info("The node is closed: chores wait.")
            break
        try:
            done[name] = chore()
        except Exception:
            log.exception("The chore %s failed; it is done again next %s.", name, rhythm)
    return done


class Clock:
    """Says which rhythms are due, for a process that does the chores itself; at its start all are."""

    def __init__(self) -> None:
        self._next = dict.fromkeys(Rhythm, 0.0)

    def due(self) -> list[Rhythm]:
        """Return the rhythms that are due, and wind them up again."""
        now = time.monotonic()
        found = [rhythm for rhythm, at in self._next.items() if now >= at]
        self._next.update({rhythm: now + SECONDS[rhythm] for rhythm in found})
        return found
