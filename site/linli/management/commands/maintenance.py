"""`manage.py maintenance on --minutes 30`: close the site for work on it, and open it again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.formats import date_format

from linli.outages import close, closed_now, reopen


class Command(BaseCommand):
    help = (
        "Close the site on this node (everybody gets 503 with the reason; nothing is sent and no chore done),"
        " open it again, or say which it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["on", "off", "status"])
        parser.add_argument("--minutes", type=int, default=30, help="about how long it will take")
        parser.add_argument("--why", default="", help="one sentence for the people")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "on":
            close(minutes=options["minutes"], why=options["why"])
        elif options["what"] == "off":
            reopen()
        closed = closed_now()
        if closed is None:
            self.stdout.write("open")
        else:
            until = date_format(timezone.localtime(closed.until), "Y-m-d H:i")
            self.stdout.write(f"closed until about {until}")
