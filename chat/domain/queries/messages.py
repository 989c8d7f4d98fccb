"""What was said in one conversation, page by page by key, ready to be shown to one of its people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from chat.domain.keeping import UNSEND_WITHIN
from chat.enums import State, What
from chat.models import Attachment, Conversation, Message, Participant, Wishes
from foundation.core.ids import time_ordered_id
from foundation.social.domain.text import to_html

PER_PAGE = 30
# What is younger may still change, and is sent anew to open pages.
FRESH = UNSEND_WITHIN + timedelta(minutes=5)
MOST_FRESH = 100


@dataclass(frozen=True)
class Window:
    """Some lines, the oldest first; `older` says whether there are any before them."""

    messages: Sequence[Message]
    older: bool

    @property
    def oldest(self) -> Message | None:
        return self.messages[0] if self.messages else None


def window(conversation: Conversation, user: Any, *, before: int = 0, per_page: int = PER_PAGE) -> Window:
    """Return the newest lines, or the newest before the key `before`; three queries, however many there are."""
    rows = _rows(conversation, user)
    if before:
        rows = rows.filter(pk__lt=before)
    some = list(rows.order_by("-pk")[: per_page + 1])
    return Window(shown(some[:per_page][::-1], user), len(some) > per_page)


def around(conversation: Conversation, user: Any, *, at: Message) -> Window:
    """Return the lines up to a message and some behind it, for whoever is led to it."""
    behind = list(_rows(conversation, user).filter(pk__gt=at.pk).order_by("pk")[: PER_PAGE // 3])
    return window(conversation, user, before=(behind[-1].pk if behind else at.pk) + 1)


def newer(conversation: Conversation, user: Any, *, after: int) -> list[Message]:
    """Return what came behind the key `after`, and what is so young that it may have changed, the oldest first."""
    fresh = time_ordered_id((timezone.now() - FRESH).timestamp())
    rows = _rows(conversation, user).filter(pk__gt=min(after, fresh) if after else fresh)
    return shown(list(rows.order_by("-pk")[:MOST_FRESH])[::-1], user)


def key_of(conversation: Conversation, user: Any, public_id: str) -> int:
    """Return the key of a line that `user` may see, 0 for every other word."""
    found = _rows(conversation, user).filter(public_id=public_id).values_list("pk", flat=True)
    return found.first() or 0


def _rows(conversation: Conversation, user: Any) -> QuerySet[Message]:
    pictures = Attachment.objects.select_related("file")
    visible = Message.objects.visible_to(user).filter(conversation_id=conversation.pk)
    return visible.select_related("author__avatar", "whom").prefetch_related(
        Prefetch("attachments", pictures)
    )


def shown(messages: Sequence[Message], user: Any) -> list[Message]:
    """Add to each line what its reader sees of it and may do with it."""
    now = timezone.now()
    for one in messages:
        line: Any = one
        mine = one.author_id == user.pk
        line.mine = mine
        line.is_hidden = one.hidden_at is not None and not mine
        line.gone = one.unsent_at is not None
        line.day = _day(one)
        line.text_html = to_html("" if line.gone or line.is_hidden else one.text)
        line.pictures = [] if line.is_hidden else [row.file for row in one.attachments.all()]
        line.can_unsend = mine and one.said and not line.gone and now - one.created_at < UNSEND_WITHIN
        line.can_report = not mine and one.said and not line.gone and not line.is_hidden
    return list(messages)


def _day(message: Message) -> date:
    return timezone.localdate(message.created_at)


@dataclass(frozen=True)
class Read:
    """How far the others have read: `by` how many of them the newest own message was read, None where none was said."""

    by: int | None
    of: int


def read_state(conversation: Conversation, user: Any) -> Read:
    """Say by how many of the others the reader's newest message was read, of those who let it be seen; two queries."""
    own = Message.objects.filter(
        conversation_id=conversation.pk, author_id=user.pk, what=What.SAID, unsent_at__isnull=True
    )
    newest = own.order_by("-pk").values_list("pk", flat=True).first()
    silent = Wishes.objects.filter(shows_read=False).values("user_id")
    others = Participant.objects.filter(conversation_id=conversation.pk, state=State.ACTIVE)
    marks = list(
        others.exclude(user_id=user.pk).exclude(user_id__in=silent).values_list("read_up_to", flat=True)
    )
    if newest is None:
        return Read(None, len(marks))
    return Read(sum(mark >= newest for mark in marks), len(marks))
