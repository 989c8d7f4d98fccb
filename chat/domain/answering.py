"""Answering who asked: a stranger's first message, or an invitation into a group (S10)."""

from typing import Any

from django.db import transaction

from chat.domain import lines
from chat.enums import State, What
from chat.models import Conversation, Participant
from chat.permissions import ChatPermission
from foundation.core import contact, notify
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.flow import audit


@transaction.atomic
def accept(conversation: Conversation, *, by: Any) -> None:
    """Take part from now on; again changes nothing. Raises Refused for whoever was not asked."""
    require(by, ChatPermission.SEND)
    conversation = lines.locked(conversation)
    mine = lines.own_part(conversation, by, states=(State.ACTIVE, State.REQUESTED))
    if mine.state == State.ACTIVE:
        return
    own = Participant.objects.filter(pk=mine.pk)
    own.update(state=State.ACTIVE)
    if conversation.is_group:
        # What was said before she came is not hers to read.
        own.update(sees_after=conversation.last_id)
        lines.write_line(conversation, by=by, what=What.JOINED)
    notify.seen(conversation, by=by)
    lines.tell_pages(conversation)
    audit.append("chat.accept", by=by, obj=conversation)


@transaction.atomic
def decline(conversation: Conversation, *, by: Any) -> None:
    """Want nothing of it; who asked is not told. Again changes nothing. Raises Refused for whoever was not asked."""
    require(by, ChatPermission.KEEP)
    conversation = lines.locked(conversation)
    mine = lines.own_part(conversation, by, states=(State.REQUESTED, State.DECLINED))
    if mine.state == State.DECLINED:
        return
    Participant.objects.filter(pk=mine.pk).update(state=State.DECLINED, unread=0)
    notify.seen(conversation, by=by)
    audit.append("chat.decline", by=by, obj=conversation)


@transaction.atomic
def decline_and_block(conversation: Conversation, *, by: Any) -> None:
    """Decline what somebody wrote and have nothing to do with her any more. Raises Refused, also where nobody can block."""
    if conversation.is_group or not contact.can_block():
        raise Refused(Refusal.FORBIDDEN)
    decline(conversation, by=by)
    other = Participant.objects.select_related("user").exclude(user_id=by.pk).get(conversation=conversation)
    contact.block(other.user, by=by)
