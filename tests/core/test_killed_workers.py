"""Workers that are killed with -9 in the middle of a mail: nothing is lost, and nothing comes twice (M4)."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as configured
from django.db import connection
from django.utils import timezone

from foundation.core.flow import outbox
from foundation.core.flow.models import OutboxMessage
from tools.bench.mails import Gateway, mails
from tools.services import free_port

MAILS = 60
BEFORE_TAKING, AFTER_TAKING = 15, 40
# Django is loaded once; each worker is a process of its own, with a connection of its own.
STEM = """
import os, sys, django
django.setup()
from foundation.core.flow import outbox
for _line in sys.stdin:
    worker = os.fork()
    if not worker:
        outbox.drain()
        os._exit(0)
    print(worker, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]), flush=True)
"""


class Deadly(Gateway):
    """Kills the worker that is handing a mail over: once before the mail is taken, once before the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.port, self.worker = 0, 0
        self.kills: list[int] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if len(self.keys) == BEFORE_TAKING and not self.kills:
            self._kill()
            return "451 nobody is there to read this"
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.keys) == AFTER_TAKING and len(self.kills) == 1:
            self._kill()
        return answer

    def _kill(self) -> None:
        self.kills.append(len(self.keys))
        os.kill(self.worker, signal.SIGKILL)


@pytest.fixture
def gateway() -> Iterator[Deadly]:
    """A gateway that listens; its port stands in `port`."""
    deadly = Deadly()
    mailbox = Controller(deadly, hostname="127.0.0.1", port=free_port())
    mailbox.start()
    deadly.port = mailbox.port
    yield deadly
    mailbox.stop()


@pytest.fixture
def workers(gateway: Deadly, transactional_db: None) -> Iterator[subprocess.Popen]:
    """What starts a worker, in production's settings and on this test's database, for each line it is sent."""
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    stem = subprocess.Popen(
        [sys.executable, "-c", STEM],
        cwd=configured.BASE_DIR,
        env={
            **os.environ,
            "PYTHONPATH": str(configured.BASE_DIR / "site"),
            "DJANGO_SETTINGS_MODULE": "linli.settings.production",
            "DATABASE_URL": url,
            "REDIS_URL": "",
            "LINLI_VAR": str(configured.VAR_DIR),
            "LINLI_KEYS": str(configured.KEYS_DIR),
            "LINLI_SECRET_KEY": "tests",
            "LINLI_HOSTS": "127.0.0.1",
            "LINLI_SMTP_HOST": "127.0.0.1",
            "LINLI_SMTP_PORT": str(gateway.port),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with stem:
        yield stem
        os.killpg(stem.pid, signal.SIGKILL)


def run_one(workers: subprocess.Popen, gateway: Deadly) -> int:
    """Start one worker and return how it ended."""
    workers.stdin.write("go\n")
    workers.stdin.flush()
    gateway.worker = int(workers.stdout.readline())
    return int(workers.stdout.readline())


@pytest.mark.row("M4")
def test_no_mail_is_lost_or_doubled_when_workers_are_killed(
    workers: subprocess.Popen, gateway: Deadly, settings: Any
) -> None:
    settings.REDIS_URL = ""
    outbox.enqueue_many("mail", mails(MAILS))
    ends = []
    while OutboxMessage.objects.exclude(state="sent").exists() and len(ends) < 4:
        ends.append(run_one(workers, gateway))
        # What the dead one held comes back when its lease runs out; a test does not wait a minute for that.
        OutboxMessage.objects.filter(state="leased").update(lease_until=timezone.now() - timedelta(seconds=1))
    assert ends == [-signal.SIGKILL, -signal.SIGKILL, 0]
    assert gateway.kills == [BEFORE_TAKING, AFTER_TAKING]
    assert gateway.delivered == {f"u{number}@example.org": 1 for number in range(MAILS)}
    assert gateway.copies == 1, "the mail that was taken but not marked came again, and its key was known"
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"sent"}
