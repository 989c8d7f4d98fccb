"""`manage.py audit verify`: walk the chain and say where it breaks; `audit head`: print its signed end (O4)."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.core.flow import audit, heads


class Command(BaseCommand):
    help = "Check the audit log's chain: exit 0 where it holds, 1 with the first bad entry where it does not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["verify", "head"])
        parser.add_argument(
            "--heads", type=Path, help="a file of signed heads that the log has to agree with"
        )
        parser.add_argument(
            "--key", default="", help="the public key that you trust, base64; default: our own"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "head":
            self.stdout.write(json.dumps(heads.signed_head()))
            return
        count, broken = audit.verify()
        if broken:
            raise CommandError(
                f"The chain breaks at entry {broken.seq}: {broken.fault}. {count} entries hold before it."
            )
        self.stdout.write(f"{count} entries, the chain holds.")
        if options["heads"]:
            self._compare(options["heads"], options["key"])

    def _compare(self, path: Path, key: str) -> None:
        try:
            with path.open(encoding="utf-8") as lines:
                agreeing, bad = heads.check(lines, key=key)
        except OSError as fault:
            raise CommandError(f"{path}: {fault.strerror}") from fault
        except ValueError as fault:
            raise CommandError("That is no public key.") from fault
        if bad:
            raise CommandError(f"Line {bad.line} of {path} {bad.fault}.")
        self.stdout.write(f"{agreeing} signed heads, the log agrees with all.")
