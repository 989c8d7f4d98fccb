"""What the views of messages find: only what is the reader's own, 404 for all else."""

from django.shortcuts import get_object_or_404

from chat.domain.queries import conversations as listed
from chat.domain.queries.conversations import Line
from chat.models import Conversation, Message
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import User


def conversation_of(request: MemberRequest, public_id: str) -> Conversation:
    """Return a conversation that the reader is in, or asked into. Raises Http404."""
    return get_object_or_404(Conversation.objects.visible_to(request.user), public_id=public_id)


def message_of(request: MemberRequest, public_id: str) -> Message:
    """Return a message that the reader may see. Raises Http404."""
    visible = Message.objects.visible_to(request.user).select_related("conversation")
    return get_object_or_404(visible, public_id=public_id)


def line_of(request: MemberRequest, conversation: Conversation) -> Line:
    """Return a conversation as it stands in the reader's list."""
    line = listed.line_of(conversation, request.user)
    # `visible_to` found it: it stands there.
    assert line is not None  # noqa: S101
    return line


def member_of(request: MemberRequest, conversation: Conversation) -> User:
    """Return who is named in the form, of those in the group. Raises Http404."""
    people = [part.user for part in listed.people_of(conversation, request.user)]
    wanted = request.POST.get("who", "")
    return get_object_or_404(
        User.objects.get_queryset().filter(pk__in=[one.pk for one in people]), username=wanted
    )
