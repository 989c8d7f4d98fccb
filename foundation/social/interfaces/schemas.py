"""How the API shows statuses and comments: what the card and the page show, not a word more."""

from collections.abc import Iterable
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from foundation.accounts.interfaces.schemas import PersonOut, person_out
from foundation.core.access.scopes import CONTACTS, ONLY, PUBLIC, RESIDENTS
from foundation.core.api.schemas import Moment, PictureOut, picture_out
from foundation.social.domain.queries.polls import ShownPoll
from foundation.social.domain.queries.posts import load_content
from foundation.social.enums import ReactionKind
from foundation.social.models import Comment, CommentMention, Mention, Post

Level = Literal[PUBLIC, RESIDENTS, CONTACTS, ONLY]  # type: ignore[valid-type]


class MentionOut(Schema):
    """Somebody named in a text: `@display_name` is she."""

    display_name: str
    name: str


def _mentions_out(named: Iterable[Mention | CommentMention]) -> list[MentionOut]:
    return [
        MentionOut(display_name=one.name, name=one.user.username) for one in named if one.user.is_verified
    ]


class SharedOut(Schema):
    """What a status shares, as its reader may see it."""

    id: str
    author: PersonOut
    text: str
    pictures: list[PictureOut]
    created_at: Moment
    address: str


class ChoiceOut(Schema):
    text: str
    votes: int
    mine: bool = Field(description="Chosen by the reader.")


class PollOut(Schema):
    """A poll, its choices in order: a vote names them by their place, from 0. Who chose what is told to nobody."""

    choices: list[ChoiceOut]
    several: bool
    until: Moment
    over: bool
    voters: int


def poll_out(poll: ShownPoll) -> PollOut:
    """Put a poll of `polls_for` into the answer."""
    return PollOut(
        choices=[ChoiceOut(text=one.text, votes=one.votes, mine=one.mine) for one in poll.choices],
        several=poll.several,
        until=poll.until,
        over=poll.over,
        voters=poll.voters,
    )


class StatusOut(Schema):
    """A status (说说)."""

    id: str
    author: PersonOut
    text: str
    mentions: list[MentionOut]
    topics: list[str]
    pictures: list[PictureOut]
    seen_by: str = Field(description="Who can see it, in words.")
    level: str
    created_at: Moment
    edited_at: Moment | None
    hidden: bool = Field(description="The community hid it: only its author sees it.")
    likes: int = Field(description="How many reacted, whatever they said.")
    liked: bool = Field(description="The reader reacted.")
    reactions: dict[ReactionKind, int] = Field(description="How many said which.")
    reaction: ReactionKind | None = Field(description="What the reader said.")
    saved: bool = Field(description="By the reader, for herself alone.")
    comments: int
    poll: PollOut | None
    shares: SharedOut | None
    shares_gone: bool = Field(description="It shares something that is gone, or hidden from the reader.")
    can_edit: bool
    can_report: bool
    address: str = Field(description="Of its page.")


def status_out(post: Post) -> StatusOut:
    """Put a post of `posts_for` into the answer."""
    load_content(post)
    shown: Any = post
    return StatusOut(
        id=post.public_id,
        author=person_out(post.author),
        text=post.text,
        mentions=_mentions_out(post.mentions.all()),
        topics=[topic.name for topic in post.topics.all()],
        pictures=[picture_out(file) for file in shown.pictures],
        seen_by=shown.scope_label,
        level=post.scope_level,
        created_at=post.created_at,
        edited_at=post.edited_at,
        hidden=post.hidden_at is not None,
        likes=post.reaction_count,
        liked=bool(shown.reaction),
        reactions=post.reaction_numbers,
        reaction=shown.reaction or None,
        saved=shown.saved,
        comments=post.comment_count,
        poll=poll_out(shown.shown_poll) if shown.shown_poll else None,
        shares=_shared_out(shown.shared) if shown.shared else None,
        shares_gone=shown.shared_gone,
        can_edit=shown.can_edit,
        can_report=shown.can_report,
        address=post.url,
    )


def _shared_out(post: Any) -> SharedOut:
    return SharedOut(
        id=post.public_id,
        author=person_out(post.author),
        text=post.text,
        pictures=[picture_out(file) for file in post.pictures],
        created_at=post.created_at,
        address=post.url,
    )


class StatusPage(Schema):
    items: list[StatusOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


class CommentOut(Schema):
    """A comment with its answers; one that is gone stays as a gap while it has some."""

    id: str
    gone: bool
    author: PersonOut | None
    text: str
    mentions: list[MentionOut]
    created_at: Moment | None
    waiting: bool = Field(description="For review: only its author sees it.")
    hidden: bool = Field(description="The community hid it: only its author sees it.")
    can_reply: bool
    can_delete: bool
    can_report: bool
    answers: list["CommentOut"]


class CommentPage(Schema):
    items: list[CommentOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


def comment_out(row: Comment) -> CommentOut:
    """Put a comment of `comment_page` into the answer: of one that is hidden nothing but that it was there."""
    shown: Any = row
    return CommentOut(
        id=row.public_id,
        gone=shown.hidden,
        author=None if shown.hidden else person_out(row.user),
        text="" if shown.hidden else row.comment,
        mentions=[] if shown.hidden else _mentions_out(row.mentions.all()),
        created_at=None if shown.hidden else row.submit_date,
        waiting=not shown.hidden and row.waiting,
        hidden=not shown.hidden and row.hidden_at is not None,
        can_reply=shown.can_reply,
        can_delete=shown.can_delete,
        can_report=shown.can_report,
        answers=[comment_out(answer) for answer in shown.children],
    )
