"""What of a notification goes out by mail, short message or push, and what has gone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.facets import Channel
from foundation.messaging.models.notification import Notification


class Delivery(models.Model):
    """One notification by one way. A digest is what waits on mail when its hour comes, so nothing comes twice.

    What is told anew (somebody asks again) waits anew, and `round` counts that.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("等待")
        SENT = "sent", _("已发出")
        # Read meanwhile, hidden from the reader, muted, or not wanted any more.
        DROPPED = "dropped", _("不再需要")

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    round = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("送达")
        verbose_name_plural = _("送达")
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(state="waiting")),
            models.Index(fields=["user", "channel"], name="delivery_waiting", condition=Q(state="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notification", "channel"], name="delivered_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", done_at__isnull=True)
                | (~Q(state="waiting") & Q(done_at__isnull=False)),
                name="delivery_done_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notification_id} {self.channel}: {self.state}"
