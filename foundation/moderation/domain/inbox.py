"""Putting into the inbox, taking out, deciding (O1). Answers `core.reviews`."""

from typing import Any

from django.db import models, transaction
from django.utils import timezone

from foundation.core import kinds, notify
from foundation.core.access.permissions import Refusal, Refused
from foundation.core.facets import ReviewFacet, ReviewTiming
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, Workflow
from foundation.moderation.domain.deciders import deciders, involved, object_of, require_decider
from foundation.moderation.models import OPEN, ReviewItem, ReviewStep
from foundation.moderation.models.setting import rule_of
from foundation.signing.domain.faults import SigningFault

State, What = ReviewItem.State, ReviewStep.What
# What calls people to an item.
CALLS = ("submitted", "half_approved", "handed")
# What a decision changes of an item.
DECIDED = (
    "state",
    "first_by",
    "first_version",
    "first_decision",
    "assigned_to",
    "decided_by",
    "decided_at",
    "reason",
)
# The rights stand with each kind's facet, and are asked in `decide`.
REVIEW = Workflow(
    "moderation",
    ("half_approve", [State.WAITING], State.HALF, None),
    ("approve", OPEN, State.APPROVED, None),
    ("refuse", OPEN, State.REFUSED, None),
    ("withdraw", OPEN, State.WITHDRAWN, None),
)


class AlreadyDecided(Exception):
    """Somebody else was quicker, or it was withdrawn meanwhile."""


class ChangedMeanwhile(Exception):
    """What was decided on is not what lies there now: it has to be looked at again."""


class CannotBeCarriedOut(Exception):
    """The kind's own rules forbid this decision; the text says why, in the reader's language."""


class ReasonMissing(Exception):
    """A refusal names its reason: the person has to know what to do better."""


class NeedsAnother(Refused):
    """Whoever submitted it or approved it first leaves the decision to a colleague."""

    def __init__(self) -> None:
        super().__init__(Refusal.FORBIDDEN)


def timing(kind_key: str) -> ReviewTiming:
    """Say whether a kind is seen before its review, afterwards, or not reviewed. Raises KeyError, TypeError."""
    return rule_of(kind_key).timing


@transaction.atomic
def submit(obj: models.Model, *, by: Any, place_path: str = "", afterwards: bool = False) -> None:
    """Put an object into the inbox and tell those who may decide; what waits already stays as it is.

    Raises TypeError where its kind is not reviewed.
    """
    kind = kinds.of(obj)
    facet = kind.review
    if not isinstance(facet, ReviewFacet):
        raise TypeError(f"{kind.key} is not reviewed: {facet.reason}")
    item, new = ReviewItem.objects.open().get_or_create(
        kind=kind.key,
        object_id=str(obj.pk),
        defaults={
            "submitted_by": by,
            "about_id": facet.about(obj),
            "place_path": place_path,
            "afterwards": afterwards,
        },
    )
    if new:
        notify.emit("submitted", to=deciders(item, obj), about=item)


@transaction.atomic
def withdraw(obj: models.Model, *, by: Any) -> None:
    """Take an object out of the inbox without a decision; nothing to do where it does not wait."""
    waiting = ReviewItem.objects.open().filter(kind=kinds.of(obj).key, object_id=str(obj.pk))
    for item in waiting.select_for_update(of=("self",)):
        _close(item, "withdraw", by, "")


def decide(
    item: ReviewItem,
    *,
    approved: bool,
    reason: str = "",
    seen: str | None = None,
    details: dict[str, Any] | None = None,
    by: Any,
) -> None:
    """Approve or refuse; at the last step the kind's own function carries it out in the same transaction.

    `details` are the values of the facet's own form, which its function takes by name. `seen` is the version that
    the decision was made on (None: the present one). Where the office wants two people, the first approval (of what
    weighs on somebody also the first refusal) only leaves the item half decided, and the second has to decide just the
    same; what was changed since counts as decided by nobody. Whom it concerns is told by the worker.
    Raises Refused without the right, NeedsAnother for whoever has a part in it and for both steps by one person,
    AlreadyDecided where it waits no more, ChangedMeanwhile for another version, ReasonMissing for a refusal
    without words, CannotBeCarriedOut with the words of the kind's own rules, and whatever else its function raises.
    """
    reason = reason.strip()[:300]
    if not approved and not reason:
        raise ReasonMissing
    facet = item.facet
    with transaction.atomic(), notify.gathered():
        locked = ReviewItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
        require_decider(by, locked)
        if locked.state not in OPEN:
            raise AlreadyDecided
        obj = object_of(locked)
        if by.pk in involved(locked, obj):
            raise NeedsAnother
        if obj is None:
            # Gone without having been withdrawn: there is nothing left to decide.
            raise AlreadyDecided
        version = facet.version(obj)
        if seen is not None and seen != version:
            raise ChangedMeanwhile
        decision = {"approved": approved, **(details or {})}
        once = locked.state == State.HALF and locked.first_version == version
        once = once and locked.first_decision == decision
        if once and locked.first_by_id == by.pk:
            raise NeedsAnother
        two = rule_of(locked.kind).steps == 2 or facet.two(obj)
        if (approved or facet.weighs) and two and not once:
            _decide_half(locked, version, decision, reason, by)
        else:
            # Closed before it is carried out: Wagtail's own signal then finds nothing left to close.
            _close(locked, "approve" if approved else "refuse", by, reason)
            _carry_out(obj, facet, {"approved": approved, "reason": reason, "by": by, **(details or {})})
        _write_down(locked, obj, by, reason)
    for field in DECIDED:
        setattr(item, field, getattr(locked, field))


def _carry_out(obj: models.Model, facet: ReviewFacet, decision: dict[str, Any]) -> None:
    """Let the kind's own function do it. Raises CannotBeCarriedOut with its words where something is missing for it."""
    try:
        facet.decide(obj, **decision)
    except (GuardFails, SigningFault) as why:
        # Out of the caller's transaction: the item waits as before, and nothing of it is written.
        raise CannotBeCarriedOut(str(why)) from why


def _decide_half(item: ReviewItem, version: str, decision: dict[str, Any], reason: str, by: Any) -> None:
    item.state, item.first_by, item.first_version, item.first_decision = State.HALF, by, version, decision
    item.assigned_to = None
    item.save(update_fields=["state", "first_by", "first_version", "first_decision", "assigned_to"])
    ReviewStep.objects.create(item=item, what=What.HALF, by=by, text=reason)
    notify.emit("half_approved", to=deciders(item, object_of(item)) - {by.pk}, about=item, by=by)


def _close(item: ReviewItem, step: str, by: Any, reason: str) -> None:
    item.state = REVIEW.steps[step].target
    if by is not None and item.first_by_id == by.pk:
        # Decided by one before it was changed, and now under a setting that asks for one only.
        item.first_by = None
    item.decided_by, item.decided_at, item.reason = by, timezone.now(), reason
    item.save(update_fields=["state", "first_by", "decided_by", "decided_at", "reason"])
    # Nobody is called any more to what is decided.
    notify.settle(*CALLS, about=item)


def _write_down(item: ReviewItem, obj: models.Model, by: Any, reason: str) -> None:
    """Append last: the log's lock is held until the transaction ends."""
    details: dict[str, Any] = {
        "by": by,
        "obj": obj,
        "place_path": item.place_path,
        "data": {"reason": reason},
    }
    if item.state == State.HALF:
        audit.append("moderation.half_approve", **details)
    elif item.state == State.APPROVED:
        audit.append("moderation.approve", **details)
    else:
        audit.append("moderation.refuse", **details)


def close_elsewhere(obj: models.Model, *, step: str, by: Any, reason: str) -> bool:
    """Close the item of what was decided on another screen than the inbox; say whether one waited."""
    waiting = ReviewItem.objects.open().filter(kind=kinds.of(obj).key, object_id=str(obj.pk))
    item = waiting.select_for_update(of=("self",)).first()
    if item is None:
        return False
    _close(item, step, by, reason)
    if step != "withdraw":
        _write_down(item, obj, by, reason)
    return True


def look_at(item: ReviewItem, *, by: Any) -> None:
    """Write down that somebody opened an item whose kind shows personal data. Raises Refused."""
    require_decider(by, item)
    if item.facet.sensitive:
        audit.append("moderation.look", by=by, obj=item, place_path=item.place_path)


@transaction.atomic
def hand_over(item: ReviewItem, *, to: Any, note: str = "", by: Any) -> None:
    """Give an item to a colleague, who is told; `to` None takes it back, and everybody may decide it again.

    Raises Refused without the right to decide it, NeedsAnother for whoever has a part in it, AlreadyDecided, and
    ValueError for somebody who may not decide it.
    """
    locked = ReviewItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    require_decider(by, locked)
    if locked.state not in OPEN:
        raise AlreadyDecided
    obj = object_of(locked)
    if by.pk in involved(locked, obj):
        raise NeedsAnother
    if to is not None and to.pk not in deciders(locked, obj) - {locked.first_by_id}:
        raise ValueError("an item is handed only to those who may decide it")
    if locked.assigned_to_id == (to.pk if to else None):
        return
    locked.assigned_to = to
    locked.save(update_fields=["assigned_to"])
    note = note.strip()[:300]
    what = What.HANDED if to else What.TAKEN_BACK
    ReviewStep.objects.create(item=locked, what=what, by=by, to=to, text=note)
    if to is None:
        audit.append("moderation.take_back", by=by, obj=locked, place_path=locked.place_path)
        return
    notify.emit("handed", to={to.pk} - {by.pk}, about=locked, by=by, text=note)
    audit.append(
        "moderation.hand_over",
        by=by,
        obj=locked,
        place_path=locked.place_path,
        data={"to": to.pk, "note": note},
    )
