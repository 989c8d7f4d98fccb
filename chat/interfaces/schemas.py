"""How the API shows conversations: what their page shows, not a word more."""

from typing import Any

from ninja import Schema
from pydantic import Field

from chat.domain.queries.conversations import Line
from chat.enums import State
from chat.models import Message, Participant
from foundation.accounts.interfaces.schemas import PersonOut, person_out
from foundation.core.api.schemas import Moment, PictureOut, picture_out


class MessageOut(Schema):
    """One line: something said (`said`), or something that happened in a group."""

    id: str
    what: str
    author: PersonOut
    whom: PersonOut | None = Field(description="Who was asked in, taken out, or keeps order from then on.")
    text: str
    pictures: list[PictureOut]
    created_at: Moment
    mine: bool
    gone: bool = Field(description="Taken back by its author, or gone with her account.")
    hidden: bool = Field(description="The community hid it after a report.")
    can_unsend: bool
    can_report: bool


class MessagePage(Schema):
    items: list[MessageOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


def message_out(message: Message) -> MessageOut:
    """Put a line that `messages.shown` made ready into the answer."""
    shown: Any = message
    silent = shown.gone or shown.is_hidden
    return MessageOut(
        id=message.public_id,
        what=message.what,
        author=person_out(message.author),
        whom=person_out(message.whom) if message.whom else None,
        text="" if silent else message.text,
        pictures=[picture_out(file) for file in shown.pictures],
        created_at=message.created_at,
        mine=shown.mine,
        gone=shown.gone,
        hidden=message.hidden_at is not None,
        can_unsend=shown.can_unsend,
        can_report=shown.can_report,
    )


class ConversationOut(Schema):
    """A conversation as its reader keeps it."""

    id: str
    person: PersonOut | None = Field(description="The other one of a pair; null for a group.")
    title: str = Field(description="Of a group; empty for a pair.")
    people: int
    state: str = Field(description="`active`, or `requested` as long as the reader has not answered.")
    keeper: bool = Field(description="The reader keeps order in it.")
    unread: int
    muted: bool
    archived: bool
    draft: str
    newest: str = Field(description="The newest line in a few words; empty where it says nothing.")
    newest_at: Moment | None


class ConversationPage(Schema):
    items: list[ConversationOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")
    requests: int = Field(description="So many wait for an answer, counted up to 100.")


def conversation_out(line: Line) -> dict[str, Any]:
    """Put a line of the reader's list into the answer."""
    part, conversation = line.part, line.conversation
    return {
        "id": conversation.public_id,
        "person": person_out(line.other) if line.other else None,
        "title": conversation.title,
        "people": line.people,
        "state": part.state,
        "keeper": part.is_keeper,
        "unread": part.unread,
        "muted": part.muted,
        "archived": part.archived,
        "draft": part.draft,
        "newest": line.preview,
        "newest_at": line.newest.created_at if line.newest else None,
    }


class MemberOut(Schema):
    person: PersonOut
    keeper: bool
    asked: bool = Field(description="She has not answered yet.")


def member_out(part: Participant) -> MemberOut:
    return MemberOut(person=person_out(part.user), keeper=part.is_keeper, asked=part.state == State.REQUESTED)
