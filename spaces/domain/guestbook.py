"""Leaving a message in somebody's guestbook, and what its owner does with it (S5)."""

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import contact, notify
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.flow import audit
from foundation.core.text import check, follow_up
from foundation.social.domain.newcomers import check_newcomer
from foundation.social.domain.text import written
from foundation.social.models import Follow
from spaces.models import GuestbookEntry, GuestbookRule
from spaces.models.guestbook import MAX_TEXT, Who
from spaces.permissions import SpacePermission


def rule_of(owner: User) -> GuestbookRule:
    """Return the owner's rule, the default where she decided nothing."""
    return GuestbookRule.objects.filter(user=owner).first() or GuestbookRule(user=owner)


def may_write(owner: User, by: Any) -> bool:
    """Say whether the owner's rule, and what the two are to each other, lets `by` leave a message."""
    if not getattr(by, "is_verified", False) or not contact.may_reach(owner, by=by):
        return False
    who = rule_of(owner).who
    if who == Who.CONTACTS:
        return Follow.objects.filter(follower=owner, followed=by, mutual=True).exists()
    return who == Who.EVERYBODY


@transaction.atomic
def decide_rule(*, who: str, looked_at_first: bool, by: User) -> GuestbookRule:
    """Say who may write into the own guestbook; what stands there stays. Raises Refused."""
    require(by, SpacePermission.WRITE_IN_GUESTBOOK)
    rule, _new = GuestbookRule.objects.update_or_create(
        user=by, defaults={"who": Who(who), "looked_at_first": looked_at_first}
    )
    return rule


def leave_message(owner: User, *, by: Any, text: str, once: uuid.UUID | None = None) -> GuestbookEntry:
    """Leave a message; it is shown at once, or waits for the owner where she wants that. The same `once` is one message.

    Raises Refused, TooOften, and ValidationError for an empty or too long text and where nobody, or she not, may write.
    """
    require(by, SpacePermission.WRITE_IN_GUESTBOOK)
    text = written(text)
    if not text:
        raise ValidationError(_("请写下您想说的话。"), code="empty")
    if len(text) > MAX_TEXT:
        raise ValidationError(_("最多 500 个字，请删短一些。"), code="too_long")
    if not may_write(owner, by):
        raise ValidationError(_("现在不能在这里留言。"), code="closed")
    check_newcomer(text, by=by)
    checked = check(text)
    consume("guestbook", by, rate=settings.RATES["guestbook"])
    once = once or uuid.uuid4()
    try:
        with transaction.atomic():
            entry = GuestbookEntry.objects.create(
                owner=owner, author=by, text=text, once=once, shown=not rule_of(owner).looked_at_first
            )
            follow_up(entry, checked)
            entry.refresh_from_db(fields=["hidden_at"])
            if entry.hidden_at is None:
                notify.emit("left", to=[owner.pk], about=entry, by=by)
            audit.append("spaces.leave_message", by=by, obj=entry)
            return entry
    except IntegrityError:
        return GuestbookEntry.objects.get(author=by, once=once)


@transaction.atomic
def answer(entry: GuestbookEntry, text: str, *, by: Any) -> None:
    """Answer a message in the own guestbook; an empty text takes the answer away. Raises Refused, ValidationError."""
    require(by, SpacePermission.WRITE_IN_GUESTBOOK)
    text = written(text)
    if len(text) > MAX_TEXT:
        raise ValidationError(_("最多 500 个字，请删短一些。"), code="too_long")
    check_newcomer(text, by=by)
    checked = check(text)
    locked = _of_the_owner(entry, by)
    first = not locked.answer
    locked.answer, locked.answered_at = text, timezone.now() if text else None
    # Who answers in public shows what she answers.
    locked.shown = locked.shown or bool(text)
    locked.save(update_fields=["answer", "answered_at", "shown"])
    follow_up(locked, checked)
    if text and first:
        notify.emit("answered", to=[locked.author_id], about=locked, by=by)


@transaction.atomic
def show(entry: GuestbookEntry, *, shown: bool, by: Any) -> None:
    """Show a message in the own guestbook to others, or take it from their eyes; its writer is not told. Raises Refused."""
    locked = _of_the_owner(entry, by)
    locked.shown = shown
    locked.save(update_fields=["shown"])


@transaction.atomic
def delete_message(entry: GuestbookEntry, *, by: Any) -> None:
    """Take a message away for good: its writer may, and whose guestbook it is; again changes nothing. Raises Refused."""
    found = GuestbookEntry.objects.select_for_update(of=("self",)).filter(pk=entry.pk).first()
    if found is None:
        return
    if by.pk not in (found.author_id, found.owner_id):
        raise Refused(Refusal.FORBIDDEN)
    audit.append("spaces.delete_message", by=by, obj=found)
    found.delete()


@transaction.atomic
def hide_message(entry: GuestbookEntry, *, hidden: bool, by: Any) -> None:
    """Take a message from everybody's eyes but its writer's, or give it back (O2)."""
    locked = GuestbookEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if (locked.hidden_at is not None) == hidden:
        return
    locked.hidden_at = timezone.now() if hidden else None
    locked.save(update_fields=["hidden_at"])


def _of_the_owner(entry: GuestbookEntry, by: Any) -> GuestbookEntry:
    locked = GuestbookEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if locked.owner_id != by.pk:
        raise Refused(Refusal.FORBIDDEN)
    return locked
