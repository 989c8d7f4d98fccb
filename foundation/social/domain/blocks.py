"""Blocking a person: from the next request on, neither sees anything of the other (拉黑; S6)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.access.limits import consume
from foundation.core.access.permissions import require
from foundation.messaging.domain import reading
from foundation.social import signals
from foundation.social.domain.follows import lock_both, part
from foundation.social.models import Block, CommentMention, Mention
from foundation.social.permissions import SocialPermission


@transaction.atomic
def block(person: User, *, by: Any) -> None:
    """Have nothing to do with `person` any more; again changes nothing. She is not told.

    Follows end on both sides, in secret too, and neither stays named in what the other wrote. Raises Refused,
    TooOften, ValidationError.
    """
    require(by, SocialPermission.BLOCK)
    consume("block", by, rate=settings.RATES["block"])
    if person.pk == by.pk:
        raise ValidationError(_("不能拉黑自己。"))
    lock_both(person, by)
    _row, new = Block.objects.get_or_create(blocker=by, blocked=person)
    if not new:
        return
    part(by, person)
    part(person, by)
    for author, named in ((by, person), (person, by)):
        Mention.objects.filter(post__author=author, user=named).delete()
        CommentMention.objects.filter(comment__user=author, user=named).delete()
    reading.forget_between(by, person)
    signals.parted.send(Block, first=by, second=person)


@transaction.atomic
def unblock(person: User, *, by: Any) -> None:
    """Take a block back; follows do not come back by themselves. Raises Refused."""
    require(by, SocialPermission.BLOCK)
    lock_both(person, by)
    Block.objects.filter(blocker=by, blocked=person).delete()
