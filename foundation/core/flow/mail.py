"""Mail goes through the outbox: the mail backend writes rows, the handler hands them to the gateway."""

import base64
import uuid
from collections.abc import Sequence
from email import message_from_bytes, policy
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend

from foundation.core.flow import outbox

CHANNEL = "mail"


class Gateway(Protocol):
    """The port by which an office names its own mail server; `messaging` answers it (O6)."""

    def connection(self) -> Any: ...

    def sender(self) -> str: ...


_gateways: list[Gateway] = []


def answered_by(gateway: Gateway) -> None:
    """Make `gateway` the one that knows the office's mail server and sender."""
    _gateways[:] = [gateway]


class OutboxEmailBackend(BaseEmailBackend):
    """Django's and allauth's mails become outbox rows in the transaction that caused them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Enqueue every message that has a recipient; return how many."""
        sent = 0
        for message in email_messages:
            if not message.recipients():
                continue
            if message.from_email == settings.DEFAULT_FROM_EMAIL:
                named = [sender for gateway in _gateways if (sender := gateway.sender())]
                message.from_email = named[0] if named else message.from_email
            key = message.extra_headers.pop("X-Linli-Key", None) or f"mail:{uuid.uuid4()}"
            raw = message.message(policy=policy.SMTP).as_bytes(policy=policy.SMTP)
            outbox.enqueue(
                CHANNEL,
                key=key,
                payload={
                    "from": message.from_email,
                    "to": message.recipients(),
                    "raw": base64.b64encode(raw).decode(),
                },
            )
            sent += 1
        return sent


class _Ready(EmailMessage):
    """A message whose bytes were fixed when it was enqueued."""

    def __init__(self, raw: bytes, key: str, **kwargs: Any) -> None:
        letter = message_from_bytes(raw, policy=policy.default)
        text = letter.get_body(("plain",))
        super().__init__(letter["Subject"] or "", text.get_content() if text else "", **kwargs)
        self._raw = raw
        self._key = key

    def message(self, *args: Any, **kwargs: Any) -> Any:
        parsed = message_from_bytes(self._raw, policy=policy.SMTP)
        # The same row has the same id however often it is tried: a gateway that knows it drops the copy.
        del parsed["Message-ID"]
        parsed["Message-ID"] = f"<{uuid.uuid5(uuid.NAMESPACE_URL, self._key)}@linli>"
        parsed["X-Linli-Key"] = self._key
        return parsed


@outbox.handler(CHANNEL)
def send(key: str, payload: dict[str, Any]) -> None:
    """Hand one enqueued mail to the gateway. Raises what the gateway raises; the outbox tries again."""
    ready = _Ready(base64.b64decode(payload["raw"]), key, from_email=payload["from"], to=payload["to"])
    own = [connection for gateway in _gateways if (connection := gateway.connection()) is not None]
    (own[0] if own else mailers["gateway"]).send_messages([ready])
