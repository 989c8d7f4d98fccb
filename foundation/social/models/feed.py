from django.db import models

from foundation.accounts.models import User
from foundation.core.ids import time_ordered_id
from foundation.social.models.post import COMMUNITY


class FeedEntry(models.Model):
    """Somebody did something that her followers see: read newest first, actor by actor (performance.md §3).

    Who may see it, its object says, at the moment of reading.
    """

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    community_id = models.BigIntegerField(default=COMMUNITY, editable=False)
    actor = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["actor", "-id"], name="feed_by_actor")]
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="feed_entry_once")]

    def __str__(self) -> str:
        return f"{self.actor_id}: {self.kind} {self.object_id}"
