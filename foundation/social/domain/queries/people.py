"""Following, told in numbers and to one reader."""

from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from foundation.accounts.models import User
from foundation.messaging.models import Mute
from foundation.social.models import Block, Follow, FollowRule


def with_relation(people: QuerySet, user: Any) -> Any:
    """Add to people how `user` stands to each of them, and how many others do.

    `follower_count` and `following_count` count open accounts and open follows; `is_followed` is true where `user`
    follows the person, `is_secret` where in secret, `is_contact` where each follows the other, `is_silenced` where
    `user` wants to hear nothing of her.
    """
    own = Follow.objects.filter(follower_id=user.pk, followed_id=OuterRef("pk"))
    standing = User.objects.in_good_standing()
    followers = Follow.objects.open().filter(followed_id=OuterRef("pk"), follower__in=standing)
    followed = Follow.objects.open().filter(follower_id=OuterRef("pk"), followed__in=standing)
    return people.annotate(
        follower_count=_number(followers.values("followed_id")),
        following_count=_number(followed.values("follower_id")),
        is_followed=Exists(own),
        is_secret=Exists(own.filter(secret=True)),
        is_contact=Exists(own.filter(mutual=True)),
        is_silenced=Exists(Mute.objects.filter(user_id=user.pk, person_id=OuterRef("pk"))),
    )


def _number(grouped: QuerySet) -> Coalesce:
    counted = grouped.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def blocked_by(user: Any) -> QuerySet[Block]:
    """Return the own blocks of `user` with the person, the newest first; nobody else's business."""
    return Block.objects.filter(blocker=user).select_related("blocked__avatar").order_by("-pk")


def follow_rule_of(user: Any) -> FollowRule:
    """Return what `user` decided about being followed, the default where she decided nothing."""
    return FollowRule.objects.filter(user=user).first() or FollowRule(user=user)
