"""What the demo's people say to each other."""

from collections import Counter
from datetime import datetime
from typing import Any

from foundation.accounts.models import User
from foundation.core.access.scopes import CONTACTS, ONLY, PUBLIC, RESIDENTS, Scope
from foundation.core.files import pictures, uploads
from foundation.core.ids import time_ordered_id
from foundation.social.domain import bookmarks, naming
from foundation.social.domain.text import topics_in
from foundation.social.enums import ReactionKind
from foundation.social.models import FeedEntry, Post, PostPicture, PostRevision, Reaction
from linli.demo.content import ago, picture, read
from linli.demo.portal import make_comments

LIKE = ReactionKind.LIKE
SAID = (LIKE, LIKE, ReactionKind.SUPPORT, LIKE, ReactionKind.CHEER, LIKE, ReactionKind.THANKS)


def make_statuses(people: dict[str, User]) -> None:
    """Write the statuses in the past: their keys carry their time, so the feed reads them in order."""
    made: dict[str, Post] = {}
    for row in sorted(read("statuses"), key=lambda row: -row["days_ago"]):
        author, moment = people[row["author"]], ago(row["days_ago"])
        scope = Scope(row["scope"], str(author.pk) if row["scope"] in (CONTACTS, ONLY) else "")
        post = write(row, author, moment, scope=scope, share_of=made.get(row["share_of"] or ""))
        made[row["id"]] = post
        for edit in row["edits"]:
            PostRevision.objects.create(post=post, text=edit["text"], written_at=moment)
            Post.objects.filter(pk=post.pk).update(edited_at=ago(edit["days_ago"] - 0.02))
        _react(post, [people[name] for name in row["likes"]])
        make_comments(post, row["comments"], people)


def _react(post: Post, people: list[User]) -> None:
    """Let people react, most of them with a like; the same ones say the same in every demo."""
    said = [Reaction(post=post, user=one, kind=SAID[number % len(SAID)]) for number, one in enumerate(people)]
    Reaction.objects.bulk_create(said)
    numbers = Counter(one.kind for one in said)
    columns = {kind.counter: numbers[kind] for kind in ReactionKind if kind.counter}
    Post.objects.filter(pk=post.pk).update(reaction_count=len(said), **columns)


def cut_what_the_front_page_shows(number: int = 4) -> None:
    """Make the sizes of the newest public statuses' pictures now: hundreds wait, and these are looked at first."""
    newest = Post.objects.visible_to(None).filter(scope_level=PUBLIC, is_share=False).order_by("-pk")[:number]
    for shown in PostPicture.objects.filter(post__in=list(newest)):
        pictures.make("", {"id": shown.file_id})


def save_some(people: dict[str, User], number: int = 5) -> None:
    """Let the resident have saved a few things of others that she sees."""
    resident = people["resident"]
    others = Post.objects.visible_to(resident).exclude(author=resident).filter(is_share=False)
    for post in others.filter(scope_level__in=(PUBLIC, RESIDENTS)).order_by("-comment_count", "pk")[:number]:
        bookmarks.save(post, by=resident)


def write(
    row: dict[str, Any], author: User, moment: datetime, *, scope: Scope, share_of: Post | None = None
) -> Post:
    """Write what somebody said at that moment: its key carries its time."""
    key = time_ordered_id(moment.timestamp())
    post = Post(id=key, author=author, text=row["text"], created_at=moment, share_of=share_of)
    post.is_share, post.scope = share_of is not None, scope
    post.save(force_insert=True)
    FeedEntry.objects.create(id=key, actor=author, kind="post", object_id=key)
    for position, chosen in enumerate(row["pictures"]):
        stored = uploads.store_picture(
            picture(chosen["name"]), owner=author, description=chosen["alt"], scope=scope
        )
        PostPicture.objects.create(post=post, file=stored, position=position)
    post.topics.set(topics_in(row["text"]))
    naming.keep_mentions(post, naming.meant_by(row["text"], author=author))
    return post
