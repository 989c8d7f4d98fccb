"""What every template knows of the portal."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from foundation.core.pages.display import display_of
from foundation.core.pages.models import SiteSettings
from foundation.core.pages.version import portal_version_now


def portal(request: HttpRequest) -> dict[str, Any]:
    """Give `community`, the installation's name and contacts, how pages are shown, and a key for fragments."""
    return {
        "community": SimpleLazyObject(SiteSettings.current),
        "display": SimpleLazyObject(lambda: display_of(request)),
        "portal_version": portal_version_now,
    }
