"""All tables of `core`, each written in the room it belongs to."""

from foundation.core.access.models import Place, Scoped, ScopedQuerySet
from foundation.core.api.models import KeptAnswer
from foundation.core.crypto.models import CryptoKey
from foundation.core.files.models import StoredFile, Upload
from foundation.core.flow.models import AuditEntry, AuditHead, AuditPayload, OutboxMessage, Pulse
from foundation.core.pages.models import PortalImage, PortalRendition, SiteOption, SiteSettings
from foundation.core.search.models import SearchDocument, SearchText
from foundation.core.zh.models import SpecialDay

__all__ = [
    "AuditEntry",
    "AuditHead",
    "AuditPayload",
    "CryptoKey",
    "KeptAnswer",
    "OutboxMessage",
    "Place",
    "PortalImage",
    "PortalRendition",
    "Pulse",
    "Scoped",
    "ScopedQuerySet",
    "SearchDocument",
    "SearchText",
    "SiteOption",
    "SiteSettings",
    "SpecialDay",
    "StoredFile",
    "Upload",
]
