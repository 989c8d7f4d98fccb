"""The diary, and the guestbook beside it (S3, S5, U5)."""

from typing import Annotated, Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from pydantic import Field

from foundation.accounts.models import User
from foundation.core.access.scopes import RESIDENTS
from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import PageQuery
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, PublicId
from foundation.core.api.scope import TokenScope
from foundation.core.files import resuming
from foundation.social.domain.posts import scope_of
from foundation.social.interfaces.api import Name, PictureIn
from foundation.social.interfaces.schemas import Level
from foundation.social.models import Topic
from spaces.domain import diary, guestbook
from spaces.domain.queries.diary import drafts_of, entries_of, with_topic
from spaces.interfaces.schemas import (
    EntryBrief,
    EntryOut,
    EntryPage,
    GuestbookPage,
    MessageLeft,
    WhoMayWrite,
    entry_brief,
    entry_out,
    message_left,
)
from spaces.models import DiaryEntry, GuestbookEntry
from spaces.models.diary import MAX_BODY, MAX_PICTURES, MAX_TITLE
from spaces.models.guestbook import MAX_TEXT
from spaces.permissions import SpacePermission

routes = Routes("diary")
WRITES: dict[str, Any] = {"scope": TokenScope.WRITE, "may": SpacePermission.WRITE_DIARY}
LEAVES: dict[str, Any] = {"scope": TokenScope.WRITE, "may": SpacePermission.WRITE_IN_GUESTBOOK}


def _owner(request: ApiRequest, name: str) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), username=name)


def _visible(request: ApiRequest, public_id: str) -> DiaryEntry:
    visible = DiaryEntry.objects.visible_to(request.user).select_related("author__avatar")
    return get_object_or_404(visible, public_id=public_id)


def _own(request: ApiRequest, public_id: str) -> DiaryEntry:
    found = _visible(request, public_id)
    if found.author_id != request.user.pk:
        raise Http404
    return found


@routes.reads(
    "/people/{name}/diary",
    scope=TokenScope.READ,
    open_because="lists only the entries that the reader may see",
    returns=EntryPage,
)
def list_diary(request: ApiRequest, name: Name, page: PageQuery) -> dict[str, Any]:
    """List somebody's published diary entries, the newest first."""
    rows = entries_of(_owner(request, name), request.user).filter(published_at__isnull=False)
    shown, following = paging.page_of(
        rows.select_related("author__avatar").prefetch_related(None).order_by(),
        by=["-published_at", "-pk"],
        paging=page,
        of=f"diary:{name}",
        user=request.user,
    )
    return {"items": [entry_brief(one) for one in shown], "next": following}


@routes.reads(
    "/topics/{name}/diary",
    scope=TokenScope.READ,
    open_because="lists only the entries that the reader may see",
    returns=list[EntryBrief],
)
def list_topic_diary(
    request: ApiRequest, name: Annotated[str, Field(min_length=1, max_length=100)]
) -> list[EntryBrief]:
    """List the newest diary entries with a #topic, twenty at most."""
    topic = Topic.objects.filter(name__iexact=name).first()
    return [entry_brief(one) for one in with_topic(topic, request.user)] if topic else []


@routes.reads("/me/diary-drafts", scope=TokenScope.WRITE, may=SpacePermission.WRITE_DIARY, returns=EntryPage)
def list_diary_drafts(request: ApiRequest, page: PageQuery) -> dict[str, Any]:
    """List the own diary entries that are not published yet, the newest first."""
    rows = drafts_of(request.user).select_related("author__avatar").order_by()
    shown, following = paging.page_of(rows, by=["-pk"], paging=page, of="diary-drafts", user=request.user)
    return {"items": [entry_brief(one) for one in shown], "next": following}


class EntryIn(Given):
    title: str = Field(min_length=1, max_length=MAX_TITLE)
    body: str = Field(
        min_length=1, max_length=MAX_BODY, description="Plain text, or HTML: few harmless tags stay."
    )
    topics: list[Annotated[str, Field(min_length=1, max_length=30)]] = Field([], max_length=diary.MAX_TOPICS)
    level: Level = RESIDENTS
    pictures: list[PictureIn] = Field(default=[], max_length=MAX_PICTURES)
    publish: bool = Field(False, description="False keeps a draft; what is published stays so.")


class EntryEdit(EntryIn):
    without: list[PublicId] = Field(
        default=[], max_length=MAX_PICTURES, description="Pictures that go; new ones follow those that stay."
    )


@routes.writes("POST", "/diary", returns=EntryOut, status=201, **WRITES)
def write_diary(request: ApiRequest, body: EntryIn, response: HttpResponse) -> EntryOut:
    """Write a diary entry, as a draft or published, with up to nine pictures that were uploaded before."""
    with resuming.taken([picture.upload for picture in body.pictures], by=request.user) as files:
        made = diary.write_entry(
            by=request.user,
            title=body.title,
            body=body.body,
            topics=body.topics,
            scope=scope_of(body.level, request.user),
            pictures=files,
            descriptions=[picture.alt for picture in body.pictures],
            publish=body.publish,
        )
    response["Location"] = reverse("api:diary-id", args=[made.public_id])
    return entry_out(_visible(request, made.public_id), request.user)


@routes.reads(
    "/diary/{id}",
    scope=TokenScope.READ,
    open_because="the entry decides by its own scope; a draft is its author's alone",
    returns=EntryOut,
)
def read_diary(request: ApiRequest, id: PublicId) -> EntryOut:  # noqa: A002
    """Read a diary entry."""
    return entry_out(_visible(request, id), request.user)


@routes.writes("PUT", "/diary/{id}", returns=EntryOut, **WRITES)
def edit_diary(request: ApiRequest, id: PublicId, body: EntryEdit) -> EntryOut:  # noqa: A002
    """Write the own diary entry anew, and publish it where that is asked."""
    found = _own(request, id)
    with resuming.taken([picture.upload for picture in body.pictures], by=request.user) as files:
        diary.edit_entry(
            found,
            by=request.user,
            title=body.title,
            body=body.body,
            topics=body.topics,
            scope=scope_of(body.level, request.user),
            pictures=files,
            descriptions=[picture.alt for picture in body.pictures],
            without=body.without,
            publish=body.publish,
        )
    return entry_out(_visible(request, id), request.user)


@routes.writes("DELETE", "/diary/{id}", returns=None, status=204, **WRITES)
def delete_diary(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Delete the own diary entry with what was said under it, for good."""
    diary.delete_entry(_own(request, id), by=request.user)


@routes.reads(
    "/people/{name}/guestbook",
    scope=TokenScope.READ,
    may=SpacePermission.READ_GUESTBOOK,
    returns=GuestbookPage,
)
def list_guestbook(request: ApiRequest, name: Name, page: PageQuery) -> dict[str, Any]:
    """List what was left in somebody's guestbook, the newest first."""
    owner = _owner(request, name)
    visible = GuestbookEntry.objects.visible_to(request.user).filter(owner=owner)
    shown, following = paging.page_of(
        visible.select_related("author__avatar"),
        by=["-pk"],
        paging=page,
        of=f"guestbook:{name}",
        user=request.user,
    )
    return {
        "items": [message_left(one, request.user) for one in shown],
        "next": following,
        "can_write": guestbook.may_write(owner, request.user),
    }


class MessageIn(Given):
    text: str = Field(min_length=1, max_length=MAX_TEXT)


@routes.writes("POST", "/people/{name}/guestbook", returns=MessageLeft, status=201, **LEAVES)
def leave_in_guestbook(request: ApiRequest, name: Name, body: MessageIn) -> MessageLeft:
    """Leave a message in somebody's guestbook; it is shown at once, or waits for her where she wants that."""
    made = guestbook.leave_message(_owner(request, name), by=request.user, text=body.text)
    return message_left(made, request.user)


def _message(request: ApiRequest, public_id: str, *, owned: bool = True) -> GuestbookEntry:
    visible = GuestbookEntry.objects.visible_to(request.user).select_related("author__avatar", "owner")
    found = get_object_or_404(visible, public_id=public_id)
    if found.owner_id != request.user.pk and (owned or found.author_id != request.user.pk):
        raise Http404
    return found


class AnswerIn(Given):
    text: str = Field(max_length=MAX_TEXT, description="Empty takes the answer away.")


@routes.writes("PUT", "/guestbook/{id}/answer", returns=MessageLeft, **LEAVES)
def answer_in_guestbook(request: ApiRequest, id: PublicId, body: AnswerIn) -> MessageLeft:  # noqa: A002
    """Answer a message in the own guestbook; who answers shows what she answers."""
    guestbook.answer(_message(request, id), body.text, by=request.user)
    return message_left(_message(request, id), request.user)


class ShownIn(Given):
    shown: bool


@routes.writes("PUT", "/guestbook/{id}/shown", returns=MessageLeft, **LEAVES)
def show_in_guestbook(request: ApiRequest, id: PublicId, body: ShownIn) -> MessageLeft:  # noqa: A002
    """Show a message in the own guestbook to others, or take it from their eyes."""
    guestbook.show(_message(request, id), shown=body.shown, by=request.user)
    return message_left(_message(request, id), request.user)


@routes.writes(
    "DELETE",
    "/guestbook/{id}",
    scope=TokenScope.WRITE,
    may=SpacePermission.READ_GUESTBOOK,
    returns=None,
    status=204,
)
def delete_from_guestbook(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Take away a message that one left, or that was left in the own guestbook."""
    guestbook.delete_message(_message(request, id, owned=False), by=request.user)


class GuestbookRuleBody(Given):
    who: WhoMayWrite
    looked_at_first: bool


@routes.reads(
    "/me/guestbook-rule",
    scope=TokenScope.ACCOUNT,
    may=SpacePermission.WRITE_IN_GUESTBOOK,
    returns=GuestbookRuleBody,
)
def read_guestbook_rule(request: ApiRequest) -> Any:
    """Read who may write into the own guestbook."""
    return guestbook.rule_of(request.user)


@routes.writes(
    "PUT",
    "/me/guestbook-rule",
    scope=TokenScope.ACCOUNT,
    may=SpacePermission.WRITE_IN_GUESTBOOK,
    returns=GuestbookRuleBody,
)
def decide_guestbook_rule(request: ApiRequest, body: GuestbookRuleBody) -> Any:
    """Decide who may write into the own guestbook; what stands there stays."""
    return guestbook.decide_rule(**body.model_dump(), by=request.user)
