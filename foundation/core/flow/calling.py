"""Calling somebody else's server: which addresses are called at all, and with how much patience.

What an office types as a host must never lead into our own network (SSRF): https only, to a public address, without
following where an answer leads.
"""

import ipaddress
import json
import socket
import time
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

# To reach the server, and between two pieces of its answer; the body of it together takes no longer than DEADLINE.
TIMEOUT = (5, 10)
DEADLINE = 20
MOST_BYTES = 1024 * 1024


class Unanswered(OSError):
    """The other side could not be reached, or did not answer in time."""


class BadAnswer(Exception):
    """The other side answered, and not what was asked for: too much, or no JSON."""


class AddressRefused(Exception):
    """The address leads somewhere that is never called."""


def check_public(host: str, port: int = 443) -> None:
    """Raise AddressRefused where a host has an address inside of our own network, Unanswered where it has none."""
    try:
        found = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as fault:
        raise Unanswered(type(fault).__name__) from fault
    if not all(ipaddress.ip_address(one[4][0]).is_global for one in found):
        raise AddressRefused("no public address")


def get_json(
    url: str,
    *,
    params: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    trusted: Collection[str] = (),
) -> tuple[int, Any]:
    """Return status and JSON of an answer; only origins in `trusted` need neither https nor a public address.

    Raises AddressRefused, Unanswered, BadAnswer. For workers: no request of ours waits for somebody else's server.
    """
    # Only workers pay for it.
    import requests  # noqa: PLC0415

    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" not in trusted:
        if parts.scheme != "https" or "@" in parts.netloc or not parts.hostname:
            raise AddressRefused("not https")
        check_public(parts.hostname, parts.port or 443)
    until = time.monotonic() + DEADLINE
    try:
        with (
            requests.Session() as session,
            _opened(session, url, params=params, headers=headers) as answer,
        ):
            body = bytearray()
            for piece in answer.iter_content(16 * 1024):
                body += piece
                if len(body) > MOST_BYTES:
                    raise BadAnswer("too long")
                if time.monotonic() > until:
                    raise Unanswered("too slow")
            status = answer.status_code
    except requests.RequestException as fault:
        raise Unanswered(type(fault).__name__) from fault
    try:
        return status, json.loads(body)
    except ValueError:
        if status >= 300:
            return status, None
        raise BadAnswer("no JSON") from None


def _opened(session: Any, url: str, **asked: Any) -> Any:
    session.trust_env = False
    return session.get(url, **asked, timeout=TIMEOUT, allow_redirects=False, stream=True)
