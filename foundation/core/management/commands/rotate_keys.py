"""`manage.py rotate_keys`: seal everything anew with new keys, while the site runs (R13; docs/adr/0015)."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.core.crypto.keys import KeyMissing
from foundation.core.flow.keys import replace_wrapping_key, rotate_keys


class Command(BaseCommand):
    help = "Replace the data keys and seal every value anew; readers and writers go on. Can be interrupted and run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--wrapping",
            action="store_true",
            help="replace the key-encryption key instead: the data keys are wrapped anew, the values stay",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["wrapping"]:
                count = replace_wrapping_key(self.stdout.write)
                self.stdout.write(f"{count} data keys wrapped with the new key-encryption key.")
                return
            outcome = rotate_keys(self.stdout.write)
        except (KeyMissing, ImproperlyConfigured) as fault:
            raise CommandError(f"Nothing was changed: {fault}.") from fault
        self.stdout.write(f"{outcome.renewed} values written anew.")
        self.stdout.write(
            f"New keys write now: {', '.join(outcome.made)}."
            if outcome.made
            else "No new key was made: an earlier run was ended. Run this again for new keys."
        )
        left = [*outcome.broken, *(f"{one}: another row has this index" for one in outcome.clashes)]
        if left:
            raise CommandError(
                f"{len(outcome.broken)} values did not open, {len(outcome.clashes)} rows clash. They were left as they "
                "were, and the old keys stay for reading them until somebody mended them or emptied them; new keys "
                "can be made meanwhile:\n" + "\n".join(left)
            )
        self.stdout.write("The old keys are retired in a day.")
