"""Who may decide an item: the right of its kind, at its place, from the level that the office set (O1)."""

from typing import Any

from foundation.accounts.domain.queries.holders import holders
from foundation.core.access.permissions import Refusal, Refused, place_paths, refusal
from foundation.moderation.models import ReviewItem
from foundation.moderation.models.setting import rule_of


def deciders(item: ReviewItem) -> set[int]:
    """Return the ids of all who may decide an item, also of those who submitted it themselves."""
    rule = rule_of(item.kind)
    return set(holders(item.facet.permission, place_path=item.place_path, reaches=rule.reaches))


def require_decider(user: Any, item: ReviewItem) -> None:
    """Raise Refused unless `user` may decide items of that kind at that place."""
    permission, rule = item.facet.permission, rule_of(item.kind)
    paths = place_paths(user, permission)
    if paths is None or any(item.place_path.startswith(path) and rule.reaches(path) for path in paths):
        return
    raise Refused(refusal(user, permission, place_path=item.place_path) or Refusal.FORBIDDEN)
