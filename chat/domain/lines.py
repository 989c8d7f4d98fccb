"""What every step on a conversation needs: its lock, the next key, and who hears of the new line."""

import uuid
from typing import Any

from django.db.models import F, QuerySet

from chat.enums import State, What
from chat.models import Conversation, Message, Participant
from chat.models.conversation import SEEING
from foundation.core import live
from foundation.core.access.permissions import Refusal, Refused
from foundation.core.ids import time_ordered_id

# What open pages are told to ask for again.
LIVE = "chat"


def locked(conversation: Conversation) -> Conversation:
    """Put the steps on one conversation in line; needs a transaction. What it locks besides, it locks afterwards."""
    return Conversation.objects.select_for_update().get(pk=conversation.pk)


def own_part(
    conversation: Conversation, by: Any, *, states: tuple[State, ...] = (State.ACTIVE,)
) -> Participant:
    """Return how `by` stands in a conversation, locked. Raises Refused for whoever is not in it like that."""
    mine = (
        Participant.objects.select_for_update(of=("self",))
        .filter(conversation_id=conversation.pk, user_id=by.pk, state__in=states)
        .first()
    )
    if mine is None:
        raise Refused(Refusal.FORBIDDEN)
    return mine


def heard_by(conversation: Conversation) -> QuerySet[Participant]:
    """Return those to whom a line comes: who takes part, and of a pair also who is asked."""
    states = (State.ACTIVE,) if conversation.is_group else SEEING
    return Participant.objects.filter(conversation_id=conversation.pk, state__in=states)


def write_line(
    conversation: Conversation,
    *,
    by: Any,
    what: What,
    text: str = "",
    whom: Any = None,
    pictures: int = 0,
    once: uuid.UUID | None = None,
) -> Message:
    """Add a line behind all others of a conversation that the caller has locked.

    What is said counts as unread for the others; what happened in a group does not.
    """
    # Two machines' clocks differ: within one conversation the lock decides who is later.
    key = max(time_ordered_id(), conversation.last_id + 1)
    line = Message(
        id=key,
        conversation=conversation,
        author=by,
        what=what,
        whom=whom,
        text=text,
        picture_count=pictures,
        once=once or uuid.uuid4(),
    )
    line.save(force_insert=True)
    conversation.last_id = key
    conversation.save(update_fields=["last_id"])
    heard = heard_by(conversation)
    others = heard.exclude(user_id=by.pk)
    if what == What.SAID:
        others.update(last_id=key, unread=F("unread") + 1, archived=False)
        heard.filter(user_id=by.pk).update(last_id=key, read_up_to=key, unread=0, archived=False, draft="")
    else:
        heard.update(last_id=key)
    tell_pages(conversation)
    return line


def tell_pages(conversation: Conversation) -> None:
    """Tell the open pages of everybody in a conversation to ask again."""
    live.publish(heard_by(conversation).values_list("user_id", flat=True), LIVE)
