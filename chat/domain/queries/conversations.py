"""The list of one's conversations, and how somebody stands in one: a fixed number of queries however many there are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from chat.enums import State
from chat.models import Conversation, Hidden, Message, Participant
from chat.models.conversation import SEEING, reads
from foundation.accounts.models import User

PER_PAGE = 20
# Counting goes no further.
MANY = 100
# A preview shows so many characters, of an invitation nothing.
PREVIEW = 60


@dataclass(frozen=True)
class Line:
    """One conversation in the list of its reader: `part` is hers, `other` the other one of a pair."""

    part: Participant
    other: User | None
    people: int
    newest: Message | None
    preview: str

    @property
    def conversation(self) -> Conversation:
        return self.part.conversation


@dataclass(frozen=True)
class Page:
    """Some conversations, the newest first; `older` is what the address of the next page names, "" on the last."""

    lines: Sequence[Line]
    older: str


def page_of(
    user: Any,
    *,
    before: str = "",
    query: str = "",
    archived: bool = False,
    requests: bool = False,
    per_page: int = PER_PAGE,
) -> Page:
    """Return the conversations before the key `before` (nonsense is the beginning).

    `query` looks for the names of those in them whom the reader finds at all.
    """
    rows = _rows(user, archived=archived, requests=requests)
    if query:
        found = User.objects.visible_to(user).exclude(pk=user.pk).filter(display_name__icontains=query)
        with_them = Participant.objects.filter(user__in=found, state__in=SEEING)
        rows = rows.filter(conversation_id__in=with_them.values("conversation_id"))
    if re.fullmatch(r"\d{1,19}", before, re.ASCII):
        rows = rows.filter(last_id__lt=int(before))
    some = list(rows.select_related("conversation").order_by("-last_id")[: per_page + 1])
    shown = some[:per_page]
    older = str(shown[-1].last_id) if len(some) > per_page else ""
    return Page(_lines(user, shown), older)


def line_of(conversation: Conversation, user: Any) -> Line | None:
    """Return one conversation as it stands in the list of `user`, None where it does not."""
    rows = Participant.objects.filter(conversation=conversation, user_id=user.pk, state__in=SEEING)
    return next(iter(_lines(user, list(rows.select_related("conversation")))), None)


def request_count(user: Any) -> int:
    """Return how many wait for an answer of `user`, counted up to MANY."""
    return _rows(user, requests=True)[:MANY].count()


def _rows(user: Any, *, archived: bool = False, requests: bool = False) -> QuerySet[Participant]:
    if not reads(user):
        return Participant.objects.none()
    # What nothing was said in yet is nothing yet.
    mine = Participant.objects.filter(user_id=user.pk, last_id__gt=0)
    if requests:
        return mine.filter(state=State.REQUESTED)
    return mine.filter(state=State.ACTIVE, archived=archived)


def _lines(user: Any, parts: Sequence[Participant]) -> list[Line]:
    conversations = [part.conversation for part in parts]
    pairs = [one.pk for one in conversations if not one.is_group]
    groups = [one.pk for one in conversations if one.is_group]
    others = {
        row.conversation_id: row.user
        for row in Participant.objects.filter(conversation_id__in=pairs)
        .exclude(user_id=user.pk)
        .select_related("user__avatar")
    }
    counted = Participant.objects.filter(conversation_id__in=groups, state=State.ACTIVE).order_by()
    people = dict(
        counted.values("conversation_id")
        .annotate(number=Count("pk"))
        .values_list("conversation_id", "number")
    )
    newest = _newest(user, parts)
    return [
        Line(
            part,
            others.get(part.conversation_id),
            people.get(part.conversation_id, 2),
            newest.get(part.conversation_id),
            _preview(newest.get(part.conversation_id), user),
        )
        for part in parts
    ]


def _newest(user: Any, parts: Iterable[Participant]) -> dict[int, Message]:
    """Return the newest line of each, as far as it is the reader's to read."""
    wanted = [part.last_id for part in parts if part.sees_after < part.last_id]
    gone = Hidden.objects.filter(user_id=user.pk, message_id__in=wanted).values("message_id")
    rows = Message.objects.filter(pk__in=wanted).exclude(pk__in=gone).select_related("author", "whom")
    return {row.conversation_id: row for row in rows}


def _preview(message: Message | None, user: Any) -> str:
    if message is None or not message.said or message.unsent_at is not None:
        return ""
    if message.hidden_at is not None and message.author_id != user.pk:
        return ""
    return " ".join(message.text[: 2 * PREVIEW].split())[:PREVIEW]


def accounts_in(conversation: Conversation) -> QuerySet[User]:
    """Return the accounts of those who take part in a conversation; the reader is in it herself."""
    parts = Participant.objects.filter(conversation=conversation, state=State.ACTIVE)
    return User.objects.get_queryset().filter(pk__in=parts.values("user_id"))


def people_of(conversation: Conversation, user: Any) -> list[Participant]:
    """Return who takes part in a conversation, and in a group who is asked, the keeper and the reader first."""
    rows = Participant.objects.filter(conversation=conversation, state__in=SEEING).select_related(
        "user__avatar"
    )
    return sorted(rows, key=lambda part: (not part.is_keeper, part.user_id != user.pk, part.pk))
