"""What somebody takes along or leaves behind: her own data for herself, and what erasing her does (A7)."""

import contextlib
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Q

from foundation.core import kinds
from foundation.core.access.scopes import PUBLIC, RESIDENTS
from foundation.core.files import uploads
from foundation.social.domain import albums, reactions
from foundation.social.domain import comments as commenting
from foundation.social.domain import posts as posting
from foundation.social.enums import ReactionKind
from foundation.social.models import (
    Album,
    Block,
    Bookmark,
    Comment,
    CommentMention,
    Draft,
    FeedEntry,
    Follow,
    FollowRule,
    Mention,
    Photo,
    PollVote,
    Post,
    Reaction,
)

# Words that stay without a name are those that everybody, or every neighbour, could read.
SHARED = (PUBLIC, RESIDENTS)


def erase_posts(user: Any) -> int:
    """Delete the statuses of `user`; those for everybody stay without name and pictures where she left them."""
    kept = Q(pk__in=[])
    if user.leaves_words:
        kept = Q(scope_level__in=SHARED, deleted_at__isnull=True) & ~Q(text="")
    gone = 0
    for post in Post.objects.filter(author=user).exclude(kept).order_by("-pk").iterator(chunk_size=200):
        if post.deleted_at is None:
            posting.delete_post(post, by=user)
        gone += 1
    for post in Post.objects.filter(kept, author=user).iterator(chunk_size=200):
        with transaction.atomic():
            uploads.drop(list(post.post_pictures.values_list("file_id", flat=True)))
            post.post_pictures.all().delete()
            post.revisions.all().delete()
            post.mentions.all().delete()
    FeedEntry.objects.filter(actor=user).delete()
    return gone


def erase_comments(user: Any) -> int:
    """Empty the comments of `user`; those for everybody stay without a name where she left them."""
    mine = Comment.objects.filter(user=user)
    if user.leaves_words:
        mine = mine.exclude(scope_level__in=SHARED, is_public=True, is_removed=False)
    gone = 0
    for found in mine.order_by("pk").iterator(chunk_size=200):
        if not found.is_removed:
            # What it stood under may be gone already.
            with contextlib.suppress(ObjectDoesNotExist):
                commenting.delete_comment(found, by=user)
        gone += 1
    CommentMention.objects.filter(comment__user=user).delete()
    mine.update(is_removed=True, comment="")
    # What the package's model keeps beside the account; ours never fills it.
    Comment.objects.filter(user=user).update(user_name="", user_email="", user_url="", ip_address=None)
    return gone


def erase_albums(user: Any) -> int:
    """Delete the albums of `user`, and the photos that she added to those of others."""
    gone = 0
    for album in Album.objects.filter(author=user).iterator(chunk_size=50):
        albums.delete_album(album, by=user)
        gone += 1
    for photo in Photo.objects.filter(author=user).select_related("album").iterator(chunk_size=200):
        albums.delete_photo(photo, by=user)
        gone += 1
    return gone


def own_albums(user: Any) -> Any:
    return Album.objects.filter(author=user).prefetch_related("photos__file")


def album_data(album: Album) -> dict[str, Any]:
    return {
        "title": album.title,
        "text": album.text,
        "made_at": album.created_at,
        "seen_by": album.scope_level,
        "captions": [photo.caption for photo in album.photos.all()],
        "address": album.url,
    }


def own_album_files(album: Album) -> list[Any]:
    """Return the pictures of an album that its owner sent; others' in a circle's album are theirs."""
    return [photo.file for photo in album.photos.all() if photo.author_id == album.author_id]


@transaction.atomic
def erase_rest(user: Any) -> int:
    """Take back every reaction, follow and block, and delete drafts, what she saved and where somebody named her.

    All or nothing: done half, the reactions would be subtracted once more at the next try.
    """
    likes = Reaction.objects.filter(user=user)
    for kind in ReactionKind:
        reactions.count(Post.objects.filter(pk__in=likes.filter(kind=kind).values("post")), kind, -1)
    rows = (
        likes,
        Follow.objects.filter(Q(follower=user) | Q(followed=user)),
        Block.objects.filter(Q(blocker=user) | Q(blocked=user)),
        FollowRule.objects.filter(user=user),
        Draft.objects.filter(user=user),
        Bookmark.objects.filter(user=user),
        Mention.objects.filter(user=user),
        CommentMention.objects.filter(user=user),
        FeedEntry.objects.filter(actor=user),
    )
    return sum(found.delete()[0] for found in rows)


def own_posts(user: Any) -> Any:
    return Post.objects.filter(author=user, deleted_at=None).prefetch_related(
        "revisions", "post_pictures__file", "topic_items__tag"
    )


def post_data(post: Post) -> dict[str, Any]:
    """What a status says, to its author; of what it shares only the link, which is another's."""
    shared = post.share_of
    return {
        "text": post.text,
        "written_at": post.created_at,
        "edited_at": post.edited_at,
        "seen_by": post.scope_level,
        "topics": [item.tag.name for item in post.topic_items.all()],
        "earlier": [{"text": row.text, "written_at": row.written_at} for row in post.revisions.all()],
        "shares": shared.url if shared is not None else "",
        "pictures": [row.file.description for row in post.post_pictures.all()],
        "likes": post.reaction_count,
        "reactions": {kind.value: number for kind, number in post.reaction_numbers.items()},
        "address": post.url,
    }


def post_files(post: Post) -> list[Any]:
    return [row.file for row in post.post_pictures.all()]


def own_comments(user: Any) -> Any:
    return Comment.objects.filter(user=user, is_removed=False)


def comment_data(found: Comment) -> dict[str, Any]:
    """What a comment says; of what it stands under only the link."""
    try:
        address = found.url
    except (LookupError, ObjectDoesNotExist):
        address = ""
    return {
        "text": found.comment,
        "written_at": found.submit_date,
        "seen_by": found.scope_level,
        "address": address,
    }


def follow_data(row: Follow) -> dict[str, Any]:
    return {
        "person": row.followed.space_url,
        "since": row.created_at,
        "mutual": row.mutual,
        "secret": row.secret,
    }


def block_data(row: Block) -> dict[str, Any]:
    return {"person": row.blocked.space_url, "since": row.created_at}


def follow_rule_data(row: FollowRule) -> dict[str, Any]:
    return {"by_anybody": row.by_anybody, "in_secret": row.in_secret}


def reaction_data(row: Reaction) -> dict[str, Any]:
    return {"status": row.post.url, "said": row.kind, "liked_at": row.created_at}


def bookmark_data(row: Bookmark) -> dict[str, Any]:
    """What somebody saved: only where it stands, while it stands there for her."""
    kind = kinds.get(row.kind)
    found = kind.visible_to(row.user).filter(pk=row.object_id).first()
    return {
        "kind": str(kind.name),
        "address": kind.url(found) if found is not None else "",
        "saved_at": row.created_at,
    }


def vote_data(row: PollVote) -> dict[str, Any]:
    return {"status": row.poll.post.url, "chosen": row.choice.text}


def draft_data(row: Draft) -> dict[str, Any]:
    return {"where": row.key, "text": row.text, "saved_at": row.updated_at}


def mention_data(row: Mention) -> dict[str, Any]:
    return {"status": row.post.url, "named": row.name}


def comment_mention_data(row: CommentMention) -> dict[str, Any]:
    return {"comment": row.comment.url, "named": row.name}
