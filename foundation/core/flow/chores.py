"""What an installation has to do once a day: remove what is kept no longer.

The beat asks for it where Celery runs, the draining thread where it does not; doing it twice harms nothing.
"""

import logging
from collections.abc import Callable

type Chore = Callable[[], int]
_chores: dict[str, Chore] = {}
log = logging.getLogger("linli.chores")


def daily(function: Chore) -> Chore:
    """Make the decorated function, which returns how many things it dealt with, one of the daily chores."""
    _chores[f"{function.__module__}.{function.__qualname__}"] = function
    return function


def do_all() -> dict[str, int]:
    """Do every chore and return what each dealt with; one that fails does not keep the others from being done."""
    done = {}
    for name, chore in _chores.items():
        try:
            done[name] = chore()
        except Exception:
            log.exception("The chore %s failed; it is done again tomorrow.", name)
    return done
