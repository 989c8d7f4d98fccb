from typing import Any

from django.core.management.base import BaseCommand, CommandError

from identity.domain.leaving import erase_again


class Command(BaseCommand):
    help = "After a backup was put back: erase once more everybody who had left since it was made."

    def handle(self, *args: Any, **options: Any) -> None:
        gone, failed = erase_again()
        self.stdout.write(f"{gone} accounts erased again.")
        if failed:
            raise CommandError(f"Not erased, look into the log and call this again: {failed}")
