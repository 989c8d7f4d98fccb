"""The embedded default: one thread of the web process drains the outbox, without Redis or Celery."""

import logging
import threading
import time

from django.db import close_old_connections

from foundation.core.flow import chores, outbox

POLL_SECONDS = 5.0
CHORES_SECONDS = 24 * 60 * 60.0
log = logging.getLogger("linli.outbox")
_started = threading.Lock()


def start() -> None:
    """Start the draining thread of this process, once."""
    if _started.acquire(blocking=False):
        threading.Thread(target=_run, name="outbox", daemon=True).start()


def _run() -> None:
    chores_at = time.monotonic()
    while True:
        outbox.wake_up.wait(POLL_SECONDS)
        outbox.wake_up.clear()
        try:
            close_old_connections()
            while outbox.drain(limit=100):
                pass
            if time.monotonic() >= chores_at:
                chores_at = time.monotonic() + CHORES_SECONDS
                chores.do_all()
        except Exception:
            # The database may be away for a while; the rows stay.
            log.exception("The outbox could not be drained; it is tried again.")
            outbox.wake_up.wait(POLL_SECONDS)
        finally:
            close_old_connections()
