"""Whom somebody may mean by an @, while she is still writing it (S2)."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from foundation.accounts.models import User
from foundation.core.search.finding import ids_found
from foundation.core.zh.text import name_pinyin
from foundation.social.domain import naming
from foundation.social.domain.relations import MINORS
from foundation.social.domain.text import AT, MAX_MENTIONS
from foundation.social.models import Follow

OFFERED = 8
MAX_WORDS = 20
# So many of those who are near somebody are looked through; whom she knows best come first.
MOST_NEAR = 400

type Near = Callable[[Any], QuerySet[Any]]
_near: list[Near] = []


def near(people: Near) -> Near:
    """Let the decorated function say who else is near somebody: it gets her and returns a query of ids, one column."""
    if people not in _near:
        _near.append(people)
    return people


@dataclass(frozen=True, kw_only=True)
class Offered:
    person: User
    is_contact: bool


def offered(user: Any, words: str, *, among: QuerySet[Any] | None = None) -> list[Offered]:
    """Return whom `user` may mention by a name that begins like `words`: contacts first, then whom she follows and is near to.

    By the name or its pinyin; nothing typed, only who is near. `among` are the only ones to be told of, as the
    people of a circle where one writes for it. Whose name would mean somebody else, or nobody, is not offered. The
    number of statements does not grow with her network.
    """
    words = _plain(words)[:MAX_WORDS]
    people = _mentionable(user)
    close = Q(pk__in=Follow.objects.filter(follower_id=user.pk).values("followed_id"))
    for others in _near:
        close |= Q(pk__in=others(user))
    if among is not None:
        people, close = people.filter(pk__in=among.values("pk")), Q()
    rows = people.filter(close).order_by("-is_contact", "-is_followed", "display_name", "pk")
    known = [*rows.values_list("pk", "display_name")[:MOST_NEAR]]
    chosen = {pk: name for pk, name in known if _fits(words, name)}
    if words and among is None and len(chosen) < OFFERED:
        # Found as the search for people finds: the best of all neighbours.
        ids = ids_found(words, user, kind="person")
        rest = dict(people.filter(pk__in=ids).values_list("pk", "display_name"))
        chosen |= {pk: rest[pk] for pk in ids if pk in rest and _fits(words, rest[pk])}
    some = dict([*chosen.items()][:MAX_MENTIONS])
    meant = naming.meant_by(" ".join(f"@{name}" for name in some.values()), author=user)
    ids = [pk for pk, name in some.items() if name in meant and meant[name].pk == pk][:OFFERED]
    found = people.select_related("avatar").in_bulk(ids)
    return [Offered(person=found[pk], is_contact=found[pk].is_contact) for pk in ids if pk in found]


def _mentionable(user: Any) -> Any:
    """Return the neighbours whom `user` finds; where one of the two is a minor, her contacts alone (security.md §7)."""
    own = Follow.objects.filter(follower_id=user.pk, followed_id=OuterRef("pk"))
    people: Any = User.objects.visible_to(user).filter(verified_at__isnull=False).exclude(pk=user.pk)
    people = people.annotate(is_contact=Exists(own.filter(mutual=True)), is_followed=Exists(own))
    if user.age_band in MINORS:
        return people.filter(is_contact=True)
    return people.filter(~Q(age_band__in=MINORS) | Q(is_contact=True))


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold().strip()


@lru_cache(maxsize=4096)
def _sounds(name: str) -> tuple[str, ...]:
    return tuple(name_pinyin(name))


def _fits(words: str, name: str) -> bool:
    """Say whether somebody of that name can be mentioned at all, and is meant by what was typed so far."""
    if AT.fullmatch(f"@{name}") is None:
        return False
    if words in _plain(name):
        return True
    return words.isascii() and any(sound.startswith(words) for sound in _sounds(name))
