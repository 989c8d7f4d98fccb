"""Putting the card of one's first steps away (U4)."""

from foundation.accounts.models import User
from foundation.core.access.permissions import require
from spaces.models import FirstSteps
from spaces.permissions import SpacePermission


def dismiss(*, by: User) -> None:
    """Show the card no more, for good; again changes nothing. Raises Refused."""
    require(by, SpacePermission.ARRANGE_SPACE)
    FirstSteps.objects.get_or_create(user=by)
