"""How a signature came about: what the signer was shown, what she agreed to, how she was known (电子签名法 13)."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.core.crypto.fields import canonical

# The sentence under which somebody signs; another wording gets another version.
CONSENT_VERSION = "2026-11"
CONSENTS = {
    CONSENT_VERSION: _(
        "我同意以电子签名方式签署本文件，认可它与手写签名、盖章具有同等效力。"
        "签名只由我本人控制；签署后对签名和内容的任何改动都能被发现（《电子签名法》第十三条）。"
    )
}


# What nobody but the signer and, for a court, the office reads in clear.
NETWORK = ("ip", "user_agent")


@dataclass(frozen=True, kw_only=True)
class Ceremony:
    """What is kept of one signing beside the signature itself."""

    pages_opened: dict[int, datetime] = field(default_factory=dict)
    consent_version: str = CONSENT_VERSION
    # password, passkey, code
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    ip: str = ""
    user_agent: str = ""
    delivered_at: datetime | None = None
    first_opened_at: datetime | None = None
    audit_seqs: Sequence[int] = ()
    # Without it every address on earth could be tried against its digest.
    salt: str = field(default_factory=lambda: secrets.token_hex(16))

    def as_data(self) -> dict[str, Any]:
        """Return what is stored, sealed, with the signature; `for_evidence` is what of it the other side gets."""
        return {
            "pages_opened": {str(page): _iso(at) for page, at in sorted(self.pages_opened.items())},
            "consent_version": self.consent_version,
            "confirmed_by": self.confirmed_by,
            "confirmed_at": _iso(self.confirmed_at),
            "ip": self.ip,
            "user_agent": self.user_agent[:300],
            "delivered_at": _iso(self.delivered_at),
            "first_opened_at": _iso(self.first_opened_at),
            "audit_seqs": list(self.audit_seqs),
            "salt": self.salt,
        }


def commitment(kept: dict[str, Any]) -> str:
    """Return the SHA-256 over the network data of a signing: who has them and the salt, can show that they are those."""
    facts = {name: kept.get(name, "") for name in (*NETWORK, "salt")}
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def for_evidence(kept: dict[str, Any]) -> dict[str, Any]:
    """Return what both sides get of a signing: address and browser only as a commitment (个保法 6)."""
    shown = {name: value for name, value in kept.items() if name not in (*NETWORK, "salt")}
    return {**shown, "network_sha256": commitment(kept)}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
