"""Following and unfollowing (关注)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import notify
from foundation.core.access.limits import consume
from foundation.core.access.permissions import require
from foundation.social.models import Follow
from foundation.social.permissions import SocialPermission


def _lock(first: Any, second: Any) -> None:
    """Put two people's follows in line, always in the same order, so that `mutual` is true on both sides."""
    ids = sorted([first.pk, second.pk])
    list(
        User.objects.filter(pk__in=ids)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .values_list("pk", flat=True)
    )


@transaction.atomic
def follow(person: User, *, by: Any) -> None:
    """Follow somebody whom the caller found by `visible_to(by)`; again changes nothing. Raises Refused."""
    require(by, SocialPermission.FOLLOW)
    consume("follow", by, rate=settings.RATES["follow"])
    if person.pk == by.pk:
        raise ValidationError(_("不能关注自己。"))
    _lock(person, by)
    _row, new = Follow.objects.get_or_create(follower=by, followed=person)
    if not new:
        return
    if Follow.objects.filter(follower=person, followed=by).update(mutual=True):
        Follow.objects.filter(follower=by, followed=person).update(mutual=True)
    notify.emit("followed", to=[person.pk], about=by, by=by, again=False)


@transaction.atomic
def unfollow(person: User, *, by: Any) -> None:
    """Stop following; again changes nothing. Raises Refused."""
    require(by, SocialPermission.FOLLOW)
    _lock(person, by)
    if Follow.objects.filter(follower=by, followed=person).delete()[0]:
        Follow.objects.filter(follower=person, followed=by).update(mutual=False)
