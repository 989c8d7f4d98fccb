"""What every template knows of the portal."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from foundation.core.pages.display import display_of
from foundation.core.pages.models import SiteSettings
from foundation.core.pages.version import portal_version_now, tokens_now


def portal(request: HttpRequest) -> dict[str, Any]:
    """Give `community`, the installation's name and contacts, how pages are shown, and keys for fragments."""
    return {
        "community": SimpleLazyObject(SiteSettings.current),
        "display": SimpleLazyObject(lambda: display_of(request)),
        "portal_version": portal_version_now,
        # For a piece that holds people's words: it is gone with the first of them that is taken back.
        "portal_tokens": lambda: "-".join(tokens_now()),
    }
