"""The fingerprints of an organisation's certificates, for its page: with them anybody compares who signed."""

from dataclasses import dataclass
from datetime import datetime

from foundation.accounts.models import Organisation
from foundation.signing.domain.verification import masked
from foundation.signing.models import Certificate


@dataclass(frozen=True)
class Fingerprint:
    """One valid certificate: a seal by its name, a person by the first letter of hers."""

    name: str
    short_print: str
    valid_until: datetime | None
    is_seal: bool


def fingerprints_of(organisation: Organisation) -> list[Fingerprint]:
    """Return what an organisation can sign with now, the newest last."""
    found = Certificate.objects.valid().filter(organisation=organisation).order_by("issued_at", "pk")
    return [
        Fingerprint(
            one.name if one.is_seal else masked(one.name), one.short_print, one.valid_until, one.is_seal
        )
        for one in found
    ]
