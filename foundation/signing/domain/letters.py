"""Letters of authority: who looked at them is written down, and they stay with their certificate (电子签名法 24)."""

from typing import Any

from foundation.accounts.models import User
from foundation.core.flow import audit
from foundation.core.models import StoredFile
from foundation.signing.models import Certificate

# Nobody's: whoever leaves takes along what is hers (`uploads.drop`), and her letters are the certificate's.
NOBODY = 0


def look_at(certificate: Certificate, public_id: str, *, by: Any) -> StoredFile:
    """Return a page of a certificate's letter for whoever may see the certificate; anybody's look but hers is logged.

    Raises StoredFile.DoesNotExist where there is none (any more).
    """
    stored = certificate.letters.get(public_id=public_id, state=StoredFile.State.READY, dropped_at=None)
    if by.pk != certificate.user_id:
        place = certificate.organisation.place.path
        audit.append("certificate.look_at_letter", by=by, obj=certificate, place_path=place)
    return stored


def keep_letters(user: User) -> int:
    """Let the letters of somebody who leaves stay where they are, with her certificates; return how many."""
    held = Certificate.letters.through.objects.filter(certificate__user=user).values("storedfile_id")
    return StoredFile.objects.filter(pk__in=held, owner_id=user.pk).update(owner_id=NOBODY, scope_ref="")
