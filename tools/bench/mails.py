"""Mails for the outbox and the gateway that takes them.

python -m tools.bench.mails 5000        enqueues so many in an installation
"""

import base64
import sys
from collections import Counter
from typing import Any

import django

LETTER = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nx\r\n"


class Gateway:
    """An SMTP gateway that knows keys: a second copy of a key is taken and thrown away, as real ones do."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.delivered: Counter[str] = Counter()
        self.copies = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take one mail, as aiosmtpd asks."""
        lines = bytes(envelope.content).decode().splitlines()
        key = next(line.partition(": ")[2] for line in lines if line.startswith("X-Linli-Key"))
        if key in self.keys:
            self.copies += 1
            return "250 known"
        self.keys.add(key)
        self.delivered[envelope.rcpt_tos[0]] += 1
        return "250 taken"


def mails(count: int) -> list[tuple[str, dict[str, Any]]]:
    """Key and payload of so many mails, each to somebody else."""
    raw = base64.b64encode(LETTER).decode()
    return [
        (f"bench:{number}", {"from": "a@example.org", "to": [f"u{number}@example.org"], "raw": raw})
        for number in range(count)
    ]


def main() -> None:
    """Enqueue them."""
    django.setup()
    from foundation.core.flow import outbox  # noqa: PLC0415 - after django.setup()

    outbox.enqueue_many("mail", mails(int(sys.argv[1])))


if __name__ == "__main__":
    main()
