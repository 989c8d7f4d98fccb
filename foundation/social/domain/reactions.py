"""Reactions (赞 支持 感谢 祝贺 加油): one of each person to each post."""

from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest

from foundation.core import notify
from foundation.core.access import scopes
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.social.enums import ReactionKind
from foundation.social.models import Post, Reaction
from foundation.social.permissions import SocialPermission


def react(post: Post, *, by: Any, liked: bool, kind: ReactionKind = ReactionKind.LIKE) -> int:
    """React to a post that the caller found by `visible_to(by)`, or take the reaction back; return how many there are.

    Another kind takes the place of the one before. Saying it twice changes nothing: the row's constraint decides who
    counts. Raises Refused.
    """
    require(by, SocialPermission.REACT)
    if not scopes.may_post(by, post.scope):
        raise Refused(Refusal.FORBIDDEN)
    with transaction.atomic():
        if liked:
            _put(post, by, kind)
        else:
            _take_back(post, by)
    return Post.objects.values_list("reaction_count", flat=True).get(pk=post.pk)


def _put(post: Post, by: Any, kind: ReactionKind) -> None:
    own = Reaction.objects.select_for_update()
    row, new = own.get_or_create(post=post, user=by, defaults={"kind": kind})
    if new:
        count(Post.objects.filter(pk=post.pk), kind, 1)
        if kind is ReactionKind.LIKE:
            notify.emit("liked", to=[post.author_id], about=post, by=by, again=False)
        else:
            notify.emit("reacted", to=[post.author_id], about=post, by=by, again=False)
    elif row.kind != kind:
        count(Post.objects.filter(pk=post.pk), ReactionKind(row.kind), -1)
        count(Post.objects.filter(pk=post.pk), kind, 1)
        row.kind = kind
        row.save(update_fields=["kind"])


def _take_back(post: Post, by: Any) -> None:
    row = Reaction.objects.select_for_update().filter(post=post, user=by).first()
    if row is not None and row.delete()[0]:
        count(Post.objects.filter(pk=post.pk), ReactionKind(row.kind), -1)


def count(posts: QuerySet, kind: ReactionKind, step: int) -> None:
    """Count one reaction of that kind more or less on each of `posts`, never below none."""
    columns = [name for name in ("reaction_count", kind.counter) if name]
    posts.update(**{name: Greatest(F(name) + step, Value(0)) for name in columns})
