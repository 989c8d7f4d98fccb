"""What each person chose: by which ways an event reaches her, and when (S11)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from foundation.accounts.permissions import STAFF_ROLES
from foundation.core import kinds
from foundation.core.access.permissions import held_roles, require
from foundation.core.facets import Channel, Event, EventGroup
from foundation.messaging.models import Delivery, Digest, Manner, Preference, Preset
from foundation.messaging.permissions import MessagingPermission

DIGEST_HOUR = time(8)
MONDAY = 0
DIGEST_OF = {Preset.QUIET: Digest.NONE, Preset.NORMAL: Digest.DAILY, Preset.ALL: Digest.AT_ONCE}
EVERYTHING = frozenset({Channel.SITE, Channel.MAIL, Channel.PUSH})
type Pair = tuple[str, str]


@dataclass(frozen=True)
class Choice:
    """One person's choice. `chosen` holds what differs from the events' own ways, for the preset "custom"."""

    preset: str = Preset.NORMAL
    custom_digest: str = Digest.DAILY
    quiet_hours: tuple[time, time] | None = None
    chosen: Mapping[Pair, bool] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        return DIGEST_OF.get(Preset(self.preset), Digest(self.custom_digest))

    def ways(self, name: str, event: Event) -> frozenset[Channel]:
        """Return the ways by which the event of that name ("post.liked") comes to her."""
        found = set(event.channels)
        if self.preset == Preset.QUIET:
            found = {Channel.SITE}
        elif self.preset == Preset.ALL:
            found = set(EVERYTHING)
        elif self.preset == Preset.CUSTOM:
            found = {way for way in Channel if self.chosen.get((name, way), way in event.channels)}
        if self.digest == Digest.NONE:
            found.discard(Channel.MAIL)
        if event.urgent:
            found |= {Channel.SITE, Channel.MAIL}
        return frozenset(found)

    def due(self, way: Channel, event: Event, now: datetime) -> datetime:
        """Return when it may go out by that way: digests at their hour, nothing in quiet hours, urgent things now."""
        if event.urgent:
            return now
        return self.next_time(way, now + event.mail_after if way == Channel.MAIL else now)

    def next_time(self, way: Channel, now: datetime) -> datetime:
        """Return when what is not urgent goes out next by that way."""
        moment = now
        if way == Channel.MAIL and self.digest in (Digest.DAILY, Digest.WEEKLY):
            moment = _next_digest(now, weekly=self.digest == Digest.WEEKLY)
        return _after_quiet(moment, self.quiet_hours)


def _at(day: Any, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=timezone.get_current_timezone())


def _next_digest(now: datetime, *, weekly: bool) -> datetime:
    """Return the next eight o'clock that is still to come, of a Monday where it is weekly."""
    day = timezone.localtime(now).date()
    while (moment := _at(day, DIGEST_HOUR)) <= now or (weekly and day.weekday() != MONDAY):
        day += timedelta(days=1)
    return moment


def _after_quiet(moment: datetime, hours: tuple[time, time] | None) -> datetime:
    if hours is None:
        return moment
    begin, end = hours
    local = timezone.localtime(moment)
    now = local.time()
    over_midnight = begin > end
    if not ((now >= begin or now < end) if over_midnight else (begin <= now < end)):
        return moment
    day = local.date() + timedelta(days=1) if over_midnight and now >= begin else local.date()
    return _at(day, end)


ORDINARY = Choice()


def choices_of(people: Collection[int], name: str = "") -> dict[int, Choice]:
    """Return the choices of people, of one event or of all, in two statements. Nothing stored: ORDINARY."""
    manners = {row.user_id: row for row in Manner.objects.filter(user_id__in=people)}
    custom = [pk for pk, row in manners.items() if row.preset == Preset.CUSTOM]
    chosen: dict[int, dict[Pair, bool]] = {pk: {} for pk in custom}
    rows = Preference.objects.filter(user_id__in=custom)
    if name:
        rows = rows.filter(event=name)
    for row in rows:
        chosen[row.user_id][row.event, row.channel] = row.wanted
    found = dict.fromkeys(people, ORDINARY)
    for pk, manner in manners.items():
        found[pk] = Choice(manner.preset, manner.digest, manner.quiet_hours, chosen.get(pk, {}))
    return found


def outward() -> frozenset[Channel]:
    """Return the ways that lead out of the site here: push only where its switch is on."""
    ways = {Channel.MAIL, Channel.SMS} | ({Channel.PUSH} if settings.WEB_PUSH else set())
    return frozenset(ways)


def groups_of(user: Any) -> list[EventGroup]:
    """Return the groups of events that `user` can be told of: who works for nobody here hears of no work."""
    staff = any(held.role in STAFF_ROLES for held in held_roles(user))
    return [group for group in EventGroup if staff or group != EventGroup.WORK]


def all_events() -> Iterator[tuple[str, Event]]:
    """Yield every event of every kind with its name ("post.liked"), group by group."""
    for group in EventGroup:
        for kind in kinds.all_kinds().values():
            for name, event in kind.events.items():
                if event.group == group:
                    yield f"{kind.key}.{name}", event


@transaction.atomic
def choose(
    *,
    preset: str,
    digest: str = Digest.DAILY,
    quiet_hours: tuple[time, time] | None = None,
    wanted: Collection[Pair] | None = None,
    by: Any,
) -> None:
    """Keep how `by` wants to be told; what waits to go out follows the new choice at once.

    `wanted` are the pairs (event, way) that she ticked, or None to leave them. Raises Refused.
    """
    require(by, MessagingPermission.READ_NOTIFICATIONS)
    begin, end = quiet_hours or (None, None)
    Manner.objects.update_or_create(
        user_id=by.pk,
        defaults={"preset": preset, "digest": digest, "quiet_from": begin, "quiet_until": end},
    )
    if wanted is not None:
        _keep(wanted, by)
    now = timezone.now()
    choice = choices_of([by.pk])[by.pk]
    # Urgent things were due at once: what is due later is none of them.
    later = Delivery.objects.filter(user_id=by.pk, state=Delivery.State.WAITING, due_at__gt=now)
    for way in (Channel.MAIL, Channel.SMS, Channel.PUSH):
        later.filter(channel=way).update(due_at=choice.next_time(way, now))


def _keep(wanted: Collection[Pair], by: Any) -> None:
    rows = [
        Preference(user_id=by.pk, event=name, channel=way, wanted=(name, way) in wanted)
        for name, event in all_events()
        for way in Channel
        if ((name, way) in wanted) != (way in event.channels)
    ]
    Preference.objects.filter(user_id=by.pk).delete()
    Preference.objects.bulk_create(rows)
