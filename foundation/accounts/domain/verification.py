"""The result of the real-name check on the account (A2, A4); `identity` decides, this writes."""

from django.db import transaction
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.models.user import AgeBand
from foundation.core.models import Place


@transaction.atomic
def record_verification(
    user: User, *, method: str, name: str, identity_index: str, age_band: AgeBand, place: Place | None
) -> None:
    """Mark the account as verified. The caller has checked the right and writes the audit entry.

    Raises django.db.IntegrityError where another account was verified with the same number: one person, one
    account, kept by a constraint.
    """
    locked = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    locked.verified_at = timezone.now()
    locked.verified_method = method
    locked.verified_name = name
    locked.identity_index = identity_index
    locked.age_band = age_band
    locked.place = place or locked.place
    locked.save(
        update_fields=[
            "verified_at",
            "verified_method",
            "verified_name",
            "identity_index",
            "age_band",
            "place",
        ]
    )
