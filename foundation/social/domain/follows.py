"""Following, openly or in secret, and unfollowing (关注、悄悄关注; S6)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import notify
from foundation.core.access.limits import consume
from foundation.core.access.permissions import require
from foundation.core.pages import options
from foundation.social.models import Block, Follow, FollowRule
from foundation.social.options import FOLLOW_UNSEEN
from foundation.social.permissions import SocialPermission


def lock_both(first: Any, second: Any) -> None:
    """Put what two people are to each other in line, always in the same order, so that `mutual` is true on both sides."""
    ids = sorted([first.pk, second.pk])
    list(
        User.objects.filter(pk__in=ids)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .values_list("pk", flat=True)
    )


def may_follow_in_secret(person: User) -> bool:
    """Say whether the site and `person` let her be followed in secret."""
    rule = FollowRule.objects.filter(user=person).first()
    return bool(options.value(FOLLOW_UNSEEN)) and (rule is None or rule.in_secret)


@transaction.atomic
def follow(person: User, *, by: Any, secret: bool = False) -> None:
    """Follow somebody whom the caller found by `visible_to(by)`; again changes nothing but the manner.

    In secret she is not told, and nobody counts it; it opens nothing that is not open to `by` already.
    Raises Refused, TooOften, and ValidationError where she does not want to be followed, or not in that manner.
    """
    require(by, SocialPermission.FOLLOW)
    consume("follow", by, rate=settings.RATES["follow"])
    if person.pk == by.pk:
        raise ValidationError(_("不能关注自己。"))
    lock_both(person, by)
    if Block.objects.filter(blocker__in=[person, by], blocked__in=[person, by]).exists():
        raise ValidationError(_("现在不能关注这位邻居。"), code="refused")
    rule = FollowRule.objects.filter(user=person).first() or FollowRule(user=person)
    row = Follow.objects.filter(follower=by, followed=person).first()
    if row is None and not rule.by_anybody:
        raise ValidationError(_("这位邻居不接受新的关注。"), code="refused")
    if secret and not may_follow_in_secret(person):
        raise ValidationError(_("这位邻居不接受悄悄关注。"), code="refused")
    if row is not None and row.secret == secret:
        return
    told = row is None or row.secret
    back = Follow.objects.filter(follower=person, followed=by, secret=False)
    mutual = not secret and back.exists()
    Follow.objects.update_or_create(
        follower=by, followed=person, defaults={"secret": secret, "mutual": mutual}
    )
    back.update(mutual=mutual)
    if told and not secret:
        notify.emit("followed", to=[person.pk], about=by, by=by, again=False)


@transaction.atomic
def unfollow(person: User, *, by: Any) -> None:
    """Stop following; again changes nothing. Raises Refused."""
    require(by, SocialPermission.FOLLOW)
    lock_both(person, by)
    part(by, person)


def part(follower: Any, followed: Any) -> None:
    """End what one follows of the other; the caller holds `lock_both`."""
    if Follow.objects.filter(follower=follower, followed=followed).delete()[0]:
        Follow.objects.filter(follower=followed, followed=follower).update(mutual=False)


@transaction.atomic
def decide_follow_rule(*, by_anybody: bool, in_secret: bool, by: Any) -> FollowRule:
    """Say who may follow `by`. Who follows openly stays; secret follows end where they are not wanted. Raises Refused."""
    require(by, SocialPermission.FOLLOW)
    rule, _new = FollowRule.objects.update_or_create(
        user=by, defaults={"by_anybody": by_anybody, "in_secret": in_secret}
    )
    if not in_secret:
        Follow.objects.filter(followed=by, secret=True).delete()
    return rule
