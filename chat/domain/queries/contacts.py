"""Whom somebody may want to write to: people who follow each other with her."""

from typing import Any

from foundation.accounts.models import User
from foundation.social.models import Follow

# So many are offered to be ticked; everybody else is named.
OFFERED = 30


def contacts_of(user: Any, *, most: int = OFFERED) -> list[User]:
    """Return the people who follow `user` and whom she follows, as she sees them, the newest first."""
    mutual = Follow.objects.filter(
        follower_id=user.pk, mutual=True, followed__in=User.objects.visible_to(user)
    )
    rows = mutual.select_related("followed__avatar").order_by("-pk")[:most]
    return [row.followed for row in rows]
