"""`manage.py backup`: database, files and keys, sealed, into every place (O8; docs/running/backup.md)."""

import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from office.domain.backup.drill import drill
from office.domain.backup.making import back_up
from office.domain.backup.places import TROUBLE, NoPlace
from office.domain.backup.runs import AlreadyRunning, BackupFailed, told
from office.domain.backup.sealing import NoRecipient, new_identity
from office.domain.backup.wrapping import back_up_keys


class Command(BaseCommand):
    help = "Make a backup, sealed for LINLI_BACKUP_RECIPIENTS, and put it into every place of LINLI_BACKUP_PLACES."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "act",
            nargs="?",
            default="now",
            choices=["now", "keys", "drill", "identity"],
            help="now: a whole backup; keys: the keys alone; drill: try to put it back; identity: make a key pair",
        )
        parser.add_argument(
            "--every", type=int, metavar="MINUTES", help="go on, one backup every so many minutes"
        )
        parser.add_argument(
            "--identity", type=Path, help="drill: the file with the identity that opens backups"
        )
        parser.add_argument(
            "--from", dest="address", default="", help="drill: the place; default: the last one"
        )
        parser.add_argument("--set", default="latest", help="drill: the set")
        parser.add_argument("--keys", default="", help="drill: the place of the keys, to prove that one too")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['act']}")(options)
        except (NoPlace, NoRecipient, BackupFailed, AlreadyRunning, *TROUBLE) as fault:
            raise CommandError(str(fault)) from fault

    def _now(self, options: dict[str, Any]) -> None:
        every = options["every"]
        while True:
            started = time.monotonic()
            try:
                run = back_up(self.stdout.write)
                self.stdout.write(f"{run.name}: {run.report['size']} bytes, {run.report['files']} files.")
            except Exception as fault:
                # The next one may find the place, or the database, back; the office shows this one.
                if not every or isinstance(fault, (NoPlace, NoRecipient)):
                    raise
                is_known = isinstance(fault, (BackupFailed, AlreadyRunning))
                self.stderr.write(str(fault) if is_known else told(fault))
                close_old_connections()
            if not every:
                return
            time.sleep(max(1, every * 60 - (time.monotonic() - started)))

    def _keys(self, options: dict[str, Any]) -> None:
        if not settings.BACKUP_KEYS_PLACE:
            raise NoPlace("LINLI_BACKUP_KEYS_PLACE is empty: name a place apart from the backups")
        self.stdout.write(f"{back_up_keys(settings.BACKUP_KEYS_PLACE).name}: the keys are away.")

    def _drill(self, options: dict[str, Any]) -> None:
        address = options["address"] or (settings.BACKUP_PLACES[-1] if settings.BACKUP_PLACES else "")
        if not options["identity"]:
            raise NoRecipient("--identity names the file that opens the backups; it comes from the safe")
        run = drill(
            address,
            identity=options["identity"].resolve(),
            name=options["set"],
            keys_from=options["keys"],
            say=self.stdout.write,
        )
        if not run.good:
            raise BackupFailed(run.fault)
        self.stdout.write(
            f"{run.name}: put back and checked; {run.report['lost'] / 60:.1f} minutes lost,"
            f" {run.report['needed'] / 60:.1f} minutes needed."
        )

    def _identity(self, options: dict[str, Any]) -> None:
        secret, recipient = new_identity()
        sys.stdout.write(f"{secret}\n")
        self.stderr.write(
            "Print the line above, keep it in a safe, and delete it here: nothing else opens the backups."
        )
        self.stderr.write(f"LINLI_BACKUP_RECIPIENTS={recipient}")
