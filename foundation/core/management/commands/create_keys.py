"""`manage.py create_keys`: make the key that wraps all others, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from foundation.core.crypto.keys import create_key_encryption_key


class Command(BaseCommand):
    help = "Write a new key-encryption key into KEYS_DIR unless there is one. Keep a copy apart from the backups."

    def handle(self, *args: Any, **options: Any) -> None:
        create_key_encryption_key()
        self.stdout.write(
            f"The key stands in {settings.KEYS_DIR}. Without it the encrypted fields can't be read again."
        )
