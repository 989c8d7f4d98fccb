"""How two people stand to each other: the answer to `core.contact`, and who is apart (S6, S10; DESIGN §3)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from foundation.accounts.models.user import AgeBand
from foundation.social.models import Block, Follow

MINORS = frozenset({AgeBand.UNDER_14, AgeBand.TEEN})


def apart_from(user: Any) -> Iterable[QuerySet]:
    """Return the ids of those whom `user` blocked, and of those who blocked her."""
    yield Block.objects.filter(blocker_id=user.pk).values("blocked_id")
    yield Block.objects.filter(blocked_id=user.pk).values("blocker_id")


def are_apart(one: Any, other: Any) -> bool:
    """Say whether one of two people blocked the other."""
    either = Q(blocker_id=one.pk, blocked_id=other.pk) | Q(blocker_id=other.pk, blocked_id=one.pk)
    return Block.objects.filter(either).exists()


def may_reach(person: Any, by: Any) -> bool:
    """Answer `core.contact.may_reach`: both are here and not apart, and where one is a minor they are contacts."""
    if person.pk == by.pk or not (_is_here(person) and _is_here(by)) or are_apart(person, by):
        return False
    if {person.age_band, by.age_band} & MINORS:
        return Follow.objects.filter(follower_id=person.pk, followed_id=by.pk, mutual=True).exists()
    return True


def knows(person: Any, by: Any) -> bool:
    """Answer `core.contact.knows`: `person` follows `by` openly."""
    return Follow.objects.open().filter(follower_id=person.pk, followed_id=by.pk).exists()


def _is_here(person: Any) -> bool:
    return person.is_active and person.is_verified and not person.is_suspended and person.leaves_at is None
