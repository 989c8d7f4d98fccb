"""Marking notifications as read, and forgetting those that were read long ago."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from foundation.core import kinds, live
from foundation.core.flow import chores
from foundation.messaging.models import Notification

# What `kinds.py` promises under `retain`.
KEEP_READ = timedelta(days=180)


def mark_read(notification: Notification, *, by: Any) -> int:
    """Mark a line of the own centre, with all that it bundles, as read; return how many rows were not."""
    unread = Notification.objects.visible_to(by).filter(bundle=notification.bundle, read_at__isnull=True)
    return _read(unread, by)


def mark_all_read(*, by: Any) -> int:
    """Mark all own notifications as read; return how many were not."""
    return _read(Notification.objects.visible_to(by).filter(read_at__isnull=True), by)


def mark_seen(about: models.Model, *, by: Any) -> int:
    """Mark as read whatever `by` was told of an object that she has looked at; return how many rows were not."""
    unread = Notification.objects.filter(
        user_id=by.pk, kind=kinds.of(about).key, object_id=str(about.pk), read_at__isnull=True
    )
    return _read(unread, by)


def _read(unread: models.QuerySet[Notification], by: Any) -> int:
    many = unread.update(read_at=timezone.now())
    if many:
        live.publish([by.pk])
    return many


def settle(*events: str, about: models.Model) -> int:
    """Let fall away what asked people to do something that is done now; return how many rows that were.

    Read or not: the number in the line that bundles them is the number of what waits. What was to go out by mail
    goes with it.
    """
    over = Notification.objects.filter(
        event__in=events, kind=kinds.of(about).key, object_id=str(about.pk), user__isnull=False
    )
    bundles = set(over.values_list("user_id", "bundle"))
    if not bundles:
        return 0
    people = {user for user, _bundle in bundles}
    gone = over.delete()[1].get("messaging.Notification", 0)
    unfold(user_id__in=people, bundle__in={bundle for _user, bundle in bundles})
    live.publish(people)
    return gone


def forget_between(one: Any, other: Any) -> None:
    """Take back all that each of two people was told of the other's doings: they are apart (S6)."""
    over = Notification.objects.filter(Q(user=one, by=other) | Q(user=other, by=one))
    bundles = set(over.values_list("bundle", flat=True))
    if over.delete()[0]:
        unfold(user_id__in=[one.pk, other.pk], bundle__in=bundles)
        live.publish([one.pk, other.pk])


@chores.each(chores.Rhythm.DAY)
def sweep() -> int:
    """Delete the notifications that were read longer ago than they are kept; return how many.

    What was never opened stays: nobody knows of it yet. What was never shown on the site goes as long after it was
    written.
    """
    over = timezone.now() - KEEP_READ
    old = Q(read_at__lt=over) | Q(on_site=False, created_at__lt=over)
    gone = Notification.objects.filter(old).delete()[1].get("messaging.Notification", 0)
    unfold()
    return gone


def unfold(**among: Any) -> None:
    """Bring back the lines whose newest row went, with the account of who did it for instance."""
    newer = Notification.objects.filter(
        Q(created_at__gt=OuterRef("created_at"))
        | Q(created_at=OuterRef("created_at"), pk__gt=OuterRef("pk")),
        user_id=OuterRef("user_id"),
        bundle=OuterRef("bundle"),
        on_site=True,
    )
    Notification.objects.filter(~Exists(newer), folded=True, **among).update(folded=False)
