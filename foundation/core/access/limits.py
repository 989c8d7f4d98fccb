"""How often somebody may do something: counted in the shared cache, for all processes together (O2)."""

import time
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied

SECONDS = {"m": 60, "h": 60 * 60, "d": 24 * 60 * 60}


class TooOften(PermissionDenied):
    """The limit is reached; the page says so and gives back what was typed."""


def consume(action: str, user: Any, *, rate: str) -> None:
    """Count one act of `user`; `rate` is like `"20/h"`. Raises TooOften beyond it.

    The windows stand still: what is counted in one is forgotten with it.
    """
    number, per = rate.split("/")
    window = SECONDS[per]
    key = f"limit:{action}:{user.pk}:{per}:{int(time.time() // window)}"
    cache.add(key, 0, window)
    try:
        used = cache.incr(key)
    except ValueError:
        # It ran out between the two.
        return
    if used > int(number):
        raise TooOften
