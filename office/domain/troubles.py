"""Telling those who keep the site running what is wrong with it, and when that is over (M4)."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from foundation.accounts.domain.queries.holders import holders
from foundation.accounts.models import User
from foundation.core import notify
from foundation.core.access.permissions import require
from foundation.core.flow import audit, chores, outbox
from office.domain.queries.machine import QUESTIONS
from office.models import Trouble
from office.permissions import OfficePermission
from office.rules import Fault

# What comes and goes is one fault; and what happens in a moment is worth a look for an hour.
LINGERS = timedelta(minutes=3)
LINGERS_LONG = {Fault.CLOCK_JUMPED: timedelta(hours=1)}
KEEP = timedelta(days=365)
log = logging.getLogger("linli.troubles")


@chores.each(chores.Rhythm.MINUTE)
def look_round() -> int:
    """Ask how the machine stands; return how many faults began or ended."""
    changed = 0
    for fault, question in QUESTIONS.items():
        try:
            figure = question()
        except Exception:
            # One that can't be answered must not hide the others.
            log.exception("Nobody knows about %s", fault)
            continue
        changed += _seen(fault, figure) if figure else _not_seen(fault)
    return changed


@transaction.atomic
def _seen(fault: Fault, figure: int) -> int:
    now = timezone.now()
    going_on = Trouble.objects.filter(fault=fault, over_at=None)
    if going_on.update(seen_at=now, figure=figure):
        return 0
    made = Trouble.objects.bulk_create(
        [Trouble(fault=fault, figure=figure, began_at=now, seen_at=now)], ignore_conflicts=True
    )
    # Somebody else may have been faster by a moment; then she tells of it.
    trouble = Trouble.objects.filter(fault=fault, over_at=None, began_at=made[0].began_at).first()
    if trouble is None:
        return 0
    log.error("%s: %s", fault, figure)
    notify.emit("began", to=holders(OfficePermission.READ_TROUBLES), about=trouble)
    return 1


@transaction.atomic
def _not_seen(fault: Fault) -> int:
    now = timezone.now()
    unseen_since = now - LINGERS_LONG.get(fault, LINGERS)
    trouble = Trouble.objects.filter(fault=fault, over_at=None, seen_at__lte=unseen_since).first()
    if trouble is None or not Trouble.objects.filter(pk=trouble.pk, over_at=None).update(
        over_at=max(now, trouble.began_at)
    ):
        return 0
    notify.settle("began", about=trouble)
    notify.emit("over", to=holders(OfficePermission.READ_TROUBLES), about=trouble)
    return 1


def retry_messages(*, by: User) -> int:
    """Let what was given up be sent again, once what refused it is mended; return how many. Raises Refused."""
    require(by, OfficePermission.RETRY_MESSAGES)
    with transaction.atomic():
        count = outbox.retry()
        if count:
            audit.append("office.retry_messages", by=by, data={"count": count})
    return count


@chores.each(chores.Rhythm.DAY)
def forget_troubles() -> int:
    """Delete what has been over for a year; return how many."""
    return Trouble.objects.filter(over_at__lt=timezone.now() - KEEP).delete()[0]
