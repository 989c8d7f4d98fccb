"""How the machine stands that runs the site: each question returns a figure, 0 where all is well (M4)."""

import shutil
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from foundation.core.cache import serves
from foundation.core.flow import backlog, pulse
from office.domain.queries import backups
from office.rules import DISK_PERCENT, Fault

LATE = timedelta(minutes=10)
# So many seconds a clock may be wrong.
WRONG = 60


class _Clock:
    """By how much this process's two clocks differ: what changes that is a jump."""

    offset: float | None = None


def fullest_disk() -> int:
    """Return how full, in per cent, the fullest of our disks is, where that is too full."""
    places = {Path(place) for place in (settings.VAR_DIR, settings.PRIVATE_ROOT, settings.MEDIA_ROOT)}
    used = [shutil.disk_usage(place) for place in places if place.exists()]
    most = max((100 * (disk.total - disk.free) // disk.total for disk in used if disk.total), default=0)
    return most if most >= DISK_PERCENT else 0


def minutes_without_a_worker() -> int:
    """Return for how long Celery's workers have been silent; the embedded default has none."""
    return 0 if settings.OUTBOX_THREAD else pulse.minutes_silent()


def seconds_wrong() -> int:
    """Return by how much this machine's clock jumped since it was last asked, or differs from the database's."""
    offset = time.time() - time.monotonic()
    jumped = abs(offset - _Clock.offset) if _Clock.offset is not None else 0.0
    _Clock.offset = offset
    wrong = max(jumped, abs(_ahead_of_the_database()))
    return int(wrong) if wrong > WRONG else 0


def _ahead_of_the_database() -> float:
    if connection.vendor != "postgresql" or not settings.DATABASE_CLOCK:
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return (timezone.now() - cursor.fetchone()[0]).total_seconds()


QUESTIONS: Mapping[Fault, Callable[[], int]] = {
    Fault.DISK_FULL: fullest_disk,
    Fault.WORKER_SILENT: minutes_without_a_worker,
    Fault.REDIS_AWAY: lambda: 0 if serves() else 1,
    Fault.MAIL_AWAY: lambda: backlog.waiting_for("mail"),
    Fault.SMS_AWAY: lambda: backlog.waiting_for("sms"),
    Fault.LATE: lambda: backlog.late(LATE),
    Fault.PARKED: backlog.parked,
    Fault.CLOCK_JUMPED: seconds_wrong,
    Fault.BACKUP_OLD: backups.hours_without_a_backup,
    Fault.DRILL_OLD: backups.days_without_a_drill,
    Fault.KEYS_LOCKED: backups.locked_keys,
    Fault.KEYS_UNKNOWN: backups.unknown_keys,
}
