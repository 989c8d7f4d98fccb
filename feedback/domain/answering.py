"""What staff do with an idea: answer it, carry it on, merge it with another (O3)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from feedback.domain.machine import (
    EXPLAINED,
    FLOW,
    STAFF_STEPS,
    locked,
    require_office,
    supporters_of,
)
from feedback.domain.voting import carry_over
from feedback.models import Answer, Idea
from feedback.rules import MAX_ANSWER
from foundation.core import notify
from foundation.core.access.scopes import PUBLIC
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.pages.version import taken_back
from foundation.social.domain.text import written

State = Idea.State
MOST_TOLD = 200
NOT_LOOKED_AT = (State.MERGED, State.WITHDRAWN)


def answer_idea(idea: Idea, *, by: Any, text: str = "", step: str = "") -> Answer:
    """Say something to an idea, carry it on by one of STAFF_STEPS, or both; its author and who supports it are told.

    Raises Refused for who does not answer for its place or wrote it, StepNotAllowed, GuardFails where words are
    missing or its review comes first, ValidationError.
    """
    text = written(text)
    if len(text) > MAX_ANSWER:
        raise ValidationError({"text": [ValidationError(_("最多 2000 个字，请删短一些。"), code="too_long")]})
    if step and step not in STAFF_STEPS:
        raise StepNotAllowed(step, idea.state)
    if not text and (not step or step in EXPLAINED):
        raise GuardFails(_("请写几句答复，提建议的人和支持的邻居都会看到。"))
    with transaction.atomic():
        if not step:
            return _only_said(idea, by, text)
        moment = timezone.now()
        with FLOW.step(idea, step, by=by, place_path=idea.place.path) as taken:
            if text:
                taken.data["answer"] = text
            _was_reviewed(idea)
            target = FLOW.steps[step].target
            taken.values["moved_at"] = moment
            taken.values["answered_at"] = idea.answered_at or moment
            made = Answer.objects.create(idea=idea, by=by, text=text, state=target, moved=True, at=moment)
            taken_back()
            _tell(idea, made, by)
        return made


def _only_said(idea: Idea, by: Any, text: str) -> Answer:
    found = locked(idea)
    require_office(found, by)
    if found.state in NOT_LOOKED_AT:
        raise StepNotAllowed("answer", found.state)
    _was_reviewed(found)
    made = Answer.objects.create(idea=found, by=by, text=text, state=found.state)
    if found.answered_at is None:
        found.answered_at = made.at
        found.save(update_fields=["answered_at"])
    audit.append("idea.answer", by=by, obj=found, place_path=found.place.path, data={"answer": text})
    _tell(found, made, by)
    return made


def _was_reviewed(idea: Idea) -> None:
    if idea.waiting:
        raise GuardFails(_("这条建议还在等审核，请先在待办里处理。"))


def _tell(idea: Idea, made: Answer, by: Any) -> None:
    """Tell the author, and who supports it unless it was only received."""
    notify.settle("idea_written", about=idea)
    said = str(made.get_state_display())
    if made.text:
        said = f"{said} · {Truncator(made.text).chars(MOST_TOLD)}"
    notify.emit("idea_answered", to=[idea.author_id], about=idea, by=by, text=said)
    if made.text or made.state != State.SEEN:
        notify.emit("idea_moved", to=supporters_of(idea), about=idea, by=by, text=said)


def merge_idea(idea: Idea, into: Idea, *, by: Any, text: str = "") -> None:
    """Merge an idea into another that says the same: its votes go along, nobody's doubled; all who supported it are told.

    Raises Refused for who does not answer for the places of both or wrote one, StepNotAllowed, GuardFails for one that is
    not read by everybody or is over itself.
    """
    text = written(text)
    if idea.pk == into.pk:
        raise GuardFails(_("不能合并到它自己。"))
    with transaction.atomic():
        both = {one.pk: one for one in _in_order(idea, into)}
        source, target = both[idea.pk], both[into.pk]
        require_office(source, by)
        require_office(target, by)
        if target.scope_level != PUBLIC or not target.is_shown or target.state in NOT_LOOKED_AT:
            raise GuardFails(_("只能合并到一条公开的、没有被合并的建议。"))
        told = [source.author_id, *supporters_of(source)]
        moment = timezone.now()
        with FLOW.step(idea, "merge", by=by, place_path=source.place.path) as taken:
            taken.data["into"] = target.public_id
            _was_reviewed(idea)
            taken.values |= {
                "merged_into": target,
                "vote_count": 0,
                "moved_at": moment,
                "answered_at": idea.answered_at or moment,
            }
            carry_over(idea, target)
            # What was merged into it before is found where it went.
            Idea.objects.filter(merged_into=idea).update(merged_into=target)
            Answer.objects.create(idea=idea, by=by, text=text, state=State.MERGED, moved=True, at=moment)
            taken_back()
            notify.settle("idea_written", about=idea)
            notify.emit("idea_merged", to=told, about=idea, by=by, text=target.title)


def _in_order(*ideas: Idea) -> QuerySet[Idea]:
    """Lock several ideas, always in the same order: two merges at once must not wait for each other."""
    rows = Idea.objects.select_for_update(of=("self",)).select_related("place")
    return rows.filter(pk__in=[idea.pk for idea in ideas]).order_by("pk")
