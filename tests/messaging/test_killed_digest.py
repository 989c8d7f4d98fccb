"""Workers that are killed with -9 between a digest and its mark: nobody's letter is lost, and none comes twice (M4, S11)."""

import signal
import subprocess
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from foundation.core import notify
from foundation.core.flow.models import OutboxMessage
from foundation.messaging.domain import delivery
from foundation.messaging.models import Delivery
from tests.core.test_killed_workers import (
    AFTER_TAKING,
    BEFORE_TAKING,
    Deadly,
    gateway,
    run_one,
    workers,
)

__all__ = ["gateway", "workers"]
PEOPLE = 45


@pytest.mark.row("M4", "S11")
def test_no_digest_is_lost_or_doubled_when_workers_are_killed(
    workers: subprocess.Popen,
    gateway: Deadly,
    settings: Any,
    person: Callable,
    ground: None,
) -> None:
    settings.REDIS_URL = ""
    call_command("createcachetable", "linli_cache")  # production without Redis keeps its cache there
    people = [person(f"p{number}") for number in range(PEOPLE)]
    zhou = person("zhou", display="周叶")
    notify.emit("followed", to=[one.pk for one in people], about=zhou, by=zhou)
    Delivery.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    ends = []
    while (
        Delivery.objects.filter(state="waiting").exists()
        or OutboxMessage.objects.exclude(state="sent").exists()
    ):
        # Late, early, and more often than it should: each beat starts only what still waits.
        delivery.start_due()
        delivery.start_due()
        ends.append(run_one(workers, gateway))
        cache.clear()  # where there is a Redis, it loses everything
        OutboxMessage.objects.filter(state="leased").update(lease_until=timezone.now() - timedelta(seconds=1))
        assert len(ends) < 5
    assert ends == [-signal.SIGKILL, -signal.SIGKILL, 0]
    assert gateway.kills == [BEFORE_TAKING, AFTER_TAKING]
    assert gateway.delivered == {one.email: 1 for one in people}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
