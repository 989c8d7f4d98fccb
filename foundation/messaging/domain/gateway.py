"""The office's own mail server, where it named one (O6); answers `core.flow.mail`."""

from email.utils import formataddr
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from foundation.core.pages import options

TIMEOUT = 10  # seconds


def connection() -> Any:
    """Return the connection to the office's mail server; None: what the server's settings name."""
    host = options.value("messaging.smtp_host")
    if not host:
        return None
    security = options.value("messaging.smtp_security")
    return EmailBackend(
        alias="gateway",
        host=host,
        port=options.value("messaging.smtp_port"),
        username=options.value("messaging.smtp_user"),
        password=options.value("messaging.smtp_password"),
        use_ssl=security == "ssl",
        use_tls=security == "tls",
        timeout=TIMEOUT,
    )


def sender() -> str:
    """Return the sender that the office named, as it stands in a mail; empty where it named none."""
    address = options.value("messaging.sender_address")
    return formataddr((options.value("messaging.sender_name"), address)) if address else ""
