"""The office's own mail server, where it named one (O6); answers `core.flow.mail`."""

from email.utils import formataddr
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from foundation.core.pages import options

TIMEOUT = 10  # seconds


def connection() -> Any:
    """Return the connection to the office's mail server; None: what the server's settings name."""
    host, port, security, user, password = options.fresh(
        "messaging.smtp_host",
        "messaging.smtp_port",
        "messaging.smtp_security",
        "messaging.smtp_user",
        "messaging.smtp_password",
    ).values()
    if not host:
        return None
    return EmailBackend(
        alias="gateway",
        host=host,
        port=port,
        username=user,
        password=password,
        use_ssl=security == "ssl",
        use_tls=security == "tls",
        timeout=TIMEOUT,
    )


def sender() -> str:
    """Return the sender that the office named, as it stands in a mail; empty where it named none."""
    name, address = options.fresh("messaging.sender_name", "messaging.sender_address").values()
    return formataddr((name, address)) if address else ""
