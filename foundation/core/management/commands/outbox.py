"""`manage.py outbox drain`: act on what waits in the outbox, now or for good."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from foundation.core.flow import outbox


class Command(BaseCommand):
    help = "Drain the outbox once, or with --forever as a worker of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["drain"])
        parser.add_argument("--forever", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            done = outbox.drain()
            if done:
                self.stdout.write(f"{done} done")
            elif not options["forever"]:
                return
            else:
                time.sleep(1)
