"""The number that a person gave with the six items, so that she need not type it again to sign in by it (A1)."""

from foundation.accounts.models import User
from identity.models import Claim
from residents.models import Resident


def given_phone(user: User) -> str:
    """Return the mobile number of the own claim or record, E.164, or an empty text; only for the person herself."""
    if (record := Resident.objects.filter(account=user).first()) is not None:
        return record.phone_sealed
    latest = Claim.objects.filter(user=user).order_by("-created_at", "-id").first()
    return str((latest.items if latest else {}).get("phone", ""))
