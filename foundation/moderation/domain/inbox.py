"""Putting into the inbox, taking out, deciding (O1). Answers `core.reviews`."""

from typing import Any

from django.db import models, transaction
from django.utils import timezone

from foundation.accounts.domain.queries.holders import holders
from foundation.core import kinds, notify
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.flow import audit
from foundation.core.kinds import ReviewFacet
from foundation.moderation.models import ReviewItem


class AlreadyDecided(Exception):
    """Somebody else was quicker, or it was withdrawn meanwhile."""


class ChangedMeanwhile(Exception):
    """What was decided on is not what lies there now: it has to be looked at again."""


class CannotBeCarriedOut(Exception):
    """The kind's own rules forbid this decision; the text says why, in the reader's language."""


class ReasonMissing(Exception):
    """A refusal names its reason: the person has to know what to do better."""


@transaction.atomic
def submit(obj: models.Model, *, by: Any, place_path: str = "") -> None:
    """Put an object into the inbox and tell those who may decide; what waits already stays as it is.

    Raises TypeError where its kind is not reviewed.
    """
    kind = kinds.of(obj)
    facet = kind.review
    if not isinstance(facet, ReviewFacet):
        raise TypeError(f"{kind.key} is not reviewed: {facet.reason}")
    item, new = ReviewItem.objects.get_or_create(
        kind=kind.key,
        object_id=str(obj.pk),
        state=ReviewItem.State.WAITING,
        defaults={"submitted_by": by, "place_path": place_path},
    )
    if new:
        deciders = set(holders(facet.permission, place_path=place_path)) - {by.pk if by else None}
        notify.emit("submitted", to=deciders, about=item)


@transaction.atomic
def withdraw(obj: models.Model, *, by: Any) -> None:
    """Take an object out of the inbox without a decision; nothing to do where it does not wait."""
    waiting = ReviewItem.objects.filter(kind=kinds.of(obj).key, object_id=str(obj.pk), state="waiting")
    waiting.update(state=ReviewItem.State.WITHDRAWN, decided_at=timezone.now(), decided_by=by)


def decide(item: ReviewItem, *, approved: bool, reason: str = "", seen: str | None = None, by: Any) -> None:
    """Approve or refuse; the kind's own function carries it out in the same transaction.

    `seen` is the version that the decision was made on (None: the present one). Raises Refused without the right
    or on the own submission, AlreadyDecided where it waits no more, ChangedMeanwhile for another version, ReasonMissing for a refusal without words, and whatever the kind's function raises.
    """
    reason = reason.strip()[:300]
    if not approved and not reason:
        raise ReasonMissing
    facet = item.facet
    with transaction.atomic():
        locked = ReviewItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
        require(by, facet.permission, place_path=locked.place_path)
        if locked.submitted_by_id == by.pk:
            raise Refused(Refusal.FORBIDDEN)
        if locked.state != ReviewItem.State.WAITING:
            raise AlreadyDecided
        obj = item.kind_of.model_class._default_manager.get(pk=item.object_id)
        if seen is not None and seen != facet.version(obj):
            raise ChangedMeanwhile
        # Closed before it is carried out: Wagtail's own signal then finds nothing left to close.
        locked.state = ReviewItem.State.APPROVED if approved else ReviewItem.State.REFUSED
        locked.decided_by, locked.decided_at, locked.reason = by, timezone.now(), reason
        locked.save(update_fields=["state", "decided_by", "decided_at", "reason"])
        facet.decide(obj, approved=approved, reason=reason, by=by)
        audit.append(
            "moderation.approve" if approved else "moderation.refuse",
            by=by,
            obj=obj,
            place_path=locked.place_path,
            data={"reason": reason},
        )
    item.refresh_from_db()


def look_at(item: ReviewItem, *, by: Any) -> None:
    """Write down that somebody opened an item whose kind shows personal data. Raises Refused."""
    require(by, item.facet.permission, place_path=item.place_path)
    if item.facet.sensitive:
        audit.append("moderation.look", by=by, obj=item, place_path=item.place_path)
