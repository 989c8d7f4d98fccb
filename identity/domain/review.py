"""What staff see of a claim in the inbox."""

from typing import Any

from foundation.accounts.models import User
from identity.domain.claims import SixItems
from identity.models import Claim
from identity.rules import Document, age_on, mask
from residents.domain.records import number_indexes
from residents.models import Resident


def claim_context(claim: Claim, by: Any) -> dict[str, Any]:
    """Return the items with the number masked, and what the house already knows of that number.

    Only for who decides on the claim; the look is written to the audit log by the inbox.
    """
    if not claim.items:
        return {"claim": claim, "items": None}
    items = SixItems.of(claim)
    indexes = number_indexes(items.document, items.number)
    known = Resident.objects.visible_to(by).filter(number_index__in=indexes).first()
    return {
        "claim": claim,
        "items": items,
        "number": mask(items.number),
        "document": Document(items.document).label,
        "age": age_on(items.birthday, claim.created_at.date()),
        "phone_verified": claim.user.phone_verified_at is not None,
        "known": known,
        "rivals": Claim.objects.filter(number_index__in=indexes, state=Claim.State.WAITING)
        .exclude(pk=claim.pk)
        .count(),
        "taken": User.objects.filter(identity_index__in=indexes).exclude(pk=claim.user_id).exists(),
    }
