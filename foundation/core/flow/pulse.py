"""Signs of life: who carries the outbox out says so in the database, and who finds it silent stands in (M4).

Redis only wakes the workers. Where it is away, or they all died, the web nodes carry on, within half a minute.
"""

from datetime import timedelta

from django.db.models import Value

from foundation.core.flow.clock import moment
from foundation.core.flow.models import Pulse

WORKER = "worker"
SILENT = timedelta(seconds=20)
FUTURE = timedelta(minutes=1)
DAY = 24 * 60


def beat(name: str = WORKER) -> None:
    """Leave a sign of life."""
    if not Pulse.objects.filter(name=name).update(at=moment()):
        Pulse.objects.bulk_create([Pulse(name=name, at=moment())], ignore_conflicts=True)


def minutes_silent(name: str = WORKER) -> int:
    """Return for how many minutes there was none, at most a day; 0 where there never was one, or it is under two."""
    now = moment()
    asked = Pulse.objects.annotate(now=now if hasattr(now, "resolve_expression") else Value(now))
    sign = asked.filter(name=name).first()
    if sign is None:
        return 0
    silent = sign.now - sign.at
    # One from the future counts for nothing.
    minutes = DAY if silent < -FUTURE else min(DAY, silent // timedelta(minutes=1))
    return minutes if minutes >= 2 else 0


def is_silent(name: str = WORKER) -> bool:
    """Say whether there was none for a while; one from the future counts for nothing."""
    signs = Pulse.objects.filter(name=name, at__gt=moment(-SILENT), at__lt=moment(FUTURE))
    return not signs.exists()
