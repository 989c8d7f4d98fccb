"""One person, several hats: for whom somebody acts who belongs to an organisation (help-platform.md §2.3, 5)."""

from typing import Any

from foundation.accounts.models import Organisation, User
from foundation.accounts.models.user import AS_RESIDENT

HAT = "hat"


class NotHers(Exception):
    """She does not belong to that organisation (any more)."""


def put_on(session: Any, user: User, public_id: str) -> None:
    """Let somebody act for one of her organisations from now on, or for herself (empty). Raises NotHers."""
    if not public_id:
        session[HAT] = user.hat = AS_RESIDENT
        return
    found = Organisation.objects.filter(public_id=public_id, pk__in=user.organisation_ids).first()
    if found is None:
        raise NotHers
    session[HAT] = user.hat = found.pk


def hats_of(user: User) -> list[Organisation]:
    """Return the organisations for which somebody may act."""
    mine = user.organisation_ids
    return list(Organisation.objects.filter(pk__in=mine).order_by("pk")) if mine else []
