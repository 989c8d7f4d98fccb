"""The port by which apps put a number of their own beside the bell; all are read by the one statement that counts for it."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

type Number = Callable[[Any], QuerySet]
_numbers: dict[str, Number] = {}


def register(name: str, number: Number) -> None:
    """Let the header show what `number(user)`, a query of one column and at most one row, gives for somebody."""
    _numbers[name] = number


def numbers(user: Any) -> dict[str, QuerySet]:
    """Return the query of every number for `user`, by its name."""
    return {name: number(user) for name, number in _numbers.items()}
