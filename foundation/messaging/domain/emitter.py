"""Answers `core.notify`: one event becomes one row per person, and one per way by which it goes out."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core import kinds, live
from foundation.core.access import scopes
from foundation.core.facets import Channel, Event, EventGroup
from foundation.core.flow import outbox
from foundation.messaging.domain import muting
from foundation.messaging.domain.choices import Choice, choices_of, outward
from foundation.messaging.models import Delivery, Notification

State = Delivery.State


def emit(
    event: str, *, to: Iterable[int], about: models.Model, by: Any = None, text: str = "", again: bool = True
) -> None:
    """Tell the users `to` of `event`, each as she chose; see `core.notify.emit`. Who is apart from `by` hears nothing.

    Raises KeyError where the kind of `about` does not name the event.
    """
    kind = kinds.of(about)
    if event not in kind.events:
        raise KeyError(f"{kind.key} has no event {event}")
    people = {int(person) for person in to} - ({by.pk} if by is not None else set())
    if people and kind.events[event].group == EventGroup.PEOPLE and (apart := scopes.not_apart(by, "pk")):
        people = set(User.objects.filter(apart, pk__in=people).values_list("pk", flat=True))
    if people:
        _tell(people, event, kind, about, by, text, again=again)


@transaction.atomic
def _tell(
    people: set[int], event: str, kind: kinds.Kind, about: models.Model, by: Any, text: str, *, again: bool
) -> None:
    facts, name, thread = kind.events[event], f"{kind.key}.{event}", muting.thread_of(kind, about)
    if not facts.urgent:
        people = people - muting.muted_by(people, thread=thread, person=by)
    choices = choices_of(people, name)
    ways = {pk: found for pk in sorted(people) if (found := choices[pk].ways(name, facts))}
    about_it = {"event": event, "kind": kind.key, "object_id": str(about.pk), "by_id": by.pk if by else None}
    known = Notification.objects.filter(user_id__in=ways, **about_it)
    told_before = set(known.values_list("user_id", flat=True))
    now = timezone.now()
    if again:
        known.update(created_at=now, read_at=None, text=text, folded=False)
    bundle = name if facts.alike else f"{name}|{thread}"
    Notification.objects.bulk_create(
        [
            Notification(
                user_id=pk,
                text=text,
                created_at=now,
                on_site=Channel.SITE in found,
                group=facts.group,
                thread=thread,
                bundle=bundle,
                **about_it,
            )
            for pk, found in ways.items()
            if pk not in told_before
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    told = dict(
        Notification.objects.filter(user_id__in=ways, created_at=now, **about_it).values_list("user_id", "pk")
    )
    shown_people = [pk for pk in told if Channel.SITE in ways[pk]]
    Notification.objects.filter(
        user_id__in=shown_people, bundle=bundle, folded=False, created_at__lt=now
    ).update(folded=True)
    live.publish(shown_people)
    _plan(told, ways, choices, facts, now)


def _plan(
    told: dict[int, int],
    ways: dict[int, frozenset[Channel]],
    choices: dict[int, Choice],
    facts: Event,
    now: datetime,
) -> None:
    """Write what goes out by which way and when; what is due now is started at once."""
    leading = outward()
    planned = {
        (row, way): (person, choices[person].due(way, facts, now))
        for person, row in told.items()
        for way in ways[person] & leading
    }
    if not planned:
        return
    of_these = Delivery.objects.filter(notification_id__in=told.values())
    there = set(of_these.values_list("notification_id", "channel"))
    Delivery.objects.bulk_create(
        [
            Delivery(user_id=person, notification_id=row, channel=way, due_at=due)
            for (row, way), (person, due) in planned.items()
            if (row, str(way)) not in there
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    anew: dict[tuple[Channel, datetime], list[int]] = defaultdict(list)
    for (row, way), (_person, due) in planned.items():
        if (row, str(way)) in there:
            anew[way, due].append(row)
    for (way, due), rows in anew.items():
        # What waits already goes out when it was going to.
        of_these.filter(notification_id__in=rows, channel=way).exclude(state=State.WAITING).update(
            state=State.WAITING, round=F("round") + 1, due_at=due, done_at=None
        )
    # One message for each row; the first to be carried out sends for all.
    due_now = of_these.filter(state=State.WAITING, due_at__lte=now)
    outbox.enqueue_many(
        "deliver",
        [
            (f"deliver:{pk}:{number}", {"user": person, "channel": way, "until": now.isoformat()})
            for pk, number, person, way in due_now.values_list("pk", "round", "user_id", "channel")
        ],
    )
