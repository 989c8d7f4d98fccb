"""How it stands with the backups and the keys of this installation (O8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.access.permissions import require
from foundation.core.crypto import rotation
from foundation.core.crypto.models import CryptoKey
from office.domain.backup import point_in_time
from office.models import BackupRun
from office.permissions import OfficePermission

# A day and two hours of patience: the nightly one may take a while.
BACKUP_AGE = timedelta(hours=26)
DRILL_AGE = timedelta(days=92)
KEY_AGE = timedelta(days=366)
# In the cache: in how many columns something was sealed by a key that is not held.
UNKNOWN = "keys:unknown"


@dataclass(frozen=True)
class Standing:
    """What the page shows; None where there never was one."""

    places: list[str]
    keys_apart: bool
    backup: BackupRun | None
    backup_old: bool
    keys: BackupRun | None
    drill: BackupRun | None
    drill_old: bool
    keys_since: datetime | None
    keys_old: bool
    archive: point_in_time.Archive | None


def standing(by: Any) -> Standing:
    """Return how old the last good backup, drill and keys are. Raises Refused."""
    require(by, OfficePermission.READ_TROUBLES)
    backup, drill = last_good(BackupRun.Kind.BACKUP), last_good(BackupRun.Kind.DRILL)
    writing = CryptoKey.objects.filter(state=CryptoKey.State.WRITE, purpose="field").first()
    now = timezone.now()
    return Standing(
        places=[address.partition("://")[0] for address in settings.BACKUP_PLACES],
        keys_apart=bool(settings.BACKUP_KEYS_PLACE),
        backup=backup,
        backup_old=backup is None or backup.began_at < now - BACKUP_AGE,
        keys=last_good(BackupRun.Kind.KEYS),
        drill=drill,
        drill_old=drill is None or drill.began_at < now - DRILL_AGE,
        keys_since=writing.created_at if writing else None,
        keys_old=writing is not None and writing.created_at < now - KEY_AGE,
        archive=point_in_time.archive(),
    )


def last_good(kind: BackupRun.Kind) -> BackupRun | None:
    """Return the newest one of a kind that was good in every place."""
    return BackupRun.objects.filter(kind=kind, good=True).order_by("-began_at").first()


def hours_without_a_backup() -> int:
    """Return for how long there was no good backup, where that is too long; the demo's people are invented."""
    return 0 if settings.DEMO else _too_long(BackupRun.Kind.BACKUP, BACKUP_AGE, timedelta(hours=1))


def days_without_a_drill() -> int:
    """Return for how long no backup was put back to try it, where that is too long."""
    return 0 if settings.DEMO else _too_long(BackupRun.Kind.DRILL, DRILL_AGE, timedelta(days=1))


def _too_long(kind: BackupRun.Kind, most: timedelta, unit: timedelta) -> int:
    run = last_good(kind)
    # Where there never was one, since the first account.
    since = run.began_at if run else User.objects.order_by("pk").values_list("date_joined", flat=True).first()
    age = timezone.now() - since if since else timedelta()
    return max(1, age // unit) if age > most else 0


def locked_keys() -> int:
    """Return how many purposes of keys the key-encryption key at hand does not open."""
    return len(rotation.locked_keys())


def unknown_keys() -> int:
    """Return in how many columns something was sealed by a key that is not held; looked up every six hours.

    It reads every sealed value's first bytes, which at a million people takes seconds.
    """
    return cache.get_or_set(UNKNOWN, lambda: len(rotation.unknown_keys()), 6 * 60 * 60) or 0
