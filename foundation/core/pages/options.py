"""Options: what an installation decides for itself, declared by the app that obeys it and set in the office (O6).

Every option has words, help and a default; nothing stored means the default, so that a later version can change it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from foundation.core.pages.models import SiteOption
from foundation.core.pages.version import kept

type Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Option:
    """One decision. `field()` is the form field that asks for it and checks it; a `secret` is never shown again."""

    key: str  # "app.what_it_decides"
    group: str
    label: Words
    help: Words
    default: Any
    field: Callable[..., forms.Field]
    secret: bool = False
    # Of a secret: where it is sent, the address first. When that changes, the secret has to be typed anew.
    sent_to: tuple[str, ...] = ()


_options: dict[str, Option] = {}
GROUPS: dict[str, Words] = {}
_checks: dict[str, Callable[[Mapping[str, Any]], None]] = {}


def group(key: str, words: Words, *, check: Callable[[Mapping[str, Any]], None] | None = None) -> str:
    """Name a group of options; the office shows one form for each.

    `check(values)` looks at what several options say together; it raises ValidationError by option.
    """
    GROUPS.setdefault(key, words)
    if check is not None:
        _checks[key] = check
    return key


def check_together(group: str, values: Mapping[str, Any]) -> None:
    """Refuse values of a group that can't stand together. Raises ValidationError by option."""
    if group in _checks:
        _checks[group]({**{option.key: value(option.key) for option in of_group(group)}, **values})


def declare(*options: Option) -> None:
    """Make options known. Raises ImproperlyConfigured where another one has the key already."""
    for option in options:
        if _options.setdefault(option.key, option) != option:
            raise ImproperlyConfigured(f"The option {option.key} is declared twice.")


def of_group(name: str) -> list[Option]:
    """Return the options of a group, in the order they were declared."""
    return [option for option in _options.values() if option.group == name]


def get(key: str) -> Option:
    """Return an option's declaration. Raises KeyError."""
    return _options[key]


def value(key: str) -> Any:
    """Return what is set, else the default. Raises KeyError for an option that nobody declared."""
    option = _options[key]
    if option.secret:
        return fresh(key)[key]
    return kept("options", _stored).get(key, option.default)


def _stored() -> dict[str, Any]:
    return dict(SiteOption.objects.filter(value__isnull=False).values_list("key", "value"))


def fresh(*keys: str) -> dict[str, Any]:
    """Return what is set now, else the defaults, from the database itself: a worker goes on where the cache is down.

    Raises KeyError for an option that nobody declared.
    """
    rows = {row.key: row for row in SiteOption.objects.filter(key__in=keys)}
    found = {}
    for key in keys:
        option, row = _options[key], rows.get(key)
        stored = (row.secret if option.secret else row.value) if row is not None else None
        found[key] = option.default if stored in (None, "") else stored
    return found


def is_set(key: str) -> bool:
    """Say whether something other than the default was decided."""
    return SiteOption.objects.filter(pk=key).exists()
