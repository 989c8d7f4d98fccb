"""Watching the audit log for what should not happen, and looking into it (O4)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from foundation.accounts.domain.queries.holders import holders
from foundation.accounts.models import User
from foundation.core import notify
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.flow import audit, chores, heads
from foundation.core.models import AuditEntry, AuditHead
from foundation.core.pages import options
from office.models import Alarm, Watch
from office.permissions import OfficePermission
from office.rules import EXPORTS, HOUR, REVEALS, Rule, is_night

CHUNK = 2000


class NoteMissing(Exception):
    """Whoever closes an alarm says what it was."""


@chores.each(chores.Rhythm.MINUTE)
@transaction.atomic
def watch() -> int:
    """Look at what was written since the last time; return how many alarms were raised or grew."""
    Watch.objects.get_or_create(id=1)
    # Two watchers would count twice: the second one waits, and finds nothing left.
    seen = Watch.objects.select_for_update().get(id=1)
    entries = list(AuditEntry.objects.filter(seq__gt=seen.seq).order_by("seq")[:CHUNK])
    if not entries:
        return 0
    found: dict[tuple[Rule, int | None, date], list[int]] = defaultdict(list)
    for entry in entries:
        if (rule := _broken(entry)) is not None:
            found[rule, entry.actor_id, timezone.localdate(entry.at)].append(entry.seq)
    for entry in _mass_reveals(entries):
        found[Rule.MASS_REVEAL, entry.actor_id, timezone.localdate(entry.at)].append(entry.seq)
    known = set(
        User.objects.filter(pk__in={actor for _rule, actor, _day in found}).values_list("pk", flat=True)
    )
    for (rule, actor, day), numbers in found.items():
        _raise(rule, actor if actor in known else None, day, numbers)
    seen.seq = entries[-1].seq
    seen.save(update_fields=["seq"])
    return len(found)


@chores.each(chores.Rhythm.DAY)
def verify_log() -> int:
    """Walk the whole log, and compare it with its published heads; an alarm says where it does not hold."""
    _count, broken = audit.verify()
    seq = broken.seq if broken else 0
    path = Path(settings.AUDIT_HEADS)
    if not broken and path.exists():
        with path.open(encoding="utf-8") as lines:
            _agreeing, bad = heads.check(lines)
        if bad is None:
            return 0
        seq = AuditHead.objects.values_list("seq", flat=True).get(id=1)
    elif not broken:
        return 0
    with transaction.atomic():
        _raise(Rule.CHAIN_BROKEN, None, timezone.localdate(), [seq])
    return 1


def _broken(entry: AuditEntry) -> Rule | None:
    """The rule that one entry breaks by itself."""
    if entry.action in EXPORTS and is_night(
        timezone.localtime(entry.at).time(),
        begins=options.value("office.night_from"),
        ends=options.value("office.night_to"),
    ):
        return Rule.NIGHT_EXPORT
    if entry.action == "moderation.publish":
        return Rule.UNREVIEWED
    if entry.action == "accounts.give_role" and entry.actor_id is None:
        return Rule.ROLE_AT_SERVER
    return None


def _mass_reveals(entries: Iterable[AuditEntry]) -> list[AuditEntry]:
    """The reveals that were too many within the hour before them."""
    looks = [entry for entry in entries if entry.action in REVEALS and entry.actor_id is not None]
    if not looks:
        return []
    earlier = AuditEntry.objects.filter(
        action__in=REVEALS,
        actor_id__in={entry.actor_id for entry in looks},
        at__gt=looks[0].at - HOUR,
        seq__lte=looks[-1].seq,
    ).order_by("seq")
    moments: dict[int | None, list[Any]] = defaultdict(list)
    too_many = []
    new = {entry.seq for entry in looks}
    most = options.value("office.reveals_an_hour")
    for entry in earlier:
        recent = [at for at in moments[entry.actor_id] if at > entry.at - HOUR]
        moments[entry.actor_id] = [*recent, entry.at]
        if entry.seq in new and len(recent) >= most:
            too_many.append(entry)
    return too_many


def _raise(rule: Rule, actor_id: int | None, day: date, numbers: list[int]) -> None:
    """Raise an alarm, or let it grow; auditors hear of it once until one of them has looked into it."""
    alarm, new = Alarm.objects.get_or_create(
        rule=rule,
        actor_id=actor_id,
        day=day,
        defaults={"first_seq": numbers[0], "last_seq": numbers[-1], "count": len(numbers)},
    )
    is_open = not new and alarm.seen_at is None
    if not new:
        alarm.last_seq, alarm.count = numbers[-1], alarm.count + len(numbers)
        # It went on after somebody had looked: it has to be looked at again.
        alarm.seen_at, alarm.seen_by = None, None
        alarm.save(update_fields=["last_seq", "count", "seen_at", "seen_by"])
    if is_open:
        return
    told = set(holders(OfficePermission.READ_LOG)) - {actor_id}
    notify.emit("raised", to=told, about=alarm)


@transaction.atomic
def look_into(alarm: Alarm, *, note: str, by: User) -> None:
    """Close an alarm with what it was. Raises NoteMissing, Refused (without the right; the one it is about)."""
    require(by, OfficePermission.CLOSE_ALARMS)
    if alarm.actor_id == by.pk:
        raise Refused(Refusal.FORBIDDEN)
    note = note.strip()[:300]
    if not note:
        raise NoteMissing
    locked = Alarm.objects.select_for_update(of=("self",)).get(pk=alarm.pk)
    if locked.seen_at is None:
        locked.seen_by, locked.seen_at, locked.note = by, timezone.now(), note
        locked.save(update_fields=["seen_by", "seen_at", "note"])
        audit.append("office.look_into_alarm", by=by, obj=locked, data={"note": note})
