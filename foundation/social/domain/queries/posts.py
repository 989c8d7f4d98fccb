"""Posts as one reader sees them, in a fixed number of queries however many there are."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import (
    Exists,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce

from foundation.core.access import scopes
from foundation.core.access.permissions import has_permission
from foundation.core.access.scopes import Scope
from foundation.social.domain.queries.polls import polls_for
from foundation.social.domain.text import to_html
from foundation.social.models import Bookmark, Mention, Post, PostPicture, Reaction
from foundation.social.permissions import SocialPermission

CONTENT = (
    Prefetch("post_pictures", PostPicture.objects.select_related("file")),
    Prefetch("mentions", Mention.objects.select_related("user")),
    "topics",
)


def post_scope(post: Post) -> Scope | None:
    """Return who finds a post: for whom it was written, its author alone once the community hid it."""
    if post.deleted_at is not None or not post.text:
        return None
    return post.scope if post.hidden_at is None else Scope(scopes.ONLY, str(post.author_id))


def as_read_by(posts: QuerySet, reader: Any) -> Any:
    """Add to a queryset of posts what `posts_for` needs: each author, and how `reader` reacted and whether she saved it."""
    reaction: Any = Value("")
    saved: Any = Value(False)
    if reader.is_authenticated and reader.pk:
        own = Reaction.objects.filter(post_id=OuterRef("pk"), user_id=reader.pk)
        reaction = Coalesce(Subquery(own.values("kind")[:1]), Value(""))
        saved = Exists(Bookmark.objects.filter(kind="post", object_id=OuterRef("pk"), user_id=reader.pk))
    return posts.select_related("author__avatar").annotate(reaction=reaction, saved=saved)


def posts_for(user: Any, posts: Iterable[Post], *, viewer: Any = None, manages: bool = False) -> list[Post]:
    """Make posts ready to be shown to `user`: shares, and what may be done.

    `posts` come from `as_read_by` and are visible to the reader already; a shared original that is not shows as gone. `viewer` is a
    stand-in where somebody looks at her own page as others see it; who `manages` keeps order where all of them
    stand. Texts and pictures come with
    `load_content`, for all of them at once, when the first is drawn that is not drawn already.
    """
    reader = viewer or user
    shown = list(posts)
    shared = {post.share_of_id for post in shown if post.share_of_id}
    originals = as_read_by(Post.objects.visible_to(reader), reader).in_bulk(shared) if shared else {}
    may_post = has_permission(user, SocialPermission.POST_STATUS) if viewer is None else False
    polled = polls_for(shown, reader)
    batch = [*shown, *originals.values()]
    for post in batch:
        post.batch = batch
    for post in shown:
        original = originals.get(post.share_of_id) if post.share_of_id else None
        post.shared = original  # type: ignore[attr-defined]
        post.shared_gone = post.is_share and original is None  # type: ignore[attr-defined]
        post.can_report = (  # type: ignore[attr-defined]
            viewer is None and user.is_authenticated and post.author_id != user.pk
        )
        post.can_edit = may_post and post.author_id == user.pk  # type: ignore[attr-defined]
        post.can_delete = post.can_edit or manages  # type: ignore[attr-defined]
        post.shown_poll = polled.get(post.pk)  # type: ignore[attr-defined]
    return shown


def load_content(post: Post) -> None:
    """Give a post from `posts_for`, and all that came with it, text as HTML, pictures and who may see it in words.

    Three queries for all of them; none the second time.
    """
    if hasattr(post, "text_html"):
        return
    batch: list[Post] = post.batch  # type: ignore[attr-defined]
    prefetch_related_objects(batch, *CONTENT)
    labels = scopes.labels(each.scope for each in batch)
    for each in batch:
        people = {
            mention.name: mention.user.space_url
            for mention in each.mentions.all()
            if mention.user.is_verified
        }
        topics = [topic.name for topic in each.topics.all()]
        each.text_html = to_html(each.text, people=people, topics=topics)  # type: ignore[attr-defined]
        each.scope_label = labels[each.scope]  # type: ignore[attr-defined]
        each.pictures = [picture.file for picture in each.post_pictures.all()]  # type: ignore[attr-defined]


def load_posts(ids: Sequence[int], user: Any) -> list[Post]:
    """Return those of `ids` that `user` may see, ready to be shown (the feed facet)."""
    return posts_for(user, as_read_by(Post.objects.visible_to(user).filter(pk__in=ids), user))
