"""Conversations of two or of a group, and how each of their people stands in them (S10)."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.enums import State
from foundation.accounts.models import User
from foundation.core.crypto.fields import EncryptedTextField
from foundation.core.ids import public_id, time_ordered_id

MAX_TITLE = 30
MOST_PEOPLE = 50
MAX_TEXT = 2000
# Who sees what is said: those who are in it, and those who are asked.
SEEING = (State.ACTIVE, State.REQUESTED)


def reads(user: Any) -> bool:
    """Say whether somebody reads messages at all: signed in, open and not suspended."""
    if user is None or not user.is_authenticated or not user.is_active or not user.pk:
        return False
    return not getattr(user, "is_suspended", False)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: Any) -> "ConversationQuerySet":
        """Keep those that `user` is in or is asked into; nobody else reads any, whatever her role."""
        if not reads(user):
            return self.none()
        mine = Participant.objects.filter(user_id=user.pk, state__in=SEEING)
        return self.filter(pk__in=mine.values("conversation_id"))


class Conversation(models.Model):
    """A pair, named by its key, or a group, named by its title."""

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    # "3:17", the smaller id first. Null, not empty, for groups: the constraint counts empty ones as equal.
    pair_key = models.CharField(max_length=41, null=True, unique=True, editable=False)  # noqa: DJ001
    title = EncryptedTextField()
    # Its newest line; the lock of this row puts all lines in one order.
    last_id = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("对话")
        verbose_name_plural = _("对话")

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_group(self) -> bool:
        return self.pair_key is None

    @property
    def url(self) -> str:
        return reverse("chat:conversation", args=[self.public_id])


def pair_key(one: Any, other: Any) -> str:
    """Return the key under which two people have their one conversation."""
    return ":".join(str(pk) for pk in sorted((one.pk, other.pk)))


class Participant(models.Model):
    """One person in one conversation: what she has read of it, and how she keeps it."""

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participants")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    # Keeps order in a group: asks people in, takes them out, names it.
    is_keeper = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True)
    # What was said before she came is not hers to read.
    sees_after = models.BigIntegerField(default=0)
    read_up_to = models.BigIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)
    # The newest line that concerns her, by which her list stands in order.
    last_id = models.BigIntegerField(default=0)
    muted = models.BooleanField(default=False)
    archived = models.BooleanField(default=False)
    # What she is writing; sealed as what she sends.
    draft = EncryptedTextField()

    class Meta:
        verbose_name = _("对话成员")
        verbose_name_plural = _("对话成员")
        indexes = [
            models.Index(fields=["user", "state", "archived", "-last_id"], name="chat_list"),
            models.Index(
                fields=["user"],
                name="chat_unread",
                condition=Q(state=State.ACTIVE, unread__gt=0, muted=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "user"], name="chat_takes_part_once"),
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(is_keeper=True), name="chat_one_keeper"
            ),
            models.CheckConstraint(
                condition=Q(is_keeper=False) | Q(state=State.ACTIVE), name="chat_keeper_takes_part"
            ),
            models.CheckConstraint(
                condition=Q(state=State.LEFT, left_at__isnull=False)
                | (~Q(state=State.LEFT) & Q(left_at__isnull=True)),
                name="chat_left_has_time",
            ),
            models.CheckConstraint(
                condition=Q(read_up_to=0) | Q(read_up_to__lte=F("last_id")), name="chat_read_what_is_there"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="chat_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.user_id}"
