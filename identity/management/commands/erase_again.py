from typing import Any

from django.core.management.base import BaseCommand

from identity.domain.leaving import erase_again


class Command(BaseCommand):
    help = "After a backup was put back: erase once more everybody who had left since it was made."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{erase_again()} accounts erased again.")
