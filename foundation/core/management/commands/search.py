"""`manage.py search mend`: write into the index of the search what is missing or other; `rebuild`: write everything."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from foundation.core.search import indexing


class Command(BaseCommand):
    help = (
        "mend: write what is missing or other than it stands, as every night. rebuild: write everything anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["mend", "rebuild"])

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{indexing.write_all(again=options['act'] == 'rebuild')} documents written")
