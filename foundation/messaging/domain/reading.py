"""Marking notifications as read, and forgetting those that were read long ago."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from foundation.core.flow import chores
from foundation.messaging.models import Notification

# What `kinds.py` promises under `retain`.
KEEP_READ = timedelta(days=180)


def mark_read(notification: Notification, *, by: Any) -> None:
    """Mark one of the own notifications as read; again changes nothing."""
    Notification.objects.visible_to(by).filter(pk=notification.pk, read_at__isnull=True).update(
        read_at=timezone.now()
    )


def mark_all_read(*, by: Any) -> int:
    """Mark all own notifications as read; return how many were not."""
    return Notification.objects.visible_to(by).filter(read_at__isnull=True).update(read_at=timezone.now())


@chores.each(chores.Rhythm.DAY)
def sweep() -> int:
    """Delete the notifications that were read longer ago than they are kept; return how many.

    What was never opened stays: nobody knows of it yet.
    """
    return Notification.objects.filter(read_at__lt=timezone.now() - KEEP_READ).delete()[0]
