"""Posts as one reader sees them, in a fixed number of queries however many there are."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch

from foundation.core.access import scopes
from foundation.core.access.permissions import has_permission
from foundation.social.domain.text import to_html
from foundation.social.models import Mention, Post, PostPicture, Reaction
from foundation.social.permissions import SocialPermission

WITH_PARTS = (
    Prefetch("post_pictures", PostPicture.objects.select_related("file")),
    Prefetch("mentions", Mention.objects.select_related("user")),
    "topics",
)


def posts_for(user: Any, posts: Iterable[Post], *, viewer: Any = None) -> list[Post]:
    """Make posts ready to be shown to `user`: texts, pictures, shares, own likes and what may be done.

    `posts` are visible to the reader already; a shared original that is not shows as gone. `viewer` is a
    stand-in where somebody looks at her own page as others see it.
    """
    reader = viewer or user
    shown = list(posts)
    originals = {
        post.pk: post
        for post in Post.objects.visible_to(reader)
        .filter(pk__in={post.share_of_id for post in shown if post.share_of_id})
        .select_related("author__avatar")
        .prefetch_related(*WITH_PARTS)
    }
    liked = set()
    if reader.is_authenticated and reader.pk:
        ids = [post.pk for post in shown]
        liked = set(
            Reaction.objects.filter(user_id=reader.pk, post_id__in=ids).values_list("post_id", flat=True)
        )
    may_post = has_permission(user, SocialPermission.POST_STATUS) if viewer is None else False
    words = scopes.labels(post.scope for post in [*shown, *originals.values()])
    for post in shown:
        _ready(post, words)
        original = originals.get(post.share_of_id) if post.share_of_id else None
        post.shared = _ready(original, words) if original else None  # type: ignore[attr-defined]
        post.shared_gone = post.is_share and original is None  # type: ignore[attr-defined]
        post.reacted = post.pk in liked  # type: ignore[attr-defined]
        post.can_edit = post.can_delete = may_post and post.author_id == user.pk  # type: ignore[attr-defined]
    return shown


def _ready(post: Post, words: dict[scopes.Scope, str]) -> Post:
    people = {
        mention.name: mention.user.space_url for mention in post.mentions.all() if mention.user.is_verified
    }
    topics = [topic.name for topic in post.topics.all()]
    post.text_html = to_html(post.text, people=people, topics=topics)  # type: ignore[attr-defined]
    post.scope_label = words[post.scope]  # type: ignore[attr-defined]
    post.pictures = [picture.file for picture in post.post_pictures.all()]  # type: ignore[attr-defined]
    return post


def parts(posts: Any) -> Any:
    """Add to a queryset of posts what `posts_for` reads of each."""
    return posts.select_related("author__avatar").prefetch_related(*WITH_PARTS)


def load_posts(ids: Sequence[int], user: Any) -> list[Post]:
    """Return those of `ids` that `user` may see, ready to be shown (the feed facet)."""
    return posts_for(user, parts(Post.objects.visible_to(user).filter(pk__in=ids)))
