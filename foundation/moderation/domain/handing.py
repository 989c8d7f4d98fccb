"""What was handed to somebody in the inbox passes on when she leaves the staff (O9)."""

from typing import Any

from django.db import transaction

from foundation.core import notify
from foundation.core.flow import audit
from foundation.moderation.domain.deciders import deciders, object_of
from foundation.moderation.models import ReviewItem, ReviewStep
from foundation.moderation.models.review import OPEN


def waiting(user: Any) -> int:
    """Return how many open items were handed to her."""
    return ReviewItem.objects.filter(assigned_to=user, state__in=OPEN).count()


@transaction.atomic
def pass_on(user: Any, to: Any, by: Any) -> int:
    """Give her open items to `to`, or, where `to` may not decide one, to all who may; return how many.

    The caller has checked the right to let her go.
    """
    items = ReviewItem.objects.select_for_update(of=("self",)).filter(assigned_to=user, state__in=OPEN)
    count = 0
    for item in items.order_by("pk"):
        able = deciders(item, object_of(item)) - {item.first_by_id, user.pk}
        new = to if to is not None and to.pk in able else None
        item.assigned_to = new
        item.save(update_fields=["assigned_to"])
        what = ReviewStep.What.HANDED if new else ReviewStep.What.TAKEN_BACK
        ReviewStep.objects.create(item=item, what=what, by=by, to=new, text="")
        if new is not None:
            notify.emit("handed", to={new.pk} - {by.pk}, about=item, by=by)
        audit.append(
            "moderation.hand_over" if new else "moderation.take_back",
            by=by,
            obj=item,
            place_path=item.place_path,
            data={"to": new.pk if new else None, "from": user.pk},
        )
        count += 1
    return count
