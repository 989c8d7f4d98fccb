"""What somebody takes along or leaves behind, and what goes when nobody reads it any more (A7)."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chat.domain import keeping, lines
from chat.enums import State, What
from chat.models import Conversation, Hidden, Message, Participant, Wishes
from chat.models.conversation import SEEING, reads
from foundation.core.files import uploads
from foundation.core.flow import chores

# In one transaction; a city's worth of old groups takes several days.
AT_ONCE = 200


def erase_messages(user: Any) -> int:
    """Take the text and pictures of whatever `user` said, others keep theirs; return how many lines that were.

    Also where she wanted her words to stay: these were for few.
    """
    gone = 0
    for line in Message.objects.filter(author=user).order_by("pk").iterator(chunk_size=200):
        with transaction.atomic():
            lines.locked(line.conversation)
            said = Message.objects.select_for_update(of=("self",)).get(pk=line.pk)
            if said.said and said.unsent_at is None:
                keeping.empty(said)
        gone += 1
    return gone


def erase_parts(user: Any) -> int:
    """Let `user` be out of every conversation; a group that she kept passes to whoever is in it longest."""
    gone = 0
    for part in Participant.objects.filter(user=user).order_by("pk"):
        with transaction.atomic():
            conversation = lines.locked(part.conversation)
            Participant.objects.filter(pk=part.pk).update(
                state=State.LEFT, left_at=timezone.now(), is_keeper=False, unread=0, draft=""
            )
            if part.is_keeper:
                _find_keeper(conversation)
        gone += 1
    hidden = Hidden.objects.filter(user=user).delete()[0]
    return gone + hidden + Wishes.objects.filter(user=user).delete()[0]


def _find_keeper(conversation: Conversation) -> None:
    heirs = Participant.objects.filter(conversation=conversation, state=State.ACTIVE)
    heir = heirs.select_related("user").order_by("joined_at", "pk").first()
    if heir is not None:
        Participant.objects.filter(pk=heir.pk).update(is_keeper=True)
        lines.write_line(conversation, by=heir.user, what=What.HANDED_OVER, whom=heir.user)


@chores.each(chores.Rhythm.DAY)
def sweep() -> int:
    """Delete the conversations that nobody reads any more, with all that was said and shown; return how many."""
    read = Participant.objects.filter(state__in=SEEING).values("conversation_id")
    # Declined by one, it still is the other's.
    empty = Conversation.objects.exclude(pk__in=read).order_by("pk").values_list("pk", flat=True)
    gone = 0
    for pk in list(empty[:AT_ONCE]):
        with transaction.atomic():
            conversation = Conversation.objects.select_for_update().get(pk=pk)
            if Participant.objects.filter(conversation=conversation, state__in=SEEING).exists():
                continue
            files = conversation.messages.exclude(attachments=None).values_list(
                "attachments__file", flat=True
            )
            uploads.drop([file for file in files if file is not None])
            conversation.delete()
        gone += 1
    return gone


def own_messages(user: Any) -> Any:
    """Return what `user` said, and what was said to her where she takes part, since she came."""
    found = Message.objects.filter(author_id=user.pk)
    if reads(user):
        found = Message.objects.visible_to(user).filter(Q(hidden_at__isnull=True) | Q(author_id=user.pk))
    return (
        found.filter(what=What.SAID, unsent_at__isnull=True)
        .select_related("author", "conversation")
        .prefetch_related("attachments__file")
    )


def message_data(message: Message) -> dict[str, Any]:
    """What a message says, to somebody who takes part; `by` is the name that its author goes by."""
    return {
        "conversation": message.conversation.public_id,
        "by": message.author.display_name,
        "at": message.created_at,
        "text": message.text,
        "pictures": [row.file.description for row in message.attachments.all()],
    }


def message_files(message: Message) -> list[Any]:
    return [row.file for row in message.attachments.all()]


def own_parts(user: Any) -> Any:
    return Participant.objects.filter(user=user).select_related("conversation")


def part_data(part: Participant) -> dict[str, Any]:
    """How she keeps one conversation, and what she was writing in it."""
    return {
        "conversation": part.conversation.public_id,
        "title": part.conversation.title,
        "state": part.state,
        "since": part.joined_at,
        "left_at": part.left_at,
        "muted": part.muted,
        "archived": part.archived,
        "draft": part.draft,
    }


def wishes_data(wishes: Wishes) -> dict[str, Any]:
    return {"who_may_write": wishes.who_may_write, "shows_read": wishes.shows_read}
