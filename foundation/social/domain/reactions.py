"""Likes (赞)."""

from typing import Any

from django.db import transaction
from django.db.models import F

from foundation.core import notify
from foundation.core.access import scopes
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.social.models import Post, Reaction
from foundation.social.permissions import SocialPermission


def react(post: Post, *, by: Any, liked: bool) -> int:
    """Like a post that the caller found by `visible_to(by)`, or take the like back; return the number of likes.

    Saying it twice changes nothing: the row's constraint decides who counts. Raises Refused.
    """
    require(by, SocialPermission.REACT)
    if not scopes.may_post(by, post.scope):
        raise Refused(Refusal.FORBIDDEN)
    with transaction.atomic():
        if liked:
            changed = Reaction.objects.get_or_create(post=post, user=by)[1]
        else:
            changed = bool(Reaction.objects.filter(post=post, user=by).delete()[0])
        if changed:
            counted = (
                Post.objects.filter(pk=post.pk)
                if liked
                else Post.objects.filter(pk=post.pk, reaction_count__gt=0)
            )
            counted.update(reaction_count=F("reaction_count") + (1 if liked else -1))
            if liked:
                notify.emit("liked", to=[post.author_id], about=post, by=by, again=False)
    return Post.objects.values_list("reaction_count", flat=True).get(pk=post.pk)
