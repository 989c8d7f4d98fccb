"""Appeals, and the talk about them (O2)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core import notify, reviews
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refused, require
from foundation.core.flow import audit
from foundation.core.flow.workflow import StepNotAllowed, Workflow
from foundation.core.text import check
from foundation.moderation.domain import inbox, reports, sanctions
from foundation.moderation.models import Appeal, AppealMessage, Report, ReviewItem, Sanction
from foundation.moderation.permissions import ModerationPermission

State = Appeal.State
APPEAL = Workflow(
    "moderation_appeal",
    ("uphold", [State.OPEN], State.UPHELD, ModerationPermission.DECIDE_CASES),
    ("shorten", [State.OPEN], State.SHORTENED, ModerationPermission.DECIDE_CASES),
    ("lift", [State.OPEN], State.LIFTED, ModerationPermission.DECIDE_CASES),
)
MOST = 1000


def place_of(appeal: Appeal) -> str:
    """Return the path of the place that imposed the sanction: also where she has moved since, it answers for it."""
    return appeal.sanction.place_path


def partial_to_appeal(found: Appeal) -> set[int]:
    """Return who had a part in the sanction (imposed it, approved it first, reported what it was for) and whom it is on."""
    sanction = found.sanction
    people = {sanction.by_id, sanction.user_id}
    if sanction.case_id is not None:
        people.update(Report.objects.filter(case=sanction.case_id).values_list("by_id", flat=True))
        items = ReviewItem.objects.filter(kind="case", object_id=str(sanction.case_id))
        for first, decided in items.values_list("first_by_id", "decided_by_id"):
            people.update((first, decided))
    return {person for person in people if person is not None}


def _words(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError(_("请写下您想说的话。"), code="empty")
    if len(text) > MOST:
        raise ValidationError(_("最多 1000 个字，请删短一些。"), code="too_long")
    return text


def appeal(sanction: Sanction, *, text: str, by: Any) -> Appeal:
    """Object to a sanction, once and within 20 days; also who is suspended may.

    Raises PermissionError for somebody else's, ValidationError for no words, a second time and too late.
    """
    if sanction.user_id != by.pk:
        raise PermissionError("an appeal is the sanctioned person's")
    text = _words(text)
    if not sanction.can_be_appealed:
        raise ValidationError(_("申诉过一次，或者已经超过 20 天，不能再申诉。"), code="closed")
    try:
        with transaction.atomic():
            made = Appeal.objects.create(sanction=sanction)
            AppealMessage.objects.create(appeal=made, by=by, text=text)
            reviews.submit(made, by=by, place_path=place_of(made))
            audit.append("moderation.appeal", by=by, obj=made, place_path=place_of(made))
    except IntegrityError:
        raise ValidationError(_("申诉过一次，或者已经超过 20 天，不能再申诉。"), code="closed") from None
    return made


@transaction.atomic
def say(found: Appeal, *, text: str, by: Any) -> AppealMessage:
    """Add a turn to the talk: the person, or staff of her place.

    Raises Refused, TooOften, StepNotAllowed, and ValidationError for no words, too many, or one that must not stand.
    """
    own = found.sanction.user_id == by.pk
    if not own:
        require(by, ModerationPermission.DECIDE_CASES, place_path=place_of(found))
    text = _words(text)
    # Staff read it in any case: there is nothing to hold.
    check(text)
    consume("talk", by, rate=settings.RATES["talk"])
    locked = Appeal.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if locked.state != State.OPEN:
        raise StepNotAllowed("say", locked.state)
    made = AppealMessage.objects.create(appeal=locked, by=by, of_staff=not own, text=text)
    if own:
        talked = locked.messages.filter(of_staff=True).values_list("by_id", flat=True)
        notify.emit("appeal_answered", to=set(talked) - {None}, about=found, by=by)
    else:
        notify.emit("appeal_asked", to=[found.sanction.user_id], about=found)
    return made


def decide_appeal(
    found: Appeal, *, approved: bool, reason: str, by: Any, outcome: str = State.LIFTED, days: int = 0
) -> None:
    """Lift or shorten the sanction and give back what it hid, or let it stand; the person is told.

    Raises inbox.CannotBeCarriedOut where it can't be shortened so, StepNotAllowed.
    """
    sanction = found.sanction
    step = "uphold"
    if approved:
        step = "shorten" if outcome == State.SHORTENED else "lift"
    APPEAL.apply(
        found,
        step,
        by=by,
        place_path=place_of(found),
        decided_at=timezone.now(),
        decided_by=by,
        answer=reason,
    )
    try:
        if step == "shorten":
            sanctions.shorten(sanction, days=days, by=by)
        elif step == "lift" and sanction.holds:
            sanctions.lift(sanction, by=by, reason=reason)
    except ValueError:
        raise inbox.CannotBeCarriedOut(_("缩短后的期限要比原来的短。")) from None
    except Refused:
        raise inbox.CannotBeCarriedOut(_("这位用户只能由管理员处理。")) from None
    if step == "lift" and sanction.case is not None:
        reports.restore(sanction.case, by=by)
    notify.emit("appeal_decided", to=[sanction.user_id], about=found, text=reason)
