"""`manage.py audit verify`: walk the chain and say where it breaks (O4)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.core.flow import audit


class Command(BaseCommand):
    help = "Check the audit log's chain: exit 0 where it holds, 1 with the first bad entry where it does not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        count, broken = audit.verify()
        if broken:
            raise CommandError(
                f"The chain breaks at entry {broken.seq}: {broken.fault}. {count} entries hold before it."
            )
        self.stdout.write(f"{count} entries, the chain holds.")
