"""The office's own mail server, where it named one (O6); answers `core.flow.mail`."""

import smtplib
import socket
import ssl
from email.utils import formataddr
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _

from foundation.core.access.limits import consume
from foundation.core.access.permissions import require
from foundation.core.pages import options
from foundation.core.pages.models import SiteSettings
from foundation.core.permissions import PortalPermission

TIMEOUT = 10  # seconds
# Somebody waits before the screen for a test, and every step of the talk with the server may take so long.
TEST_TIMEOUT = 4


class Fault(StrEnum):
    """Why a mail server did not take a letter; the office has a sentence for each that says what to look at."""

    UNKNOWN_HOST = "unknown_host"
    SILENT = "silent"
    ENCRYPTION = "encryption"
    PASSWORD = "password"  # noqa: S105 - what is wrong, no secret
    ADDRESS = "address"
    UNREACHABLE = "unreachable"


class NotTaken(Exception):
    """The mail server did not take the letter. `fault` says why; addresses are never in it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


# The first that fits: what is special before what is general.
FAULTS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Fault], ...] = (
    (smtplib.SMTPAuthenticationError, Fault.PASSWORD),
    (
        (smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError),
        Fault.ADDRESS,
    ),
    (socket.gaierror, Fault.UNKNOWN_HOST),
    (TimeoutError, Fault.SILENT),
    ((ssl.SSLError, smtplib.SMTPNotSupportedError, smtplib.SMTPServerDisconnected), Fault.ENCRYPTION),
    ((smtplib.SMTPException, OSError), Fault.UNREACHABLE),
)


def send_test(*, by: Any) -> None:
    """Send a letter to whoever asks, through the gateway, now: the outbox would hide for hours what is wrong.

    Raises Refused, TooOften, NotTaken.
    """
    require(by, PortalPermission.CHANGE_SETTINGS)
    consume("test_letter", by, rate=settings.RATES["test_letter"])
    name = SiteSettings.current().community_name
    letter = EmailMessage(
        _("%(community)s的测试邮件") % {"community": name},
        _("收到这封信，说明网站可以发邮件了。不需要回复。"),
        from_email=sender() or settings.DEFAULT_FROM_EMAIL,
        to=[by.email],
    )
    try:
        (connection(timeout=TEST_TIMEOUT) or mailers["gateway"]).send_messages([letter])
    except (smtplib.SMTPException, OSError) as wrong:
        raise NotTaken(next(fault for kind, fault in FAULTS if isinstance(wrong, kind))) from None


def connection(*, timeout: int = TIMEOUT) -> Any:
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
        timeout=timeout,
    )


def sender() -> str:
    """Return the sender that the office named, as it stands in a mail; empty where it named none."""
    name, address = options.fresh("messaging.sender_name", "messaging.sender_address").values()
    return formataddr((name, address)) if address else ""
