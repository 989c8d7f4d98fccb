"""Answers `core.notify`: one event becomes one row per person and what its channels deliver."""

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from foundation.core import kinds
from foundation.core.flow import outbox
from foundation.messaging.models import Notification


def emit(
    event: str, *, to: Iterable[int], about: models.Model, by: Any = None, text: str = "", again: bool = True
) -> None:
    """Tell the users `to` of `event`; see `core.notify.emit`. A mail follows through the outbox.

    Raises KeyError where the kind of `about` does not name the event.
    """
    kind = kinds.of(about)
    if isinstance(kind.notify, kinds.Without) or event not in kind.notify:
        raise KeyError(f"{kind.key} has no event {event}")
    people = sorted({int(person) for person in to} - ({by.pk} if by is not None else set()))
    if people:
        _tell(people, event, kind, about, by, text, again=again)


@transaction.atomic
def _tell(
    people: list[int], event: str, kind: kinds.Kind, about: models.Model, by: Any, text: str, *, again: bool
) -> None:
    about_it = {"event": event, "kind": kind.key, "object_id": str(about.pk), "by_id": by.pk if by else None}
    known = Notification.objects.filter(user_id__in=people, **about_it)
    told_before = set(known.values_list("user_id", flat=True))
    now = timezone.now()
    if again:
        known.update(created_at=now, read_at=None, text=text)
    Notification.objects.bulk_create(
        [
            Notification(user_id=person, text=text, created_at=now, **about_it)
            for person in people
            if person not in told_before
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    rows = Notification.objects.filter(user_id__in=people, created_at=now, **about_it).values_list(
        "pk", flat=True
    )
    stamp = int(now.timestamp() * 1000)
    outbox.enqueue_many("notification", [(f"notification:{pk}:{stamp}", {"id": pk}) for pk in rows])
