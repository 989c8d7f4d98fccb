"""A circle from its founding to its end (G3)."""

import secrets
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.domain.newcomers import check_links
from foundation.core import notify, reviews
from foundation.core.access.limits import consume
from foundation.core.access.permissions import require
from foundation.core.files import uploads
from foundation.core.flow import audit
from foundation.core.flow.workflow import StepNotAllowed, Workflow
from foundation.core.models import Place
from foundation.core.pages.version import taken_back
from foundation.core.text import check, follow_up, stand_in_line
from foundation.core.zh.text import slug_of
from groups.domain.standing import locked, people_of, require_owner
from groups.models import Circle, CircleInvitation, CircleMember, CircleRole, CircleTag
from groups.permissions import GroupPermission
from groups.rules import RESERVED, questions_in, tags_in

State = Circle.State
# Approved under it: it can't be changed by its owner alone any more.
FIXED = ("name", "place", "secret")
WORDS = ("name", "purpose", "description", "rules", "joining", "secret", "capacity")
FLOW = Workflow(
    "circle",
    ("approve", [State.WAITING], State.LIVE, GroupPermission.REVIEW),
    ("refuse", [State.WAITING], State.REFUSED, GroupPermission.REVIEW),
    ("resubmit", [State.REFUSED], State.WAITING, None),
    ("archive", [State.LIVE], State.ARCHIVED, None),
)


def free_slug(model: Any, name: str, *, hidden: bool = False) -> str:
    """Return an address for a name: its pinyin, with a tail that nobody guesses where it is taken or is nobody's business."""
    base = slug_of(name)
    if base and base not in RESERVED and not hidden and not model.objects.filter(slug=base).exists():
        return base
    return f"{base or 'c'}-{secrets.token_hex(4)}"


def _said(values: Mapping[str, Any]) -> list[str]:
    return [str(values.get(name) or "") for name in ("name", "purpose", "description", "rules")]


def found_circle(
    *,
    by: Any,
    place: Place,
    values: Mapping[str, Any],
    tags: str = "",
    questions: Iterable[str] = (),
    cover: UploadedFile | None = None,
    once: uuid.UUID | None = None,
) -> Circle:
    """Found a circle and lay it before the office of its place; who founds it is its owner.

    `values` are those of WORDS. The same `once` again gives the circle that is there. Raises Refused, TooOften,
    ValidationError.
    """
    require(by, GroupPermission.FOUND)
    once = once or uuid.uuid4()
    if (known := Circle.objects.filter(once=once, owner=by).first()) is not None:
        return known
    asked = questions_in(questions)
    check_links(*_said(values), *asked, by=by)
    check(*_said(values), *asked, tags)
    consume("found", by, rate=settings.RATES["found"])
    try:
        with transaction.atomic():
            return _found(by, place, values, tags_in(tags), asked, cover, once)
    except IntegrityError:
        sent = Circle.objects.filter(once=once, owner=by).first()
        if sent is not None:
            return sent
        # Somebody took the address in the same moment: this time it gets a tail.
        with transaction.atomic():
            return _found(by, place, values, tags_in(tags), asked, cover, uuid.uuid4())


def _found(
    by: Any,
    place: Place,
    values: Mapping[str, Any],
    tags: list[str],
    questions: list[str],
    cover: UploadedFile | None,
    once: uuid.UUID,
) -> Circle:
    circle = Circle(owner=by, place=place, questions=questions, once=once, member_count=1)
    for name in WORDS:
        if name in values:
            setattr(circle, name, values[name])
    circle.slug = free_slug(Circle, circle.name, hidden=circle.secret)
    if cover:
        circle.cover = uploads.store_picture(cover, owner=by, description=circle.name)
    circle.save(force_insert=True)
    CircleMember.objects.create(circle=circle, user=by, role=CircleRole.OWNER)
    CircleTag.objects.bulk_create([CircleTag(circle=circle, name=tag) for tag in tags])
    reviews.submit(circle, by=by, place_path=place.path)
    audit.append("circle.found", by=by, obj=circle, place_path=place.path)
    return circle


def edit_circle(
    circle: Circle,
    *,
    by: Any,
    values: Mapping[str, Any],
    tags: str = "",
    questions: Iterable[str] = (),
    cover: UploadedFile | None = None,
) -> Circle:
    """Change what a circle says of itself; what it was approved under (FIXED) only before that.

    Raises Refused, StepNotAllowed for one that is archived, ValidationError, also for fewer places than members.
    """
    require(by, GroupPermission.JOIN)
    asked = questions_in(questions)
    check_links(*_said(values), *asked, by=by)
    checked = check(*_said(values), *asked, tags)
    with transaction.atomic():
        if circle.is_live:
            stand_in_line(circle, checked)
        found = locked(circle, live=False)
        require_owner(found, by)
        if found.state == State.ARCHIVED:
            raise StepNotAllowed("edit", found.state)
        for name in WORDS:
            if name in values and not (found.is_live and name in FIXED):
                setattr(found, name, values[name])
        if found.capacity is not None and found.capacity < found.member_count:
            raise ValidationError(
                {"capacity": _("现在已经有 %(number)d 人，上限不能更小。") % {"number": found.member_count}}
            )
        found.questions, found.edited_at = asked, timezone.now()
        if cover:
            _change_cover(found, cover, by)
        found.save()
        found.tags.all().delete()
        CircleTag.objects.bulk_create([CircleTag(circle=found, name=tag) for tag in tags_in(tags)])
        if found.is_live:
            follow_up(found, checked)
        taken_back()
        audit.append("circle.edit", by=by, obj=found, place_path=found.place.path)
    circle.refresh_from_db()
    return circle


def _change_cover(circle: Circle, cover: UploadedFile, by: Any) -> None:
    old = circle.cover_id
    circle.cover = uploads.store_picture(cover, owner=by, description=circle.name, scope=circle.cover_scope)
    if old:
        uploads.drop([old])


def resubmit(circle: Circle, *, by: Any) -> None:
    """Lay a refused circle before the office again. Raises Refused, StepNotAllowed."""
    require(by, GroupPermission.FOUND)
    with transaction.atomic():
        require_owner(locked(circle, live=False), by)
        FLOW.apply(circle, "resubmit", by=by, place_path=circle.place.path, reason="")
        reviews.submit(circle, by=by, place_path=circle.place.path)


def decide_circle(circle: Circle, *, approved: bool, reason: str, by: Any) -> None:
    """Carry out what the inbox decided; its owner is told. Raises Refused, StepNotAllowed."""
    step = "approve" if approved else "refuse"
    said = "" if approved else reason
    FLOW.apply(circle, step, by=by, place_path=circle.place.path, decided_at=timezone.now(), reason=said)
    if circle.cover_id:
        uploads.rescope([circle.cover_id], circle.cover_scope)
    if approved:
        notify.emit("circle_approved", to=[circle.owner_id], about=circle, by=by)
    else:
        notify.emit("circle_refused", to=[circle.owner_id], about=circle, by=by, text=reason)


def withdraw_circle(circle: Circle, *, by: Any) -> None:
    """Take back what was not approved: nothing of it stays. Raises Refused, StepNotAllowed."""
    with transaction.atomic():
        # Out of the inbox first: whoever decides locks the inbox's row before the circle.
        if circle.owner_id == by.pk:
            reviews.withdraw(circle, by=by)
        found = locked(circle, live=False)
        require_owner(found, by)
        if found.state not in (State.WAITING, State.REFUSED):
            raise StepNotAllowed("withdraw", found.state)
        if found.cover_id:
            uploads.drop([found.cover_id])
        audit.append("circle.withdraw", by=by, obj=found, place_path=found.place.path)
        found.delete()


def archive_circle(circle: Circle, *, by: Any) -> None:
    """Dissolve a circle: its people still read what was written, nobody writes or joins any more; all are told.

    Raises Refused, StepNotAllowed.
    """
    require(by, GroupPermission.JOIN)
    with transaction.atomic(), notify.gathered():
        require_owner(locked(circle), by)
        FLOW.apply(circle, "archive", by=by, place_path=circle.place.path)
        circle.members.filter(role=CircleRole.ASKED).delete()
        CircleInvitation.objects.open().filter(circle=circle).update(state=CircleInvitation.State.WITHDRAWN)
        notify.settle("circle_asked", about=circle)
        notify.emit("circle_closed", to=people_of(circle), about=circle, by=by)


@transaction.atomic
def hide_circle(circle: Circle, *, hidden: bool, by: Any) -> None:
    """Take a circle and all that is in it from everybody's eyes but its owner's and the office's, or give it back (O2)."""
    found = locked(circle, live=False)
    if (found.hidden_at is not None) == hidden:
        return
    found.hidden_at = timezone.now() if hidden else None
    found.save(update_fields=["hidden_at"])
    taken_back()
    if found.cover_id:
        uploads.rescope([found.cover_id], found.cover_scope)
