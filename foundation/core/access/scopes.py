"""Scopes: whoever may see a row stands on the row as a token (level, ref) (DESIGN §1).

Providers answer which tokens a reader holds, as constants or subqueries, never as lists that grow with the
network. `core` brings `public` and `only`; accounts brings `residents`, `place`, `managers` and `role`, social
`contacts`, groups `circle`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q, QuerySet

PUBLIC = "public"
RESIDENTS = "residents"
PLACE = "place"
ROLE = "role"
CONTACTS = "contacts"
CIRCLE = "circle"
MANAGERS = "managers"
ONLY = "only"


class Scope(NamedTuple):
    """Who may see: a level and, where the level needs one, whose (a place's path, a user's id, a group of roles)."""

    level: str
    ref: str = ""


@dataclass(frozen=True, kw_only=True)
class ScopeProvider:
    """How one level is read and shown.

    `refs(user)` gives the refs of the tokens that a signed-in reader holds: None for none, an iterable of
    few constants, or a query of one text column named `ref`. `label(ref)` says it in words; `labels(refs)` says
    many at once where the words have to be looked up.

    A level that is a place of its own, as a circle is, also answers where that is (`url`), who its people are
    (`members`, a query of accounts), who may write into it (`may_post`) and who keeps order there (`may_manage`).
    `together`: what was written there stays readable to its people though two of them keep apart.
    """

    level: str
    refs: Callable[[Any], Iterable[str] | QuerySet | None]
    label: Callable[[str], str]
    labels: Callable[[set[str]], dict[str, str]] | None = None
    url: Callable[[str], str] | None = None
    members: Callable[[str], QuerySet] | None = None
    may_post: Callable[[Any, str], bool] | None = None
    may_manage: Callable[[Any, str], bool] | None = None
    together: bool = False


_providers: dict[str, ScopeProvider] = {}
_apart: list[Callable[[Any], Iterable[QuerySet]]] = []


def register(provider: ScopeProvider) -> None:
    """Add the provider of a level. Raises ImproperlyConfigured where another one already answers."""
    known = _providers.setdefault(provider.level, provider)
    if known != provider:
        raise ImproperlyConfigured(f"Two providers answer for the scope {provider.level}.")


def keep_apart(people: Callable[[Any], Iterable[QuerySet]]) -> None:
    """Add an answer to who has nothing to do with a reader: queries of one column, the ids of people."""
    if people not in _apart:
        _apart.append(people)


def url(scope: Scope) -> str:
    """Return the address of the place that a scope is, empty where it is none."""
    found = _providers[scope.level].url
    return found(scope.ref) if found else ""


def channel(scope: Scope) -> str:
    """Return the name by which the feed keeps what belongs to the place that a scope is, empty where it is none."""
    return f"{scope.level}:{scope.ref}" if _providers[scope.level].url else ""


def channels(user: Any) -> list[tuple[str, QuerySet]]:
    """Return every level that is a place of its own with the refs, as a query, of those that `user` belongs to."""
    found = []
    for level, provider in _providers.items() if _counts(user) else ():
        refs = provider.refs(user) if provider.url else None
        if isinstance(refs, QuerySet):
            found.append((level, refs))
    return found


def members(scope: Scope) -> QuerySet | None:
    """Return the people of the place that a scope is, None where it is none."""
    found = _providers[scope.level].members
    return found(scope.ref) if found else None


def may_post(user: Any, scope: Scope) -> bool:
    """Say whether `user` may write for that scope; every one of hers where it is no place of its own."""
    found = _providers[scope.level].may_post
    return found(user, scope.ref) if found else True


def may_manage(user: Any, scope: Scope) -> bool:
    """Say whether `user` keeps order in the place that a scope is."""
    found = _providers[scope.level].may_manage
    return found(user, scope.ref) if found else False


def not_apart(user: Any, person: str) -> Q:
    """Return the condition that the one whose id stands in `person` has to do with `user`: neither blocked the other (S6)."""
    condition = Q()
    if _counts(user) and user.pk:
        for people in _apart:
            for ids in people(user):
                condition &= ~Q(**{f"{person}__in": ids})
    return condition


def is_place(scope: Scope) -> bool:
    """Say whether a scope is a place of its own, as a circle is: what was written there stays there."""
    return _providers[scope.level].url is not None


def label(scope: Scope) -> str:
    """Say in the reader's language who may see."""
    return _providers[scope.level].label(scope.ref)


def labels(wanted: Iterable[Scope]) -> dict[Scope, str]:
    """Say it of many scopes, with one look-up per level for a whole list."""
    refs: dict[str, set[str]] = defaultdict(set)
    for scope in wanted:
        refs[scope.level].add(scope.ref)
    found = {}
    for level, some in refs.items():
        provider = _providers[level]
        words = provider.labels(some) if provider.labels else {ref: provider.label(ref) for ref in some}
        found.update({Scope(level, ref): said for ref, said in words.items()})
    return found


def levels() -> tuple[str, ...]:
    """Return every level that a provider answers for; the visibility test walks them."""
    return tuple(_providers)


def readable(user: Any, *, owner: str | None = None, prefix: str = "") -> Q:
    """Return the condition that a row's token is one of `user`'s, or that `owner` (a foreign key) is `user`.

    `prefix` stands before the column names where the token is on a related row (`"post__"`).
    """
    condition = Q(**{f"{prefix}scope_level": PUBLIC})
    if not _counts(user):
        return condition
    for level, provider in _providers.items():
        if level == PUBLIC:
            continue
        refs = provider.refs(user)
        if refs is None:
            continue
        if not isinstance(refs, QuerySet):
            refs = list(refs)
            if not refs:
                continue
        condition |= Q(**{f"{prefix}scope_level": level, f"{prefix}scope_ref__in": refs})
    if owner:
        condition |= Q(**{f"{prefix}{owner}": user.pk})
        apart = not_apart(user, f"{prefix}{owner}")
        together = sorted(level for level, provider in _providers.items() if provider.together)
        if apart and together:
            apart |= Q(**{f"{prefix}scope_level__in": together})
        condition &= apart
    return condition


def _counts(user: Any) -> bool:
    """Say whether somebody reads more than visitors do: signed in, not closed, not suspended."""
    if user is None or not user.is_authenticated or not user.is_active:
        return False
    return not getattr(user, "is_suspended", False)


def holds(user: Any, scope: Scope) -> bool:
    """Say for one token what `readable` says for a query."""
    if scope.level == PUBLIC:
        return True
    if not _counts(user):
        return False
    refs = _providers[scope.level].refs(user)
    if refs is None:
        return False
    if isinstance(refs, QuerySet):
        return refs.filter(ref=scope.ref).exists()
    return scope.ref in refs


def held(user: Any, wanted: Iterable[Scope]) -> set[Scope]:
    """Return those of some tokens that a reader holds, with one look-up per level for a whole list."""
    refs: dict[str, set[str]] = defaultdict(set)
    for scope in wanted:
        refs[scope.level].add(scope.ref)
    found = {Scope(PUBLIC, ref) for ref in refs.pop(PUBLIC, ())}
    for level, some in refs.items() if _counts(user) else ():
        answer = _providers[level].refs(user)
        if isinstance(answer, QuerySet):
            answer = answer.filter(ref__in=some).values_list("ref", flat=True)
        found |= {Scope(level, ref) for ref in some & set(answer or ())}
    return found


def tokens(user: Any, *levels: str) -> frozenset[Scope]:
    """Return the tokens of some levels that a reader holds, to be compared in memory with many rows.

    For levels whose refs are constants; a query would be asked here.
    """
    held = {Scope(PUBLIC)}
    for level in levels if _counts(user) else ():
        held |= {Scope(level, ref) for ref in _providers[level].refs(user) or ()}
    return frozenset(held)
