"""Diary entries (日志): longer texts of one's own, written in peace and shown when they are done (S3)."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase

from foundation.accounts.models import User
from foundation.accounts.validators import validate_visible
from foundation.core.access.models import Scoped, ScopedQuerySet
from foundation.core.ids import public_id, time_ordered_id
from foundation.core.models import StoredFile
from foundation.social.models import Topic
from foundation.social.models.post import shown_author

MAX_TITLE = 60
MAX_BODY = 20_000
MAX_PICTURES = 9


class DiaryQuerySet(ScopedQuerySet["DiaryEntry"]):
    def visible_to(self, user: Any) -> "DiaryQuerySet":
        """Keep the published entries whose scope `user` holds, and the own ones; a draft is its author's alone.

        What the community hid only its author sees (O2).
        """
        shown = Q(published_at__isnull=False, hidden_at__isnull=True)
        if user is not None and user.is_authenticated:
            shown |= Q(author_id=user.pk)
        return super().visible_to(user).filter(shown, shown_author("author", user))  # type: ignore[return-value]


class DiaryEntry(Scoped):
    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    author = models.ForeignKey(User, models.CASCADE, related_name="diary")
    title = models.CharField(_("标题"), max_length=MAX_TITLE, validators=[validate_visible])
    # HTML of few harmless tags, cleaned before it is kept.
    body = models.TextField(_("正文"), max_length=MAX_BODY)
    # The form's own number: the same form sent twice is one entry.
    once = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    # Null: a draft.
    published_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True, editable=False)
    comment_count = models.PositiveIntegerField(default=0)

    topics = TaggableManager(through="spaces.DiaryTopic", blank=True)
    objects = DiaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("日志")
        verbose_name_plural = _("日志")
        indexes = [models.Index(fields=["author", "-id"], name="diary_by_author")]
        constraints = [models.UniqueConstraint(fields=["author", "once"], name="diary_sent_once")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def url(self) -> str:
        return reverse("spaces:entry", args=[self.author.username, self.public_id])

    def get_absolute_url(self) -> str:
        return self.url


class DiaryTopic(ItemBase):
    content_object = models.ForeignKey(DiaryEntry, models.CASCADE, related_name="topic_items")
    tag = models.ForeignKey(Topic, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="topic_once_on_entry")]


class DiaryPicture(models.Model):
    """One picture below the text of an entry, as visible as the entry is."""

    entry = models.ForeignKey(DiaryEntry, models.CASCADE, related_name="entry_pictures")
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="one_diary_picture_per_position"),
            models.CheckConstraint(
                condition=Q(position__lt=MAX_PICTURES), name="at_most_nine_diary_pictures"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.position}"
