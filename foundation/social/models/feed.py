from django.db import models
from django.db.models import Q

from foundation.accounts.models import User
from foundation.core.ids import time_ordered_id
from foundation.social.models.post import COMMUNITY


class FeedEntry(models.Model):
    """Somebody did something that her followers see: read newest first, actor by actor (performance.md §3).

    What belongs to a place of its own, as a circle's post does, names it as its `channel`: its people read it there
    whomever they follow, and nobody else does. Who may see it, its object says, at the moment of reading.
    """

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    community_id = models.BigIntegerField(default=COMMUNITY, editable=False)
    actor = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    # "circle:12", as `scopes.channel` names it; empty: for those who follow the actor.
    channel = models.CharField(max_length=77, blank=True, default="")
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["actor", "-id"], name="feed_by_actor", condition=Q(channel="")),
            models.Index(fields=["channel", "-id"], name="feed_by_channel", condition=~Q(channel="")),
        ]
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="feed_entry_once")]

    def __str__(self) -> str:
        return f"{self.actor_id}: {self.kind} {self.object_id}"
