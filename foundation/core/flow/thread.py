"""One thread of the web process drains the outbox: always in the embedded default, else where no worker does.

Without Redis or Celery it is the worker. Beside them it listens for the worker's pulse: where that is silent, since
the workers died or Redis can't wake them, it stands in until they are back.
"""

import logging
import threading

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from foundation.core.closing import is_closed
from foundation.core.flow import chores, outbox, pulse

POLL_SECONDS = 5.0
log = logging.getLogger("linli.outbox")
_started = threading.Lock()


def start() -> None:
    """Start the thread of this process, once."""
    if _started.acquire(blocking=False):
        threading.Thread(target=_run, name="outbox", daemon=True).start()


def _run() -> None:
    clock = chores.Clock()
    while True:
        outbox.wake_up.wait(POLL_SECONDS)
        outbox.wake_up.clear()
        try:
            close_old_connections()
            step(clock)
        except DatabaseError as fault:
            # It may be away for a while; the rows stay.
            log.warning("The outbox could not be drained: %s; it is tried again.", type(fault).__name__)
            outbox.wake_up.wait(POLL_SECONDS)
        except Exception:
            log.exception("The outbox could not be drained; it is tried again.")
            outbox.wake_up.wait(POLL_SECONDS)
        finally:
            close_old_connections()


def step(clock: chores.Clock) -> bool:
    """Drain what is due and do the chores that are; say whether it was this process's turn.

    While the node is closed nothing is asked of the database, and what is due stays due.
    """
    if is_closed():
        return False
    if settings.OUTBOX_THREAD:
        while outbox.drain(limit=100):
            pass
        for rhythm in clock.due():
            chores.do_all(rhythm)
        return True
    if not pulse.is_silent():
        return False
    outbox.drain(limit=100)
    # What is done by the day can wait for the worker.
    if chores.Rhythm.MINUTE in clock.due():
        chores.do_all(chores.Rhythm.MINUTE)
    return True
