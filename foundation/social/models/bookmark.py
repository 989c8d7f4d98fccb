"""What somebody saved for herself (收藏): nobody else learns of it (S2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.ids import time_ordered_id

# One person saves no more: her list is read whole where she looks for words.
MOST_SAVED = 1000


class Bookmark(models.Model):
    """Points to an object of a kind, whose `visible_to` decides at every read whether it is still there for her."""

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="bookmarks")
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("收藏")
        verbose_name_plural = _("收藏")
        indexes = [models.Index(fields=["user", "-id"], name="saved_newest")]
        constraints = [models.UniqueConstraint(fields=["user", "kind", "object_id"], name="saved_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} {self.object_id}"
