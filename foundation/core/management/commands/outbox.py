"""`manage.py outbox drain`: act on what waits in the outbox; `retry`: let what was parked wait again."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.core.closing import is_closed
from foundation.core.flow import outbox


class Command(BaseCommand):
    help = (
        "drain: act on what is due, once, or with --forever as a worker of its own. "
        "retry: let parked messages wait again, once what refused them is mended."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["drain", "retry"])
        parser.add_argument("--forever", action="store_true", help="drain until somebody ends the process")
        parser.add_argument("--channel", default="", help="retry this channel alone, as mail or sms")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "retry":
            self.stdout.write(f"{outbox.retry(channel=options['channel'])} wait again")
            return
        if is_closed() and not options["forever"]:
            raise CommandError(
                "This node is closed for work (`manage.py maintenance status`): nothing is sent."
            )
        while True:
            done = outbox.drain()
            if done:
                self.stdout.write(f"{done} done")
            elif not options["forever"]:
                return
            else:
                time.sleep(1)
