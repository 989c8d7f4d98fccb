"""The embedded default: one thread of the web process drains the outbox, without Redis or Celery."""

import logging
import threading

from django.db import close_old_connections

from foundation.core.flow import chores, outbox

POLL_SECONDS = 5.0
log = logging.getLogger("linli.outbox")
_started = threading.Lock()


def start() -> None:
    """Start the draining thread of this process, once."""
    if _started.acquire(blocking=False):
        threading.Thread(target=_run, name="outbox", daemon=True).start()


def _run() -> None:
    clock = chores.Clock()
    while True:
        outbox.wake_up.wait(POLL_SECONDS)
        outbox.wake_up.clear()
        try:
            close_old_connections()
            while outbox.drain(limit=100):
                pass
            for rhythm in clock.due():
                chores.do_all(rhythm)
        except Exception:
            # The database may be away for a while; the rows stay.
            log.exception("The outbox could not be drained; it is tried again.")
            outbox.wake_up.wait(POLL_SECONDS)
        finally:
            close_old_connections()
