"""Hearing nothing more of a person or a thread; nobody is told of it (S11)."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.utils import timezone

from foundation.core import kinds
from foundation.core.access.permissions import require
from foundation.messaging.models import Delivery, Mute, Notification
from foundation.messaging.permissions import MessagingPermission


def muted_by(people: Collection[int], *, thread: str, person: Any) -> set[int]:
    """Return those of `people` who want to hear nothing of that thread, or of that person."""
    about = Q(thread=thread)
    if person is not None:
        about |= Q(person_id=person.pk)
    return set(Mute.objects.filter(about, user_id__in=people).values_list("user_id", flat=True))


def mute_thread(told: Notification, *, by: Any) -> Mute:
    """Tell `by` nothing more of what her notification hangs on; what waits to go out is dropped. Raises Refused."""
    require(by, MessagingPermission.READ_NOTIFICATIONS)
    muted, _new = Mute.objects.get_or_create(user_id=by.pk, thread=told.thread)
    _drop(by, notification__thread=told.thread)
    return muted


def mute_person(told: Notification, *, who: str = "", by: Any) -> Mute | None:
    """Tell `by` nothing more of what that person does; what waits to go out is dropped. Raises Refused.

    `who` is the address name of one of those whom the line bundles; without it, the newest. None: nobody there.
    """
    require(by, MessagingPermission.READ_NOTIFICATIONS)
    person = told.by_id
    if who:
        bundled = Notification.objects.visible_to(by).filter(bundle=told.bundle, by__username=who)
        person = bundled.values_list("by_id", flat=True).first()
    return mute(person, by=by)


def mute(person: int | None, *, by: Any) -> Mute | None:
    """Tell `by` nothing more of what the account `person` does; None where that is nobody else. Raises Refused."""
    require(by, MessagingPermission.READ_NOTIFICATIONS)
    if person is None or person == by.pk:
        return None
    muted, _new = Mute.objects.get_or_create(user_id=by.pk, person_id=person)
    _drop(by, notification__by_id=person)
    return muted


def unmute_person(person: int, *, by: Any) -> None:
    """Hear of that account again; again changes nothing. Raises Refused."""
    require(by, MessagingPermission.READ_NOTIFICATIONS)
    Mute.objects.filter(user_id=by.pk, person_id=person).delete()


def mute_object(obj: Any, *, by: Any) -> None:
    """Tell `by` nothing more of an object of a kind and what hangs on it. Raises Refused."""
    require(by, MessagingPermission.READ_NOTIFICATIONS)
    thread = thread_of(kinds.of(obj), obj)
    Mute.objects.get_or_create(user_id=by.pk, thread=thread)
    _drop(by, notification__thread=thread)


def unmute_object(obj: Any, *, by: Any) -> None:
    """Tell `by` of it again. Raises Refused."""
    require(by, MessagingPermission.READ_NOTIFICATIONS)
    Mute.objects.filter(user_id=by.pk, thread=thread_of(kinds.of(obj), obj)).delete()


def has_muted(obj: Any, user: Any) -> bool:
    """Say whether `user` wants to hear nothing of an object of a kind."""
    return Mute.objects.filter(user_id=user.pk, thread=thread_of(kinds.of(obj), obj)).exists()


def thread_of(kind: kinds.Kind, about: Any) -> str:
    """Return the name of what `about` hangs on, or of itself, as it stands in `Notification.thread`."""
    if kind.hangs_on is None:
        return f"{kind.key}:{about.pk}"
    target = kind.hangs_on(about)
    return f"{kinds.of(target).key}:{target.pk}"


def unmute(mute_id: int, *, by: Any) -> bool:
    """End one of the own mutes; say whether there was such a one. Raises Refused."""
    require(by, MessagingPermission.READ_NOTIFICATIONS)
    return bool(Mute.objects.filter(pk=mute_id, user_id=by.pk).delete()[0])


def _drop(by: Any, **which: Any) -> None:
    Delivery.objects.filter(user_id=by.pk, state=Delivery.State.WAITING, **which).update(
        state=Delivery.State.DROPPED, done_at=timezone.now()
    )
