"""`manage.py restore`: put a backup back into this installation by one command (O8; docs/running/backup.md)."""

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from foundation.core.closing import close_for_restore, reopen_after_restore
from office.domain.backup.databases import DatabaseFault, NoProgram
from office.domain.backup.places import TROUBLE, NoPlace
from office.domain.backup.point_in_time import CannotRecover, recover
from office.domain.backup.restoring import CannotRestore, Restored, finish, record, restore
from office.domain.backup.runs import AlreadyRunning
from office.domain.backup.sealing import CannotOpen, read_identities
from office.domain.backup.sets import NoSet
from office.models import BackupRun


class Command(BaseCommand):
    help = "Put a backup back: database, files, keys; then migrate, erase again who left since, and verify."
    requires_migrations_checks = False
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "place", nargs="?", default="", help="file:///…, s3://bucket/prefix, sftp://user@host/folder"
        )
        parser.add_argument("--set", default="latest", help="the set; default: the newest")
        parser.add_argument("--identity", type=Path, help="the file with the identity that opens backups")
        parser.add_argument("--keys", default="", help="the place of the keys, where this machine has none")
        parser.add_argument("--replace", action="store_true", help="lose what is in this installation")
        parser.add_argument("--report", type=Path, help="write what was found into this file, as JSON")
        parser.add_argument(
            "--to",
            metavar="MOMENT",
            help="go back to this moment (2026-11-29T08:30+08:00) by pgBackRest, before --finish; the server is stopped",
        )
        parser.add_argument("--data", type=Path, help="--to: the data directory of the stopped server")
        parser.add_argument(
            "--finish",
            action="store_true",
            help="the database is back already (point-in-time recovery): do only what has to follow",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began = timezone.now()
        if options["to"]:
            self._recover(options)
            return
        try:
            restored = self._restored(options)
        except (
            NoSet,
            NoPlace,
            CannotOpen,
            CannotRestore,
            NoProgram,
            DatabaseFault,
            AlreadyRunning,
            ImproperlyConfigured,
        ) as fault:
            raise CommandError(str(fault)) from fault
        except TROUBLE as fault:
            raise CommandError(f"{type(fault).__name__}: {fault}") from fault
        needed = round((timezone.now() - began).total_seconds(), 1)
        record(
            restored,
            kind=BackupRun.Kind.RESTORE,
            began=began,
            report={**restored.as_report(), "needed": needed},
        )
        if options["report"]:
            options["report"].write_text(json.dumps(restored.as_report()), encoding="utf-8")
        self.stdout.write(
            f"{restored.rows} rows and {restored.files} files are back, as of {restored.moment or 'now'};"
            f" {restored.erased_again} people erased again, {restored.audit_entries} entries of the log hold,"
            f" {restored.lost_entries} younger ones are lost. {needed} s."
        )
        if restored.faults:
            raise CommandError(
                "Look at this before you let anybody in (`manage.py maintenance off`):\n"
                + "\n".join(restored.faults)
            )

    def _recover(self, options: dict[str, Any]) -> None:
        moment = parse_datetime(options["to"])
        if moment is None or moment.tzinfo is None or not options["data"]:
            raise CommandError(
                "--to needs a moment with its zone (2026-11-29T08:30+08:00), and --data the directory."
            )
        # Before the server starts again: what waits in the old outbox must not go to who has left since.
        was_open = close_for_restore()
        try:
            recover(moment, options["data"])
        except CannotRecover as fault:
            if was_open:
                reopen_after_restore()
            raise CommandError(str(fault)) from fault
        self.stdout.write(
            "This node is closed. Start the server now, wait until it has played the archive, then: manage.py restore --finish"
        )

    def _restored(self, options: dict[str, Any]) -> Restored:
        if options["finish"]:
            restored = Restored()
            finish(restored, self.stdout.write)
            return restored
        if not options["place"] or not options["identity"]:
            raise CommandError("A restore needs a place and --identity.")
        return restore(
            options["place"],
            identities=read_identities(options["identity"].read_text(encoding="utf-8")),
            name=options["set"],
            replace=options["replace"],
            keys_from=options["keys"],
            say=self.stdout.write,
        )
