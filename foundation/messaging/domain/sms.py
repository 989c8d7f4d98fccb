"""Short messages, carried out by the gateway of the setting SMS_GATEWAY."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from foundation.core.flow import outbox


def to_file(to: str, text: str, *, key: str) -> None:
    """Write a short message into SMS_FOLDER: the honest default where no provider is under contract.

    The same key writes the same file, so that a repeated attempt is one message.
    """
    folder = settings.SMS_FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"
    path.write_text(json.dumps({"to": to, "text": text}, ensure_ascii=False), encoding="utf-8")


@outbox.handler("sms")
def send(key: str, payload: dict[str, Any]) -> None:
    """Hand one short message to the gateway. Raises what the gateway raises; the outbox tries again."""
    import_string(settings.SMS_GATEWAY)(payload["to"], payload["text"], key=key)
