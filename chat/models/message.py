import uuid
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.enums import What
from chat.models.conversation import SEEING, Conversation, Participant, reads
from foundation.accounts.models import User
from foundation.core.crypto.fields import EncryptedTextField
from foundation.core.ids import public_id, time_ordered_id
from foundation.core.models import StoredFile

MAX_PICTURES = 9


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: Any) -> "MessageQuerySet":
        """Keep what was said where `user` takes part, since she came, and what she did not delete for herself."""
        if not reads(user):
            return self.none()
        mine = Participant.objects.filter(
            conversation_id=OuterRef("conversation_id"),
            user_id=user.pk,
            state__in=SEEING,
            sees_after__lt=OuterRef("id"),
        )
        return self.filter(Exists(mine)).not_deleted_by(user)

    def not_deleted_by(self, user: Any) -> "MessageQuerySet":
        """Leave out what `user` deleted for herself."""
        return self.exclude(Exists(Hidden.objects.filter(message_id=OuterRef("id"), user_id=user.pk)))


class Message(models.Model):
    """One line of a conversation. Its key grows with time, within a conversation without exception."""

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    author = models.ForeignKey(User, models.CASCADE, related_name="+")
    what = models.CharField(max_length=10, choices=What, default=What.SAID)
    # Who was asked in, taken out, or keeps order from then on.
    whom = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    text = EncryptedTextField()
    picture_count = models.PositiveSmallIntegerField(default=0)
    # The form's own number: the same form sent twice is one message.
    once = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    # Taken back by its author, or gone with her: the line stays.
    unsent_at = models.DateTimeField(null=True)
    # Taken from everybody's eyes but its author's by the community, after a report (O2).
    hidden_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        indexes = [
            models.Index(fields=["conversation", "-id"], name="chat_newest"),
            models.Index(fields=["author", "-id"], name="chat_by_author"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author", "once"], name="chat_sent_once"),
            models.CheckConstraint(condition=Q(what__in=What.values), name="chat_what_known"),
            models.CheckConstraint(
                condition=Q(unsent_at__isnull=True) | Q(picture_count=0), name="chat_unsent_is_empty"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def said(self) -> bool:
        return self.what == What.SAID

    @property
    def url(self) -> str:
        return f"{self.conversation.url}?at={self.public_id}#m-{self.public_id}"


class Attachment(models.Model):
    """A picture of a message; its file carries the scope of the conversation."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["message", "position"], name="chat_picture_per_position"),
            models.CheckConstraint(condition=Q(position__lt=MAX_PICTURES), name="chat_nine_pictures"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.position}"


class Hidden(models.Model):
    """Somebody deleted a message for herself; the others keep it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "message"], name="chat_deleted_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.message_id}"
