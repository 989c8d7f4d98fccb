"""How often somebody may do something: counted in the shared cache, for all processes together (O2)."""

import time
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.utils.translation import ngettext

A_MINUTE = 60
SECONDS = {"m": 60, "h": 60 * 60, "d": 24 * 60 * 60}


class TooOften(PermissionDenied):
    """The limit is reached; the page says so and gives back what was typed. After `seconds` it is open again."""

    def __init__(self, seconds: int = A_MINUTE) -> None:
        super().__init__()
        self.seconds = seconds


def in_words(seconds: int) -> str:
    """Say after how long to try again, in whole minutes or hours, rounded up."""
    minutes = max(1, -(-seconds // 60))
    if minutes <= 90:
        return ngettext("请 %(number)s 分钟后再试。", "请 %(number)s 分钟后再试。", minutes) % {
            "number": minutes
        }
    hours = -(-minutes // 60)
    return ngettext("请 %(number)s 小时后再试。", "请 %(number)s 小时后再试。", hours) % {"number": hours}


def consume(action: str, user: Any, *, rate: str) -> None:
    """Count one act of `user`; `rate` is like `"20/h"`. Raises TooOften beyond it.

    The windows stand still: what is counted in one is forgotten with it.
    """
    number, per = rate.split("/")
    window = SECONDS[per]
    now = time.time()
    key = f"limit:{action}:{user.pk}:{per}:{int(now // window)}"
    cache.add(key, 0, window)
    try:
        used = cache.incr(key)
    except ValueError:
        # It ran out between the two.
        return
    if used > int(number):
        raise TooOften(window - int(now % window))
