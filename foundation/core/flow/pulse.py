"""Signs of life: who carries the outbox out says so in the database, and who finds it silent stands in (M4).

Redis only wakes the workers. Where it is away, or they all died, the web nodes carry on, within half a minute.
"""

from datetime import timedelta

from foundation.core.flow.clock import moment
from foundation.core.flow.models import Pulse

WORKER = "worker"
SILENT = timedelta(seconds=20)
STEPS = (1440, 720, 360, 180, 60, 30, 15, 5, 2)


def beat(name: str = WORKER) -> None:
    """Leave a sign of life."""
    if not Pulse.objects.filter(name=name).update(at=moment()):
        Pulse.objects.bulk_create([Pulse(name=name, at=moment())], ignore_conflicts=True)


def minutes_silent(name: str = WORKER) -> int:
    """Return for how many minutes there was none, at most a day; 0 where there never was one."""
    sign = Pulse.objects.filter(name=name).first()
    if sign is None:
        return 0
    return next((minutes for minutes in STEPS if is_silent(name, for_=timedelta(minutes=minutes))), 0)


def is_silent(name: str = WORKER, *, for_: timedelta = SILENT) -> bool:
    """Say whether there was none for so long; one from the future counts for nothing."""
    signs = Pulse.objects.filter(name=name, at__gt=moment(-for_), at__lt=moment(timedelta(minutes=1)))
    return not signs.exists()
