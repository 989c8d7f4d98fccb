"""What Celery runs for `core`; without Redis a thread of the web process does the same (`core.flow.thread`)."""

from celery import shared_task

from foundation.core.flow import outbox


@shared_task(name=outbox.DRAIN_TASK)
def drain_outbox() -> int:
    """Drain what is due. Called on every enqueue and by the beat, so that a lost wake-up costs seconds."""
    return outbox.drain()


@shared_task(name="core.sweep_outbox")
def sweep_outbox() -> int:
    """Delete old rows that are done."""
    return outbox.sweep()
