"""What Celery runs for `core`; without Redis a thread of the web process does the same (`core.flow.thread`)."""

from celery import shared_task

from foundation.core.flow import chores, outbox, pulse

# Well below CELERY_TASK_TIME_LIMIT: a drain that is cut off leaves leases that have to run out first.
DRAIN_SECONDS = 30.0


@shared_task(name=outbox.DRAIN_TASK)
def drain_outbox() -> int:
    """Drain what is due. Called on every enqueue and by the beat, so that a lost wake-up costs seconds."""
    return outbox.drain(limit=5000, seconds=DRAIN_SECONDS, alive=pulse.beat)


@shared_task(name="core.do_chores")
def do_chores(rhythm: str) -> dict[str, int]:
    """Do what has to be done every minute or every day; the beat calls it for each rhythm."""
    return chores.do_all(chores.Rhythm(rhythm))
