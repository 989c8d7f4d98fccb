"""What one person was told (S11)."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.facets import EventGroup
from foundation.core.ids import public_id


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: Any) -> "NotificationQuerySet":
        """Keep the own ones that are shown on the site: a notification is nobody else's business."""
        if user is None or not user.is_authenticated:
            return self.none()
        return self.filter(user_id=user.pk, on_site=True)

    def lines(self) -> "NotificationQuerySet":
        """Keep the newest of each bundle, which stands for all of it.

        `folded` leaves so few others (two that were written at once) that asking each for a newer one costs little.
        """
        newer = Notification.objects.filter(
            Q(created_at__gt=OuterRef("created_at"))
            | Q(created_at=OuterRef("created_at"), pk__gt=OuterRef("pk")),
            user_id=OuterRef("user_id"),
            bundle=OuterRef("bundle"),
            on_site=True,
        )
        return self.filter(~Exists(newer), folded=False)


class Notification(models.Model):
    """Names its object by kind and id, never by content: what the object says is read when it is shown."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    event = models.CharField(max_length=30)
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    by = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    text = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # False: the person chose other ways only.
    on_site = models.BooleanField(default=True)
    group = models.CharField(max_length=10, choices=EventGroup, default=EventGroup.PEOPLE)
    # What it hangs on, by which it can be muted: "post:17".
    thread = models.CharField(max_length=90, blank=True)
    # What is one line in the centre.
    bundle = models.CharField(max_length=170, blank=True)
    # A newer one of its bundle came. Never true of the newest; rarely false of two.
    folded = models.BooleanField(default=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        indexes = [
            models.Index(
                fields=["user", "-created_at", "-id"],
                name="notification_lines",
                condition=Q(folded=False, on_site=True),
            ),
            models.Index(
                fields=["user", "group", "-created_at", "-id"],
                name="notification_group_lines",
                condition=Q(folded=False, on_site=True),
            ),
            models.Index(
                fields=["user", "-created_at", "-id"],
                name="notification_unread_lines",
                condition=Q(folded=False, on_site=True, read_at__isnull=True),
            ),
            models.Index(fields=["user", "bundle", "-created_at", "-id"], name="notification_bundle"),
            models.Index(fields=["user"], name="notification_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["read_at"], name="notification_read"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "event", "kind", "object_id", "by"], name="told_once"),
            models.UniqueConstraint(
                fields=["user", "event", "kind", "object_id"],
                condition=Q(by__isnull=True),
                name="told_once_by_site",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}.{self.event} → {self.user_id}"

    @property
    def open_url(self) -> str:
        return reverse("messaging:open", args=[self.public_id])
