"""Who may decide an item: the right of its kind, at its place, from the level that the office set (O1)."""

from typing import Any

from foundation.accounts.domain.queries.holders import holders
from foundation.core.access.permissions import Refusal, Refused, place_paths, refusal
from foundation.moderation.models import ReviewItem
from foundation.moderation.models.setting import rule_of


def object_of(item: ReviewItem) -> Any:
    """Return what an item is about, None where it is gone without having been withdrawn."""
    return item.kind_of.model_class._default_manager.filter(pk=item.object_id).first()


def involved(item: ReviewItem, obj: Any) -> set[int]:
    """Return the ids of those who leave the item `obj` is in to others: its submitter, whom it is about, who has a part."""
    people = {item.submitted_by_id, item.about_id}
    if obj is not None:
        people.update(item.facet.partial(obj))
    return {person for person in people if person is not None}


def deciders(item: ReviewItem, obj: Any) -> set[int]:
    """Return the ids of all who may decide an item whose object is `obj`."""
    rule = rule_of(item.kind)
    able = holders(item.facet.permission, place_path=item.place_path, reaches=rule.reaches)
    return set(able) - involved(item, obj)


def require_decider(user: Any, item: ReviewItem) -> None:
    """Raise Refused unless `user` may decide items of that kind at that place."""
    if item.about_id is not None and item.about_id == user.pk:
        raise Refused(Refusal.FORBIDDEN)
    permission, rule = item.facet.permission, rule_of(item.kind)
    paths = place_paths(user, permission)
    if paths is None or any(item.place_path.startswith(path) and rule.reaches(path) for path in paths):
        return
    raise Refused(refusal(user, permission, place_path=item.place_path) or Refusal.FORBIDDEN)
