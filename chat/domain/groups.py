"""Groups: begun, joined, left, and kept in order by one of their people (S10)."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.domain import lines, reaching
from chat.enums import State, What
from chat.models import Conversation, Message, Participant
from chat.models.conversation import MAX_TITLE, MOST_PEOPLE, SEEING
from chat.permissions import ChatPermission
from foundation.accounts.domain.newcomers import check_links
from foundation.accounts.models.user import AgeBand
from foundation.core import contact, notify
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.flow import audit
from foundation.core.text import check_private
from foundation.social.domain.text import written

MINORS = (AgeBand.UNDER_14, AgeBand.TEEN)
# She reads nothing while she is only asked.
NOTHING_YET = (1 << 63) - 1


def start_group(title: str, people: Iterable[Any], *, by: Any, once: uuid.UUID | None = None) -> Conversation:
    """Begin a group that `by` keeps, and ask people in; the same `once` gives the one that stands already.

    Who chose to hear of `by` is in at once, others are asked. Raises Refused, TooOften, and ValidationError for a
    title that can't stand, nobody at all, too many, or somebody who can't be asked.
    """
    require(by, ChatPermission.SEND)
    title, once = _title(title, by), once or uuid.uuid4()
    people = list({person.pk: person for person in people if person.pk != by.pk}.values())
    if not people:
        raise ValidationError(_("请至少选一位邻居。"), code="empty")
    try:
        with transaction.atomic():
            conversation = Conversation(title=title)
            conversation.save(force_insert=True)
            Participant.objects.create(conversation=conversation, user=by, is_keeper=True)
            conversation = lines.locked(conversation)
            lines.write_line(conversation, by=by, what=What.STARTED, once=once)
            audit.append("chat.start_group", by=by, obj=conversation)
            _ask(conversation, people, by)
            return conversation
    except IntegrityError:
        made = Message.objects.select_related("conversation").filter(author=by, once=once, what=What.STARTED)
        if (line := made.first()) is None:
            raise
        return line.conversation


@transaction.atomic
def add_people(conversation: Conversation, people: Iterable[Any], *, by: Any) -> None:
    """Ask people into a group; who is in it or asked already stays as she is. Raises as `start_group`."""
    require(by, ChatPermission.SEND)
    conversation = _kept(conversation, by)
    _ask(conversation, list({person.pk: person for person in people}.values()), by)


def _ask(conversation: Conversation, people: list[Any], by: Any) -> None:
    known = {
        part.user_id: part
        for part in Participant.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(conversation=conversation)
        .order_by("pk")
    }
    there = [part.user for part in known.values() if part.state in SEEING]
    new = [one for one in people if one.pk not in known or known[one.pk].state not in SEEING]
    if len(there) + len(new) > MOST_PEOPLE:
        raise ValidationError(_("一个群最多 %(most)d 人。"), code="too_many", params={"most": MOST_PEOPLE})
    for person in new:
        consume("group", by, rate=settings.RATES["group"])
        part = known.get(person.pk)
        if part is not None and part.state == State.DECLINED:
            raise _not_to_be_asked(person)
        knows = contact.knows(person, by=by)
        if not reaching.can_reach(person, by=by) or not (knows or reaching.takes_requests(person)):
            raise _not_to_be_asked(person)
        _check_minors(person, there)
        there.append(person)
        # Who left is asked: she decides whether she comes again.
        joins = knows and part is None
        Participant.objects.update_or_create(
            conversation=conversation,
            user=person,
            defaults={
                "state": State.ACTIVE if joins else State.REQUESTED,
                "left_at": None,
                "joined_at": timezone.now(),
                "sees_after": conversation.last_id if joins else NOTHING_YET,
                "last_id": conversation.last_id,
                "unread": 0,
                "archived": False,
            },
        )
        if joins:
            lines.write_line(conversation, by=by, what=What.JOINED, whom=person)
        notify.emit("asked_into_group", to=[person.pk], about=conversation, by=by, again=False)
        audit.append("chat.ask_into_group", by=by, obj=conversation)


def _not_to_be_asked(person: Any) -> ValidationError:
    return ValidationError(_("现在不能邀请%(name)s。"), code="closed", params={"name": person.display_name})


def _check_minors(person: Any, there: Iterable[Any]) -> None:
    """Raise ValidationError where a minor would come together with somebody who may not write to her."""
    for other in there:
        if MINORS[0] not in (person.age_band, other.age_band) and MINORS[1] not in (
            person.age_band,
            other.age_band,
        ):
            continue
        if not (contact.may_reach(person, by=other) and contact.may_reach(other, by=person)):
            raise _not_to_be_asked(person)


@transaction.atomic
def remove_person(conversation: Conversation, person: Any, *, by: Any) -> None:
    """Take somebody out of a group, or take back that she was asked; again changes nothing. Raises Refused."""
    require(by, ChatPermission.KEEP)
    conversation = _kept(conversation, by)
    if person.pk == by.pk:
        raise Refused(Refusal.FORBIDDEN)
    part = Participant.objects.filter(conversation=conversation, user=person, state__in=SEEING).first()
    if part is None:
        return
    _out(part)
    if part.state == State.ACTIVE:
        lines.write_line(conversation, by=by, what=What.REMOVED, whom=person)
    notify.seen(conversation, by=person)
    audit.append("chat.remove_person", by=by, obj=conversation)


@transaction.atomic
def leave(conversation: Conversation, *, by: Any) -> None:
    """Leave a group; again changes nothing.

    Raises Refused for whoever never was in it, and ValidationError for its keeper, who hands it over first.
    """
    require(by, ChatPermission.KEEP)
    conversation = lines.locked(conversation)
    if not conversation.is_group:
        raise Refused(Refusal.FORBIDDEN)
    mine = lines.own_part(conversation, by, states=(State.ACTIVE, State.LEFT))
    if mine.state == State.LEFT:
        return
    others = Participant.objects.filter(conversation=conversation, state=State.ACTIVE).exclude(pk=mine.pk)
    if mine.is_keeper and others.exists():
        raise ValidationError(_("您是群主，请先把群转交给别人，再退出。"), code="keeper")
    lines.write_line(conversation, by=by, what=What.LEFT)
    _out(mine)
    notify.seen(conversation, by=by)
    audit.append("chat.leave", by=by, obj=conversation)


def _out(part: Participant) -> None:
    """Let somebody be out of a group, with nothing left of what she kept of it."""
    Participant.objects.filter(pk=part.pk).update(
        state=State.LEFT, left_at=timezone.now(), is_keeper=False, unread=0, draft=""
    )


@transaction.atomic
def rename(conversation: Conversation, title: str, *, by: Any) -> None:
    """Call a group otherwise; the same name again changes nothing. Raises Refused, ValidationError."""
    require(by, ChatPermission.SEND)
    title = _title(title, by)
    conversation = _kept(conversation, by)
    if title == conversation.title:
        return
    conversation.title = title
    conversation.save(update_fields=["title"])
    lines.write_line(conversation, by=by, what=What.RENAMED)
    audit.append("chat.rename", by=by, obj=conversation)


@transaction.atomic
def hand_over(conversation: Conversation, person: Any, *, by: Any) -> None:
    """Let somebody of the group keep it from now on. Raises Refused, also where she is not in it."""
    require(by, ChatPermission.KEEP)
    conversation = _kept(conversation, by)
    theirs = Participant.objects.filter(conversation=conversation, user=person, state=State.ACTIVE)
    if person.pk == by.pk or not theirs.exists():
        raise Refused(Refusal.FORBIDDEN)
    # One after the other: there is one keeper at any moment.
    Participant.objects.filter(conversation=conversation, is_keeper=True).update(is_keeper=False)
    theirs.update(is_keeper=True)
    lines.write_line(conversation, by=by, what=What.HANDED_OVER, whom=person)
    notify.emit("handed_over", to=[person.pk], about=conversation, by=by)
    audit.append("chat.hand_over", by=by, obj=conversation)


def _kept(conversation: Conversation, by: Any) -> Conversation:
    """Lock a group that `by` keeps. Raises Refused for everybody else."""
    conversation = lines.locked(conversation)
    if not conversation.is_group or not lines.own_part(conversation, by).is_keeper:
        raise Refused(Refusal.FORBIDDEN)
    return conversation


def _title(title: str, by: Any) -> str:
    title = " ".join(written(title).split())
    if not title:
        raise ValidationError(_("请给群起个名字。"), code="empty_title")
    if len(title) > MAX_TITLE:
        raise ValidationError(_("群名最多 30 个字。"), code="too_long")
    check_links(title, by=by)
    check_private(title)
    return title
