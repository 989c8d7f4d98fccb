"""Saving something for oneself (收藏), and letting it go (S2)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.access.limits import consume
from foundation.core.access.permissions import require
from foundation.social.models import Bookmark
from foundation.social.models.bookmark import MOST_SAVED
from foundation.social.permissions import SocialPermission


@transaction.atomic
def save(target: models.Model, *, by: User) -> Bookmark:
    """Save an object that the caller found by `visible_to(by)`; again changes nothing. Nobody is told.

    Raises Refused, TooOften, and ValidationError for a kind that is not saved and where too much is saved already.
    """
    require(by, SocialPermission.SAVE)
    kind = kinds.of(target)
    if not kind.can_be_saved:
        raise ValidationError(_("这里的内容不能收藏。"), code="kind")
    consume("save", by, rate=settings.RATES["save"])
    User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    own = Bookmark.objects.filter(user=by)
    if known := own.filter(kind=kind.key, object_id=target.pk).first():
        return known
    if own.count() >= MOST_SAVED:
        raise ValidationError(_("最多收藏 1000 条，请先整理一下。"), code="too_many")
    return Bookmark.objects.create(user=by, kind=kind.key, object_id=target.pk)


@transaction.atomic
def let_go(target: models.Model, *, by: User) -> None:
    """Save an object no longer; again changes nothing. Raises Refused."""
    require(by, SocialPermission.SAVE)
    Bookmark.objects.filter(user=by, kind=kinds.of(target).key, object_id=target.pk).delete()
