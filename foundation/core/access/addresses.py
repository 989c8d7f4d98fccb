"""From where somebody calls, as far as our own proxies can be believed."""

from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied


@dataclass(frozen=True)
class Address:
    """Whom an act counts for where nobody has to sign in for it (`limits.consume`)."""

    pk: str


def address_of(request: Any) -> str:
    """Return the client's address as the limits of signing in count it; empty where there is none."""
    try:
        return get_adapter().get_client_ip(request)
    except (PermissionDenied, KeyError):
        return ""


def caller_of(request: Any) -> Any:
    """Return who calls: the person, or a visitor's address."""
    return request.user if request.user.is_authenticated else Address(address_of(request))
