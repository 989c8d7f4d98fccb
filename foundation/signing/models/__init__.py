from foundation.signing.models.authority import Authority, RevocationList
from foundation.signing.models.certificate import Certificate
from foundation.signing.models.document import (
    DeviceTask,
    Evidence,
    Revision,
    Signature,
    SignedDocument,
    Slot,
)

__all__ = [
    "Authority",
    "Certificate",
    "DeviceTask",
    "Evidence",
    "Revision",
    "RevocationList",
    "Signature",
    "SignedDocument",
    "Slot",
]
