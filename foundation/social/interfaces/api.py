"""What residents do to each other's content: likes, shares, comments, follows, drafts (S2, S6, U5)."""

from typing import Annotated, Any, Literal

from django.http import Http404, HttpResponse
from django.urls import reverse
from ninja import Schema
from pydantic import Field

from foundation.core import kinds
from foundation.core.access.scopes import RESIDENTS, Scope
from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import PageQuery
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, PublicId
from foundation.core.api.scope import TokenScope
from foundation.core.facets import CommentsFacet
from foundation.social.domain import comments, drafts, polls, posts, reactions
from foundation.social.domain.queries.comments import threads_after
from foundation.social.domain.queries.posts import as_read_by, posts_for
from foundation.social.enums import ReactionKind
from foundation.social.interfaces.schemas import (
    CommentOut,
    CommentPage,
    StatusOut,
    comment_out,
    status_out,
)
from foundation.social.models import Comment, Post
from foundation.social.models.comment import MAX_COMMENT
from foundation.social.models.draft import KEY, MAX_TEXT
from foundation.social.models.poll import FEWEST_CHOICES, MAX_CHOICE, MOST_CHOICES
from foundation.social.models.post import MAX_TEXT as MAX_STATUS
from foundation.social.permissions import SocialPermission

routes = Routes("social")
Kind = Annotated[str, Field(max_length=40, pattern="^[a-z_]+$", description="`article` or `post`.")]
Name = Annotated[str, Field(max_length=30, pattern="^[a-z0-9-]+$")]
DraftKey = Annotated[str, Field(max_length=90, pattern=KEY.pattern.replace(r"\Z", "$"))]


class Likes(Schema):
    likes: int
    liked: bool


def _visible(request: ApiRequest, public_id: str) -> Post:
    return kinds.find_public("post", public_id, request.user)


@routes.writes(
    "PUT", "/statuses/{id}/like", scope=TokenScope.WRITE, may=SocialPermission.REACT, returns=Likes
)
def like(request: ApiRequest, id: PublicId) -> dict[str, Any]:  # noqa: A002
    """Like a status; again changes nothing."""
    return {"likes": reactions.react(_visible(request, id), by=request.user, liked=True), "liked": True}


@routes.writes(
    "DELETE", "/statuses/{id}/like", scope=TokenScope.WRITE, may=SocialPermission.REACT, returns=Likes
)
def unlike(request: ApiRequest, id: PublicId) -> dict[str, Any]:  # noqa: A002
    """Take a like back; again changes nothing."""
    return {"likes": reactions.react(_visible(request, id), by=request.user, liked=False), "liked": False}


class ReactionIn(Given):
    kind: ReactionKind = ReactionKind.LIKE


class Reactions(Schema):
    likes: int = Field(description="How many reacted, whatever they said.")
    reactions: dict[ReactionKind, int]
    reaction: ReactionKind | None


def _reacted(request: ApiRequest, public_id: str, *, liked: bool, kind: ReactionKind) -> dict[str, Any]:
    post = _visible(request, public_id)
    reactions.react(post, by=request.user, liked=liked, kind=kind)
    post.refresh_from_db()
    return {
        "likes": post.reaction_count,
        "reactions": post.reaction_numbers,
        "reaction": kind if liked else None,
    }


@routes.writes(
    "PUT", "/statuses/{id}/reaction", scope=TokenScope.WRITE, may=SocialPermission.REACT, returns=Reactions
)
def put_reaction(request: ApiRequest, id: PublicId, body: ReactionIn) -> dict[str, Any]:  # noqa: A002
    """React to a status, instead of what was said before; again changes nothing."""
    return _reacted(request, id, liked=True, kind=body.kind)


@routes.writes(
    "DELETE",
    "/statuses/{id}/reaction",
    scope=TokenScope.WRITE,
    may=SocialPermission.REACT,
    returns=Reactions,
)
def take_reaction_back(request: ApiRequest, id: PublicId) -> dict[str, Any]:  # noqa: A002
    """Take back what was said; again changes nothing."""
    return _reacted(request, id, liked=False, kind=ReactionKind.LIKE)


class PictureIn(Given):
    upload: str = Field(min_length=1, max_length=16, description="A finished upload.")
    alt: str = Field("", max_length=posts.MAX_DESCRIPTION, description="What it shows, in words.")


class PollIn(Given):
    """A poll whose question is the text of what carries it."""

    choices: list[Annotated[str, Field(min_length=1, max_length=MAX_CHOICE)]] = Field(
        min_length=FEWEST_CHOICES, max_length=MOST_CHOICES
    )
    several: bool = False
    days: Literal[polls.DAYS] = 7  # type: ignore[valid-type]

    def asked(self) -> polls.NewPoll | None:
        """Return it for the domain. Raises ValidationError."""
        return polls.new_poll(self.choices, several=self.several, days=self.days)


class VoteIn(Given):
    choices: list[Annotated[int, Field(ge=0, lt=MOST_CHOICES)]] = Field(
        max_length=MOST_CHOICES, description="Places of the choices, from 0; none takes the vote back."
    )


@routes.writes(
    "PUT", "/statuses/{id}/vote", scope=TokenScope.WRITE, may=SocialPermission.REACT, returns=StatusOut
)
def vote(request: ApiRequest, id: PublicId, body: VoteIn) -> StatusOut:  # noqa: A002
    """Choose in a status's poll, instead of what was chosen before."""
    post = _visible(request, id)
    if not post.has_poll:
        raise Http404
    polls.vote(post, body.choices, by=request.user)
    return own_status(request, post)


class ShareIn(Given):
    text: str = Field("", max_length=MAX_STATUS)


@routes.writes(
    "POST",
    "/statuses/{id}/shares",
    scope=TokenScope.WRITE,
    may=SocialPermission.POST_STATUS,
    returns=StatusOut,
    status=201,
)
def share(request: ApiRequest, id: PublicId, body: ShareIn, response: HttpResponse) -> StatusOut:  # noqa: A002
    """Share a status into the own space, with a word of one's own."""
    made = posts.post_status(
        by=request.user, text=body.text, scope=Scope(RESIDENTS), share_of=_visible(request, id)
    )
    response["Location"] = reverse("api:statuses-id", args=[made.public_id])
    return own_status(request, made)


def own_status(request: ApiRequest, made: Post) -> StatusOut:
    """Return what somebody has just written, as she reads it herself."""
    found = as_read_by(Post.objects.visible_to(request.user), request.user).filter(pk=made.pk)
    (shown,) = posts_for(request.user, found)
    return status_out(shown)


def _commented(kind: str, public_id: str, user: Any) -> Any:
    """Return what comments stand under. Raises Http404, also for a kind that takes none."""
    target = kinds.find_public(kind, public_id, user)
    if not isinstance(kinds.of(target).comments, CommentsFacet):
        raise Http404
    return target


@routes.reads(
    "/comments/{kind}/{id}",
    scope=TokenScope.READ,
    open_because="what they stand under decides",
    returns=CommentPage,
)
def list_comments(request: ApiRequest, kind: Kind, id: PublicId, page: PageQuery) -> dict[str, Any]:  # noqa: A002
    """List the comments under a status or an article, each with its answers, the oldest first."""
    target, place = _commented(kind, id, request.user), f"comments:{kind}:{id}"
    after = paging.opened(page.cursor, of=place, user=request.user)[0] if page.cursor else 0
    owner = kinds.of(target).owner(target)
    found, last = threads_after(target, request.user, after=after, limit=page.limit, owner=owner)
    following = paging.sealed([last], of=place, user=request.user) if last else None
    return {"items": [comment_out(row) for row in found], "next": following}


class CommentIn(Given):
    text: str = Field(min_length=1, max_length=MAX_COMMENT)
    reply_to: str = Field("", max_length=16, description="The comment that is answered.")


@routes.writes(
    "POST",
    "/comments/{kind}/{id}",
    scope=TokenScope.WRITE,
    may=SocialPermission.COMMENT,
    returns=CommentOut,
    status=201,
)
def comment(request: ApiRequest, kind: Kind, id: PublicId, body: CommentIn) -> CommentOut:  # noqa: A002
    """Comment on a status or an article; under articles it appears when an editor has seen it."""
    target = _commented(kind, id, request.user)
    made = comments.comment(
        by=request.user,
        target=target,
        text=body.text,
        reply_to=comments.answered(body.reply_to, request.user),
    )
    shown: Any = made
    shown.hidden, shown.children = False, []
    shown.can_reply = made.is_public and made.hidden_at is None and made.level < comments.MAX_LEVEL
    shown.can_delete, shown.can_report = True, False
    return comment_out(made)


@routes.writes(
    "DELETE",
    "/comments/{id}",
    scope=TokenScope.WRITE,
    may=SocialPermission.COMMENT,
    returns=None,
    status=204,
)
def delete_comment(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Delete the own comment, or one under the own status."""
    found: Comment = kinds.find_public("comment", id, request.user)
    if not comments.may_delete(found, request.user):
        raise Http404
    comments.delete_comment(found, by=request.user)


class DraftOut(Schema):
    text: str = Field(description="Empty where nothing is kept.")


class DraftIn(Given):
    text: str = Field(max_length=MAX_TEXT, description="An empty one forgets the draft.")


@routes.reads("/drafts/{key}", scope=TokenScope.WRITE, may=SocialPermission.KEEP_DRAFT, returns=DraftOut)
def read_draft(request: ApiRequest, key: DraftKey) -> dict[str, str]:
    """Read what is being written in one place, on whichever device."""
    return {"text": drafts.draft_of(key, request.user)}


@routes.writes(
    "PUT", "/drafts/{key}", scope=TokenScope.WRITE, may=SocialPermission.KEEP_DRAFT, returns=DraftOut
)
def keep_draft(request: ApiRequest, key: DraftKey, body: DraftIn) -> dict[str, str]:
    """Keep what is being written, so that a flat battery loses nothing."""
    drafts.keep_draft(key, body.text, by=request.user)
    return {"text": drafts.draft_of(key, request.user)}
