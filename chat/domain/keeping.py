"""What somebody does with her own conversations: read, mute, archive, take back, delete for herself (S10).

None of it is written to the audit log, and neither is what is said: when somebody reads and writes is nobody's business.
Only what binds others is, such as that a message was taken from them.
"""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.domain import lines
from chat.enums import CONVERSATION, State, What
from chat.models import Conversation, Hidden, Message, Participant, Wishes
from chat.models.conversation import MAX_TEXT, SEEING
from chat.permissions import ChatPermission
from foundation.core import notify
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.access.scopes import ONLY, Scope
from foundation.core.files import uploads
from foundation.core.flow import audit

UNSEND_WITHIN = timedelta(minutes=10)
# Counting goes no further.
MANY = 1000


@transaction.atomic
def mark_read(conversation: Conversation, *, up_to: int, by: Any) -> None:
    """Mark what was said up to a line as read; the mark never goes back. Raises Refused for whoever is not in it."""
    require(by, ChatPermission.KEEP)
    mine = lines.own_part(conversation, by)
    up_to = min(up_to, mine.last_id)
    if up_to <= mine.read_up_to:
        return
    rest = Message.objects.filter(
        conversation_id=conversation.pk, pk__gt=up_to, what=What.SAID, unsent_at__isnull=True
    )
    unread = rest.exclude(author_id=by.pk)[:MANY].count() if up_to < mine.last_id else 0
    Participant.objects.filter(pk=mine.pk).update(read_up_to=up_to, unread=unread)
    notify.seen(conversation, by=by)
    lines.tell_pages(conversation)


@transaction.atomic
def mute(conversation: Conversation, *, muted: bool, by: Any) -> None:
    """Hear nothing of a conversation until one looks, or hear of it again. Raises Refused."""
    require(by, ChatPermission.KEEP)
    Participant.objects.filter(pk=lines.own_part(conversation, by).pk).update(muted=muted)


@transaction.atomic
def archive(conversation: Conversation, *, archived: bool, by: Any) -> None:
    """Lay a conversation aside, or take it back into the list; the next message brings it back. Raises Refused."""
    require(by, ChatPermission.KEEP)
    mine = lines.own_part(conversation, by)
    Participant.objects.filter(pk=mine.pk).update(archived=archived)


@transaction.atomic
def keep_draft(conversation: Conversation, text: str, *, by: Any) -> None:
    """Keep what is being written in a conversation. Raises Refused, and ValidationError for far too much."""
    require(by, ChatPermission.KEEP)
    if len(text) > 2 * MAX_TEXT:
        raise ValidationError("draft")
    mine = lines.own_part(conversation, by)
    mine.draft = text if text.strip() else ""
    mine.save(update_fields=["draft"])


@transaction.atomic
def unsend(message: Message, *, by: Any) -> None:
    """Take back what one said, for everybody: its text and pictures go, a line stays. Again changes nothing.

    Raises Refused for others' messages, and ValidationError when it was said too long ago.
    """
    require(by, ChatPermission.KEEP)
    conversation = lines.locked(message.conversation)
    lines.own_part(conversation, by)
    said = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if said.author_id != by.pk or not said.said:
        raise Refused(Refusal.FORBIDDEN)
    if said.unsent_at is not None:
        return
    if timezone.now() - said.created_at > UNSEND_WITHIN:
        raise ValidationError(_("发出超过 10 分钟，不能撤回了。"), code="too_late")
    empty(said)
    waiting = Participant.objects.filter(
        conversation=conversation, state__in=SEEING, read_up_to__lt=said.pk, unread__gt=0
    )
    waiting.exclude(user_id=by.pk).update(unread=F("unread") - 1)
    lines.tell_pages(conversation)
    audit.append("chat.unsend", by=by, obj=said)


def empty(message: Message) -> None:
    """Take text and pictures of a message away; the line stays. The caller has locked it."""
    files = list(message.attachments.values_list("file_id", flat=True))
    message.attachments.all().delete()
    if files:
        uploads.drop(files)
    message.text, message.picture_count, message.unsent_at = "", 0, timezone.now()
    message.save(update_fields=["text", "picture_count", "unsent_at"])


@transaction.atomic
def delete_for_me(message: Message, *, by: Any) -> None:
    """Not see a message any more; the others keep it. Again changes nothing. Raises Refused."""
    require(by, ChatPermission.KEEP)
    lines.own_part(message.conversation, by, states=(State.ACTIVE, State.REQUESTED))
    Hidden.objects.get_or_create(message=message, user=by)


def choose(*, who_may_write: str, shows_read: bool, by: Any) -> None:
    """Keep whose messages `by` wants, and whether others see what she read. Raises Refused."""
    require(by, ChatPermission.KEEP)
    Wishes.objects.update_or_create(
        user=by, defaults={"who_may_write": who_may_write, "shows_read": shows_read}
    )


@transaction.atomic
def hide_message(message: Message, *, hidden: bool, by: Any) -> None:
    """Take a reported message from everybody's eyes but its author's, or give it back (O2)."""
    conversation = lines.locked(message.conversation)
    said = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if said.unsent_at is not None or (said.hidden_at is not None) == hidden:
        return
    said.hidden_at = timezone.now() if hidden else None
    said.save(update_fields=["hidden_at"])
    scope = Scope(ONLY, str(said.author_id)) if hidden else Scope(CONVERSATION, str(conversation.pk))
    uploads.rescope(list(said.attachments.values_list("file_id", flat=True)), scope)
    lines.tell_pages(conversation)
