"""Starting a conversation of two, and saying something in one (S10)."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chat.domain import lines, reaching
from chat.enums import CONVERSATION, State, What
from chat.models import Attachment, Conversation, Message, Participant
from chat.models.conversation import MAX_TEXT, pair_key
from chat.models.message import MAX_PICTURES
from chat.permissions import ChatPermission
from foundation.accounts.domain.newcomers import is_new
from foundation.core import contact, notify
from foundation.core.access.limits import consume
from foundation.core.access.permissions import require
from foundation.core.access.scopes import Scope
from foundation.core.files import uploads
from foundation.core.files.room import check_room
from foundation.core.text import check_private
from foundation.social.domain.newcomers import check_newcomer
from foundation.social.domain.text import written

MAX_DESCRIPTION = 120


@transaction.atomic
def start(person: Any, *, by: Any) -> Conversation:
    """Return the one conversation of `by` and `person`, made where there is none; nobody is told of an empty one.

    Raises Refused, and ValidationError where she can't be written to.
    """
    require(by, ChatPermission.SEND)
    if not reaching.can_reach(person, by=by):
        raise reaching.closed()
    conversation, new = Conversation.objects.get_or_create(pair_key=pair_key(by, person))
    if new:
        Participant.objects.bulk_create(
            [
                Participant(conversation=conversation, user=by),
                # Whether she is asked or simply told is decided by the first message.
                Participant(conversation=conversation, user=person, state=State.REQUESTED),
            ]
        )
    return conversation


@transaction.atomic
def write_to(person: Any, *, by: Any, text: str, once: uuid.UUID | None = None, **pictures: Any) -> Message:
    """Say something to somebody, in the one conversation with her; raises as `start` and `send`."""
    return send(start(person, by=by), by=by, text=text, once=once, **pictures)


def send(
    conversation: Conversation,
    *,
    by: Any,
    text: str,
    pictures: Sequence[UploadedFile] = (),
    descriptions: Sequence[str] = (),
    once: uuid.UUID | None = None,
) -> Message:
    """Say something in a conversation that the caller found for `by`; the same `once` with the same words is one message.

    Who was asked and answers has accepted. Raises Refused for whoever is not in it, TooOften, and ValidationError for
    an empty or too long text, a listed word, a link of somebody new, a picture that is none, and where nothing can be
    sent: to somebody who can't be reached, or, before she has accepted, more than one message.
    """
    require(by, ChatPermission.SEND)
    text = written(text)
    descriptions = [described[:MAX_DESCRIPTION] for described in descriptions[: len(pictures)]]
    _check(text, len(pictures))
    check_newcomer(text, descriptions=descriptions, by=by)
    check_private(text, *descriptions)
    consume("message", by, rate=settings.RATES["message"])
    for upload in pictures:
        uploads.check_picture(upload)
    if pictures:
        check_room(by, sum(upload.size or 0 for upload in pictures))
    once = once or uuid.uuid4()
    try:
        with transaction.atomic():
            return _send(conversation, by, text, pictures, descriptions, once)
    except IntegrityError:
        sent = Message.objects.filter(author=by, once=once, what=What.SAID).first()
        if sent is not None and (sent.conversation_id, sent.text) == (conversation.pk, text):
            return sent
        for upload in pictures:
            upload.seek(0)
        # A form that came back with the Back button carries the `once` of what it sent before.
        with transaction.atomic():
            return _send(conversation, by, text, pictures, descriptions, uuid.uuid4())


def _check(text: str, pictures: int) -> None:
    if not text and not pictures:
        raise ValidationError(_("写点什么，或者选一张照片。"), code="empty")
    if len(text) > MAX_TEXT:
        raise ValidationError(_("最多 2000 个字，请分几条发。"), code="too_long")
    if pictures > MAX_PICTURES:
        raise ValidationError(_("一次最多 9 张照片。"), code="too_many")


def _send(
    conversation: Conversation,
    by: Any,
    text: str,
    pictures: Sequence[UploadedFile],
    descriptions: Sequence[str],
    once: uuid.UUID,
) -> Message:
    conversation = lines.locked(conversation)
    states = (State.ACTIVE,) if conversation.is_group else (State.ACTIVE, State.REQUESTED, State.DECLINED)
    mine = lines.own_part(conversation, by, states=states)
    asked = None if conversation.is_group else _admit(conversation, mine, by, bool(pictures))
    line = lines.write_line(conversation, by=by, what=What.SAID, text=text, pictures=len(pictures), once=once)
    for position, upload in enumerate(pictures):
        described = descriptions[position] if position < len(descriptions) else ""
        scope = Scope(CONVERSATION, str(conversation.pk))
        stored = uploads.store_picture(upload, owner=by, description=described, scope=scope)
        Attachment.objects.create(message=line, file=stored, position=position)
    if asked is not None:
        notify.emit("requested", to=[asked], about=conversation, by=by, again=False)
    hears = Participant.objects.filter(conversation=conversation, state=State.ACTIVE, muted=False)
    notify.emit("message", to=hears.values_list("user_id", flat=True), about=conversation, by=by)
    return line


def _admit(conversation: Conversation, mine: Participant, by: Any, pictures: bool) -> int | None:
    """See whether the other one of a pair hears this; return her id where it comes to her as a request."""
    other = (
        Participant.objects.select_for_update(of=("self",))
        .select_related("user")
        .exclude(user_id=by.pk)
        .get(conversation=conversation)
    )
    if other.state == State.LEFT or not reaching.can_reach(other.user, by=by):
        raise reaching.closed()
    if mine.state != State.ACTIVE:
        Participant.objects.filter(pk=mine.pk).update(state=State.ACTIVE)
    if other.state == State.ACTIVE:
        return None
    if contact.knows(other.user, by=by):
        Participant.objects.filter(pk=other.pk).update(state=State.ACTIVE)
        return None
    if not reaching.takes_requests(other.user):
        raise reaching.closed()
    if Message.objects.filter(conversation=conversation, author=by).exists():
        raise ValidationError(_("对方接受之前，只能发一条消息。请等对方回复。"), code="request")
    if pictures:
        raise ValidationError(_("对方接受之前还不能发照片，请先用文字介绍自己。"), code="request")
    consume("stranger", by, rate=settings.RATES["newcomer_stranger" if is_new(by) else "stranger"])
    return other.user_id
