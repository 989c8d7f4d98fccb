"""Following, told in numbers and to one reader."""

from dataclasses import dataclass
from typing import Any

from foundation.accounts.models import User
from foundation.social.models import Follow


@dataclass(frozen=True)
class Relation:
    """How the reader and a person stand to each other, and how many others."""

    following: bool
    followed: bool
    mutual: bool
    follower_count: int
    following_count: int


def relation(person: User, user: Any) -> Relation:
    """Return the relation in three queries."""
    rows = set()
    if user.is_authenticated and user.pk and user.pk != person.pk:
        between = Follow.objects.filter(
            follower_id__in=[user.pk, person.pk], followed_id__in=[user.pk, person.pk]
        )
        rows = set(between.values_list("follower_id", flat=True))
    return Relation(
        following=user.pk in rows,
        followed=person.pk in rows,
        mutual=len(rows) > 1,
        follower_count=Follow.objects.filter(followed=person, follower__is_active=True).count(),
        following_count=Follow.objects.filter(follower=person, followed__is_active=True).count(),
    )
