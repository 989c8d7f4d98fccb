"""Carries notifications out of the site: letters, digests and short messages (S11).

What waits in `Delivery` is sent for one person and one way in one transaction, which locks the rows, asks again who may
see what, writes the message into the outbox and marks the rows. So a digest is what was not delivered yet: whoever
runs late, early, twice or dies half-way neither loses nor repeats anything, and the outbox's own key keeps the
gateway from taking a message twice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Max, Min, Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.facets import Channel
from foundation.core.flow import chores, outbox
from foundation.core.models import SiteSettings
from foundation.messaging.domain.choices import choices_of
from foundation.messaging.domain.queries.words import Told, in_words, names_in_words
from foundation.messaging.models import Delivery, Mute, Notification

State = Delivery.State
# A letter names so many notifications; of more it says how many.
NAMED = 300


@dataclass(frozen=True)
class Parcel:
    """What goes to one person by one way: each bundle in words, newest first, and how many rows are not named."""

    user: User
    told: Sequence[Told]
    rest: int
    key: str
    site: SiteSettings

    @property
    def subject(self) -> str:
        if len(self.told) == 1 and not self.rest:
            return self.told[0].sentence
        number = len(self.told) + self.rest
        return ngettext("%(site)s：%(number)s 条新通知", "%(site)s：%(number)s 条新通知", number) % {
            "site": self.site.community_name,
            "number": number,
        }


type Carrier = Callable[[Parcel], bool]
CARRIERS: dict[str, Carrier] = {}


def carries(way: Channel) -> Callable[[Carrier], Carrier]:
    """Make the decorated function the one that puts a parcel of that way into the outbox; False: it can't."""

    def decorate(function: Carrier) -> Carrier:
        CARRIERS[way] = function
        return function

    return decorate


@chores.each(chores.Rhythm.MINUTE)
def start_due() -> int:
    """Start what is due: digests at their hour, and what waited for the end of quiet hours; return for how many.

    The key names the person's window: what waits in it, when it was due, and the day, so that a parked message stops
    no later one.
    """
    now = timezone.now()
    due = (
        Delivery.objects.filter(state=State.WAITING, due_at__lte=now)
        .values("user_id", "channel")
        .annotate(first=Min("pk"), last=Max("pk"), rounds=Sum("round"), due=Max("due_at"))
        .order_by()
    )
    day = timezone.localtime(now).date()
    messages = []
    for row in due.iterator():
        window = f"{row['first']}-{row['last']}:{row['rounds']}:{row['due']:%Y%m%d%H%M%S}:{day}"
        payload = {"user": row["user_id"], "channel": row["channel"], "until": now.isoformat()}
        messages.append((f"deliver:{row['channel']}:{row['user_id']}:{window}", payload))
    for start in range(0, len(messages), 500):
        outbox.enqueue_many("deliver", messages[start : start + 500])
    return len(messages)


@outbox.handler("deliver")
@transaction.atomic
def deliver(key: str, payload: dict[str, Any]) -> None:
    """Send what is due for one person by one way; nothing where another worker was faster."""
    now, way = timezone.now(), payload["channel"]
    # What was due by the clock of the machine that started it is due here, whatever the clock here says.
    until = max(now, datetime.fromisoformat(payload["until"]))
    due = Delivery.objects.filter(
        user_id=payload["user"], channel=way, state=State.WAITING, due_at__lte=until
    ).order_by("-pk")
    user = User.objects.get(pk=payload["user"])
    newest: Delivery | None = None
    wanted: list[Delivery] = []
    told: Sequence[Told] = []
    chunks, chunk = 0, _locked(due)
    while chunk:
        chunks += 1
        newest = newest or chunk[0]
        told, named = _still_wanted(user, way, [row.notification for row in chunk])
        wanted += [row for row in chunk if row.notification_id in named]
        gone = [row.pk for row in chunk if row.notification_id not in named]
        Delivery.objects.filter(pk__in=gone).update(state=State.DROPPED, done_at=now)
        chunk = _locked(due.filter(pk__lt=chunk[-1].pk)) if len(chunk) == NAMED else []
    if newest is None or not wanted:
        return
    if chunks > 1:
        # In words once more: the lines of one bundle may have lain in several chunks.
        told, _named = _still_wanted(user, way, [row.notification for row in wanted[:NAMED]])
    parcel = Parcel(
        user, told, len(wanted[NAMED:]), f"{way}:{newest.pk}:{newest.round}", SiteSettings.current()
    )
    state = State.SENT if CARRIERS[way](parcel) else State.DROPPED
    for start in range(0, len(wanted), NAMED):
        part = [row.pk for row in wanted[start : start + NAMED]]
        Delivery.objects.filter(pk__in=part).update(state=state, done_at=now)


def _locked(due: Any) -> list[Delivery]:
    return list(due.select_for_update(of=("self",)).select_related("notification__by")[:NAMED])


def _still_wanted(user: User, way: str, rows: Iterable[Notification]) -> tuple[Sequence[Told], set[int]]:
    """Keep what is unread, wanted and visible now: each bundle in words, newest first, and the keys of the rows."""
    if not user.is_active:
        return [], set()
    choice = choices_of([user.pk])[user.pk]
    mutes = Mute.objects.filter(user_id=user.pk).values_list("person_id", "thread")
    persons, threads = {person for person, _t in mutes if person}, {thread for _p, thread in mutes if thread}

    def is_wanted(row: Notification) -> bool:
        event = kinds.get(row.kind).events.get(row.event) if row.kind in kinds.all_kinds() else None
        if event is None or row.read_at is not None:
            return False
        muted = row.by_id in persons or row.thread in threads
        return Channel(way) in choice.ways(f"{row.kind}.{row.event}", event) and (event.urgent or not muted)

    kept = sorted(filter(is_wanted, rows), key=lambda row: (row.created_at, row.pk), reverse=True)
    bundles: dict[str, list[Notification]] = {}
    for one in in_words(kept, user):
        if one.url:
            bundles.setdefault(one.notification.bundle, []).append(one.notification)
    heads = [bundle[0] for bundle in bundles.values()]
    who = {}
    for bundle in bundles.values():
        names = {row.by_id: row.by.display_name for row in bundle if row.by is not None}
        if names:
            who[bundle[0].pk] = names_in_words(list(names.values()), len(names))
    return in_words(heads, user, who), {row.pk for bundle in bundles.values() for row in bundle}


@carries(Channel.MAIL)
def by_mail(parcel: Parcel) -> bool:
    """Write a letter of one notification, or a digest of several."""
    if not parcel.user.email:
        return False
    context = {
        "parcel": parcel,
        "base": settings.WAGTAILADMIN_BASE_URL,
        "centre": settings.WAGTAILADMIN_BASE_URL + reverse("messaging:notifications"),
        "settings": settings.WAGTAILADMIN_BASE_URL + reverse("messaging:settings"),
    }
    EmailMessage(
        " ".join(parcel.subject.split()),
        render_to_string("messaging/notification_message.txt", context),
        to=[parcel.user.email],
        headers={"X-Linli-Key": parcel.key},
    ).send()
    return True


@carries(Channel.SMS)
def by_sms(parcel: Parcel) -> bool:
    """Write one short message, which says what happened and never what somebody wrote."""
    if not parcel.user.phone_verified_at or not parcel.user.phone_sealed:
        return False
    text = f"【{parcel.site.community_name}】{parcel.subject}"
    link = settings.WAGTAILADMIN_BASE_URL + reverse("messaging:notifications")
    outbox.enqueue("sms", key=parcel.key, payload={"to": parcel.user.phone_sealed, "text": f"{text} {link}"})
    return True
