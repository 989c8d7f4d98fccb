"""Writing an idea, changing it while nobody has taken it up, taking it back (O3)."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.domain.machine import FLOW, locked, office_of, supporters_of
from feedback.models import Category, Idea, IdeaPicture, Vote
from feedback.permissions import FeedbackPermission
from feedback.rules import MAX_PICTURES, MAX_TEXT, MAX_TITLE
from foundation.accounts.domain.newcomers import check_links
from foundation.core import notify, reviews
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.access.scopes import MANAGERS, ONLY, PUBLIC, Scope
from foundation.core.facets import ReviewTiming
from foundation.core.files import uploads
from foundation.core.files.room import check_room
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.models import Place
from foundation.core.pages.version import taken_back
from foundation.core.text import Level, Verdict, check, follow_up, stand_in_line
from foundation.social.domain import comments
from foundation.social.domain.text import written

MAX_DESCRIPTION = 120
WORDS = ("category", "title", "text")


def write_idea(
    *,
    by: Any,
    place: Place,
    category: Category,
    title: str,
    text: str = "",
    private: bool = False,
    pictures: Sequence[UploadedFile] = (),
    descriptions: Sequence[str] = (),
    once: uuid.UUID | None = None,
) -> Idea:
    """Write an idea for a community; its author is the first who supports it. The same `once` again gives the one that is there.

    A `private` one is read by the staff of the place alone. `descriptions` are the alternative texts of the pictures,
    in order. Raises Refused, TooOften, and ValidationError for words or pictures that cannot stand.
    """
    require(by, FeedbackPermission.WRITE)
    once = once or uuid.uuid4()
    if (known := Idea.objects.filter(once=once, author=by).first()) is not None:
        return known
    title, text = written(title), written(text)
    descriptions = [described[:MAX_DESCRIPTION] for described in descriptions[: len(pictures)]]
    _check(title, text, category)
    if len(pictures) > MAX_PICTURES:
        raise ValidationError(_("一次最多 4 张照片。"), code="too_many")
    check_links(title, text, *descriptions, by=by)
    checked = check(title, text, *descriptions)
    consume("idea", by, rate=settings.RATES["idea"])
    for upload in pictures:
        # All are looked at before the first is kept: a refused form leaves nothing behind.
        uploads.check_picture(upload)
    if pictures:
        check_room(by, sum(upload.size or 0 for upload in pictures))
    idea = Idea(author=by, place=place, category=category, title=title, text=text, once=once, vote_count=1)
    idea.scope = Scope(MANAGERS, place.path) if private else Scope(PUBLIC)
    try:
        with transaction.atomic():
            return _write(idea, by, pictures, descriptions, checked)
    except IntegrityError:
        sent = Idea.objects.filter(once=once, author=by).first()
        if sent is None:
            raise
        return sent


def _check(title: str, text: str, category: Category) -> None:
    if not title:
        raise ValidationError({"title": [ValidationError(_("请写一个标题。"), code="empty")]})
    if len(title) > MAX_TITLE or len(text) > MAX_TEXT:
        raise ValidationError(_("写得太长了，请删短一些。"), code="too_long")
    if category.retired:
        raise ValidationError(_("这个分类已经停用，请另选一个。"), code="category")


def _write(
    idea: Idea, by: Any, pictures: Sequence[UploadedFile], descriptions: Sequence[str], checked: Verdict
) -> Idea:
    timing = reviews.timing("idea")
    idea.waiting = timing is ReviewTiming.BEFORE
    idea.save(force_insert=True)
    Vote.objects.create(idea=idea, user=by)
    for position, upload in enumerate(pictures):
        described = descriptions[position] if position < len(descriptions) else ""
        stored = uploads.store_picture(upload, owner=by, description=described, scope=picture_scope(idea))
        IdeaPicture.objects.create(idea=idea, file=stored, position=position)
    if timing is not ReviewTiming.NEVER:
        reviews.submit(idea, by=by, place_path=idea.place.path, afterwards=not idea.waiting)
    follow_up(idea, checked)
    if checked.level is Level.HOLD:
        idea.refresh_from_db(fields=["hidden_at"])
    if idea.is_shown:
        notify.emit("idea_written", to=office_of(idea), about=idea, by=by)
    audit.append("idea.write", by=by, obj=idea, place_path=idea.place.path)
    return idea


def picture_scope(idea: Idea) -> Scope:
    """Return who sees the pictures of an idea as it stands: they go with it."""
    return idea.scope if idea.is_shown else Scope(ONLY, str(idea.author_id))


def rescope_pictures(idea: Idea) -> None:
    """Give the pictures of an idea the scope that follows from it, with immediate effect."""
    uploads.rescope(list(idea.idea_pictures.values_list("file_id", flat=True)), picture_scope(idea))


def is_fixed(idea: Idea) -> bool:
    """Say whether its words stand: staff have taken it up, or neighbours support what it says."""
    return idea.state != Idea.State.NEW or bool(supporters_of(idea))


def edit_idea(idea: Idea, *, by: Any, values: Mapping[str, Any]) -> Idea:
    """Change the words of the own idea, while it is new and nobody else supports it.

    `values` are those of WORDS. Raises Refused, StepNotAllowed, GuardFails, TooOften, ValidationError.
    """
    require(by, FeedbackPermission.WRITE)
    title, text = written(str(values["title"])), written(str(values.get("text") or ""))
    consume("edit", by, rate=settings.RATES["edit"])
    check_links(title, text, by=by)
    checked = check(title, text)
    with transaction.atomic():
        stand_in_line(idea, checked)
        found = locked(idea)
        if found.author_id != by.pk:
            raise Refused(Refusal.FORBIDDEN)
        if found.state != Idea.State.NEW:
            raise StepNotAllowed("edit", found.state)
        if is_fixed(found):
            raise GuardFails(_("已经有邻居支持这条建议，不能再改了。您可以在评论里补充。"))
        category = values["category"]
        if category.pk != found.category_id or not category.retired:
            _check(title, text, category)
        found.title, found.text, found.category = title, text, category
        found.edited_at = timezone.now()
        found.save(update_fields=["title", "text", "category", "edited_at"])
        taken_back()
        follow_up(found, checked)
        audit.append("idea.edit", by=by, obj=found, place_path=found.place.path)
    return found


def withdraw_idea(idea: Idea, *, by: Any) -> None:
    """Take the own idea back: from now on only its author sees it. Raises Refused, StepNotAllowed, GuardFails."""
    require(by, FeedbackPermission.VOTE)
    with transaction.atomic():
        if idea.author_id == by.pk:
            # Out of the inbox first: whoever decides locks the inbox's row before the idea.
            reviews.withdraw(idea, by=by)
        with FLOW.step(idea, "withdraw", by=by, place_path=idea.place.path) as taken:
            if supporters_of(idea) or idea.merged.exists():
                raise GuardFails(_("已经有邻居支持这条建议，不能撤回了。"))
            own = Scope(ONLY, str(idea.author_id))
            taken.values |= {"scope_level": own.level, "scope_ref": own.ref, "moved_at": timezone.now()}
            uploads.rescope(list(idea.idea_pictures.values_list("file_id", flat=True)), own)
            comments.rescope(idea, own)
            notify.settle("idea_written", about=idea)
