"""Marking notifications as read."""

from typing import Any

from django.utils import timezone

from foundation.messaging.models import Notification


def mark_read(notification: Notification, *, by: Any) -> None:
    """Mark one of the own notifications as read; again changes nothing."""
    Notification.objects.visible_to(by).filter(pk=notification.pk, read_at__isnull=True).update(
        read_at=timezone.now()
    )


def mark_all_read(*, by: Any) -> int:
    """Mark all own notifications as read; return how many were not."""
    return Notification.objects.visible_to(by).filter(read_at__isnull=True).update(read_at=timezone.now())
