"""Private messages, for apps (S10, U5)."""

from typing import Any, Literal

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Schema
from pydantic import Field

from chat.domain import answering, groups, keeping, reaching, sending
from chat.domain.queries import conversations as listed
from chat.domain.queries import messages as said
from chat.enums import WhoMayWrite
from chat.interfaces.schemas import (
    ConversationOut,
    ConversationPage,
    MemberOut,
    MessageOut,
    MessagePage,
    conversation_out,
    member_out,
    message_out,
)
from chat.models import Conversation, Message
from chat.models.conversation import MAX_TEXT, MAX_TITLE, MOST_PEOPLE
from chat.models.message import MAX_PICTURES
from chat.permissions import ChatPermission
from foundation.accounts.models import User
from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import PageQuery, Paging
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, PublicId
from foundation.core.api.scope import TokenScope
from foundation.core.files import resuming
from foundation.social.interfaces.api import Name

routes = Routes("chat")
READ: dict[str, Any] = {"scope": TokenScope.MESSAGES, "may": ChatPermission.READ}
KEEP: dict[str, Any] = {"scope": TokenScope.MESSAGES, "may": ChatPermission.KEEP}
SEND: dict[str, Any] = {"scope": TokenScope.MESSAGES, "may": ChatPermission.SEND}
ONE = "/conversations/{id}"


def _found(request: ApiRequest, public_id: str) -> Conversation:
    return get_object_or_404(Conversation.objects.visible_to(request.user), public_id=public_id)


def _group(request: ApiRequest, public_id: str) -> Conversation:
    found = _found(request, public_id)
    if not found.is_group:
        raise Http404
    return found


def _kept(request: ApiRequest, public_id: str) -> Conversation:
    """Return a group that the caller keeps. Raises Http404."""
    found = _group(request, public_id)
    if not found.participants.filter(user_id=request.user.pk, is_keeper=True).exists():
        raise Http404
    return found


def _person(request: ApiRequest, name: str) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), username=name)


def _out(request: ApiRequest, conversation: Conversation) -> dict[str, Any]:
    line = listed.line_of(conversation, request.user)
    if line is None:
        raise Http404
    return conversation_out(line)


class Which(Paging):
    show: Literal["", "requests", "archived"] = ""
    q: str = Field("", max_length=40, description="Part of the name of somebody in it.")


@routes.reads("/conversations", returns=ConversationPage, **READ)
def list_conversations(request: ApiRequest, which: Query[Which]) -> dict[str, Any]:
    """List the own conversations, the newest first."""
    place = f"conversations:{which.show}:{which.q}"
    before = paging.opened(which.cursor, of=place, user=request.user)[0] if which.cursor else ""
    page = listed.page_of(
        request.user,
        before=before,
        query=which.q.strip(),
        requests=which.show == "requests",
        archived=which.show == "archived",
        per_page=which.limit,
    )
    following = paging.sealed([page.older], of=place, user=request.user) if page.older else None
    return {
        "items": [conversation_out(line) for line in page.lines],
        "next": following,
        "requests": listed.request_count(request.user),
    }


class PictureIn(Given):
    upload: str = Field(min_length=1, max_length=16, description="A finished upload.")
    alt: str = Field("", max_length=sending.MAX_DESCRIPTION, description="What it shows, in words.")


class MessageIn(Given):
    text: str = Field("", max_length=MAX_TEXT)
    pictures: list[PictureIn] = Field(default=[], max_length=MAX_PICTURES)


class FirstMessage(MessageIn):
    to: Name


@routes.writes("POST", "/conversations", returns=ConversationOut, status=201, **SEND)
def write_first(request: ApiRequest, body: FirstMessage, response: HttpResponse) -> dict[str, Any]:
    """Write to somebody, in the one conversation with her; whom she does not know comes to her as a request."""
    person = _person(request, body.to)
    with resuming.taken([picture.upload for picture in body.pictures], by=request.user) as files:
        made = sending.write_to(
            person,
            by=request.user,
            text=body.text,
            pictures=files,
            descriptions=[picture.alt for picture in body.pictures],
        )
    response["Location"] = reverse("api:conversations-id", args=[made.conversation.public_id])
    return _out(request, made.conversation)


class GroupIn(Given):
    title: str = Field(min_length=1, max_length=MAX_TITLE)
    people: list[Name] = Field(min_length=1, max_length=MOST_PEOPLE - 1)


@routes.writes("POST", "/conversations/groups", returns=ConversationOut, status=201, **SEND)
def start_group(request: ApiRequest, body: GroupIn, response: HttpResponse) -> dict[str, Any]:
    """Begin a group; whoever does not know the caller is asked first."""
    made = groups.start_group(body.title, [_person(request, name) for name in body.people], by=request.user)
    response["Location"] = reverse("api:conversations-id", args=[made.public_id])
    return _out(request, made)


@routes.reads(ONE, returns=ConversationOut, **READ)
def read_conversation(request: ApiRequest, id: PublicId) -> dict[str, Any]:  # noqa: A002
    """Read how one conversation stands."""
    return _out(request, _found(request, id))


@routes.reads(f"{ONE}/messages", returns=MessagePage, **READ)
def list_messages(request: ApiRequest, id: PublicId, page: PageQuery) -> dict[str, Any]:  # noqa: A002
    """Read what was said, the newest first; reading marks nothing as read."""
    found = _found(request, id)
    place = f"messages:{found.pk}"
    before = paging.opened(page.cursor, of=place, user=request.user)[0] if page.cursor else 0
    window = said.window(found, request.user, before=before, per_page=page.limit)
    oldest = window.oldest.pk if window.oldest and window.older else 0
    return {
        "items": [message_out(one) for one in reversed(window.messages)],
        "next": paging.sealed([oldest], of=place, user=request.user) if oldest else None,
    }


@routes.writes("POST", f"{ONE}/messages", returns=MessageOut, status=201, **SEND)
def send_message(request: ApiRequest, id: PublicId, body: MessageIn) -> MessageOut:  # noqa: A002
    """Say something, with up to nine pictures that were uploaded before."""
    found = _found(request, id)
    with resuming.taken([picture.upload for picture in body.pictures], by=request.user) as files:
        made = sending.send(
            found,
            by=request.user,
            text=body.text,
            pictures=files,
            descriptions=[picture.alt for picture in body.pictures],
        )
    return message_out(said.shown([made], request.user)[0])


class ReadIn(Given):
    up_to: PublicId = Field(description="The newest line that was seen.")


@routes.writes("POST", f"{ONE}/read", returns=ConversationOut, **KEEP)
def mark_read(request: ApiRequest, id: PublicId, body: ReadIn) -> dict[str, Any]:  # noqa: A002
    """Mark everything up to a line as read; the mark never goes back."""
    found = _found(request, id)
    key = said.key_of(found, request.user, body.up_to)
    if not key:
        raise Http404
    keeping.mark_read(found, up_to=key, by=request.user)
    return _out(request, found)


@routes.writes("POST", f"{ONE}/accept", returns=ConversationOut, **SEND)
def accept(request: ApiRequest, id: PublicId) -> dict[str, Any]:  # noqa: A002
    """Accept what a stranger wrote, or come into a group."""
    found = _found(request, id)
    answering.accept(found, by=request.user)
    return _out(request, found)


class DeclineIn(Given):
    block: bool = Field(False, description="Have nothing to do with her any more.")


@routes.writes("POST", f"{ONE}/decline", returns=None, status=204, **KEEP)
def decline(request: ApiRequest, id: PublicId, body: DeclineIn) -> None:  # noqa: A002
    """Decline; who asked is not told."""
    found = _found(request, id)
    if body.block:
        answering.decline_and_block(found, by=request.user)
    else:
        answering.decline(found, by=request.user)


class KeptIn(Given):
    muted: bool
    archived: bool


@routes.writes("PATCH", ONE, returns=ConversationOut, **KEEP)
def keep_conversation(request: ApiRequest, id: PublicId, body: KeptIn) -> dict[str, Any]:  # noqa: A002
    """Mute a conversation or lay it aside, or take either back."""
    found = _found(request, id)
    keeping.mute(found, muted=body.muted, by=request.user)
    keeping.archive(found, archived=body.archived, by=request.user)
    return _out(request, found)


class DraftIn(Given):
    text: str = Field(max_length=2 * MAX_TEXT)


@routes.writes("PUT", f"{ONE}/draft", returns=None, status=204, **KEEP)
def keep_message_draft(request: ApiRequest, id: PublicId, body: DraftIn) -> None:  # noqa: A002
    """Keep what is being written; sending it throws it away."""
    keeping.keep_draft(_found(request, id), body.text, by=request.user)


@routes.writes("POST", "/messages/{id}/unsend", returns=None, status=204, **KEEP)
def unsend(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Take back for everybody what one said in the last ten minutes."""
    message = _message(request, id)
    if message.author_id != request.user.pk:
        raise Http404
    keeping.unsend(message, by=request.user)


@routes.writes("DELETE", "/messages/{id}", returns=None, status=204, **KEEP)
def delete_for_me(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Not see a message any more; the others keep it."""
    keeping.delete_for_me(_message(request, id), by=request.user)


def _message(request: ApiRequest, public_id: str) -> Message:
    visible = Message.objects.visible_to(request.user).select_related("conversation")
    return get_object_or_404(visible, public_id=public_id)


@routes.reads(f"{ONE}/people", returns=list[MemberOut], **READ)
def list_people(request: ApiRequest, id: PublicId) -> list[MemberOut]:  # noqa: A002
    """List who is in a conversation, and in a group who is asked."""
    found = _found(request, id)
    return [member_out(part) for part in listed.people_of(found, request.user)]


class PeopleIn(Given):
    people: list[Name] = Field(min_length=1, max_length=MOST_PEOPLE - 1)


@routes.writes("POST", f"{ONE}/people", returns=list[MemberOut], **SEND)
def add_people(request: ApiRequest, id: PublicId, body: PeopleIn) -> list[MemberOut]:  # noqa: A002
    """Ask people into the group that one keeps."""
    found = _kept(request, id)
    groups.add_people(found, [_person(request, name) for name in body.people], by=request.user)
    return [member_out(part) for part in listed.people_of(found, request.user)]


@routes.writes("DELETE", f"{ONE}/people/{{name}}", returns=None, status=204, **KEEP)
def remove_person(request: ApiRequest, id: PublicId, name: Name) -> None:  # noqa: A002
    """Take somebody out of the group that one keeps."""
    found = _kept(request, id)
    groups.remove_person(found, _member(found, request, name), by=request.user)


class KeeperIn(Given):
    name: Name


@routes.writes("PUT", f"{ONE}/keeper", returns=ConversationOut, **KEEP)
def hand_over(request: ApiRequest, id: PublicId, body: KeeperIn) -> dict[str, Any]:  # noqa: A002
    """Let somebody else of the group keep it."""
    found = _kept(request, id)
    groups.hand_over(found, _member(found, request, body.name), by=request.user)
    return _out(request, found)


def _member(conversation: Conversation, request: ApiRequest, name: str) -> User:
    for part in listed.people_of(conversation, request.user):
        if part.user.username == name and part.user_id != request.user.pk:
            return part.user
    raise Http404


class TitleIn(Given):
    title: str = Field(min_length=1, max_length=MAX_TITLE)


@routes.writes("PUT", f"{ONE}/title", returns=ConversationOut, **SEND)
def rename(request: ApiRequest, id: PublicId, body: TitleIn) -> dict[str, Any]:  # noqa: A002
    """Call the group that one keeps otherwise."""
    found = _kept(request, id)
    groups.rename(found, body.title, by=request.user)
    return _out(request, _found(request, id))


@routes.writes("POST", f"{ONE}/leave", returns=None, status=204, **KEEP)
def leave_conversation(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Leave a group; its keeper hands it over first."""
    groups.leave(_group(request, id), by=request.user)


class WishesBody(Given):
    who_may_write: Literal[tuple(WhoMayWrite.values)]  # type: ignore[valid-type]
    shows_read: bool = Field(description="Others see how far one has read.")


class WishesOut(Schema):
    who_may_write: str
    shows_read: bool


@routes.reads("/me/messages", returns=WishesOut, **READ)
def read_message_wishes(request: ApiRequest) -> dict[str, Any]:
    """Read whose messages one wants."""
    found = reaching.wishes_of(request.user)
    return {"who_may_write": found.who_may_write, "shows_read": found.shows_read}


@routes.writes("PUT", "/me/messages", returns=WishesOut, **KEEP)
def write_message_wishes(request: ApiRequest, body: WishesBody) -> dict[str, Any]:
    """Say whose messages one wants, and whether others see what one has read."""
    keeping.choose(**body.model_dump(), by=request.user)
    return body.model_dump()
