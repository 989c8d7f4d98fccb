"""From where somebody calls, as far as our own proxies can be believed."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied


def address_of(request: Any) -> str:
    """Return the client's address as the limits of signing in count it; empty where there is none."""
    try:
        return get_adapter().get_client_ip(request)
    except (PermissionDenied, KeyError):
        return ""
