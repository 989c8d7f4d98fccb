"""Following, told in numbers and to one reader."""

from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from foundation.accounts.models import User
from foundation.social.models import Follow


def with_relation(people: QuerySet, user: Any) -> Any:
    """Add to people how `user` stands to each of them, and how many others do.

    `follower_count` and `following_count` count open accounts; `is_followed` is true where `user` follows the
    person, `is_contact` where each follows the other.
    """
    own = Follow.objects.filter(follower_id=user.pk, followed_id=OuterRef("pk"))
    followers = Follow.objects.filter(
        followed_id=OuterRef("pk"), follower__in=User.objects.in_good_standing()
    )
    followed = Follow.objects.filter(follower_id=OuterRef("pk"), followed__in=User.objects.in_good_standing())
    return people.annotate(
        follower_count=_number(followers.values("followed_id")),
        following_count=_number(followed.values("follower_id")),
        is_followed=Exists(own),
        is_contact=Exists(own.filter(mutual=True)),
    )


def _number(grouped: QuerySet) -> Coalesce:
    counted = grouped.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
