"""Staff answer an idea and carry it on; its author and who supports it hear of it (O3)."""

from collections.abc import Callable
from typing import Any

import pytest

from feedback.domain import answering
from feedback.domain.machine import FLOW, STAFF_STEPS
from feedback.models import Answer, Idea
from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.core.flow import audit
from foundation.core.flow.machines import machines
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.messaging.models import Notification
from tests.feedback.conftest import told

pytestmark = [pytest.mark.django_db, pytest.mark.row("O3")]
MACHINE = machines()["idea"]


def test_an_answer_with_a_step_is_dated_shown_and_told(
    idea: Callable, author: User, zhou: User, clerk: User, person: Callable
) -> None:
    stranger = person("stranger")
    made = idea(voters=(zhou,))
    answer = answering.answer_idea(made, by=clerk, step="plan", text="下个月装。")
    made.refresh_from_db()
    assert (made.state, made.answered_at, made.moved_at) == ("planned", answer.at, answer.at)
    assert (answer.state, answer.moved, answer.by) == ("planned", True, clerk)
    assert told(author, "idea_answered")
    assert told(zhou, "idea_moved")
    assert not told(stranger, "idea_moved")
    assert "下个月装。" in Notification.objects.get(user=zhou, event="idea_moved").text
    assert not Notification.objects.filter(user=clerk, event="idea_written", read_at=None).exists()
    assert audit.verify()[1] is None


def test_an_answer_alone_moves_nothing(idea: Callable, author: User, zhou: User, clerk: User) -> None:
    made = idea(voters=(zhou,))
    answering.answer_idea(made, by=clerk, text="请问是东边还是西边？")
    made.refresh_from_db()
    assert made.state == "new"
    assert made.answered_at is not None
    assert told(author, "idea_answered")


def test_that_it_was_received_its_author_hears_alone(
    idea: Callable, author: User, zhou: User, clerk: User
) -> None:
    made = idea(voters=(zhou,))
    answering.answer_idea(made, by=clerk, step="see")
    assert told(author, "idea_answered")
    assert not told(zhou, "idea_moved")


def test_every_step_of_staff_leads_where_the_machine_says(idea: Callable, clerk: User) -> None:
    for name in STAFF_STEPS:
        step = MACHINE.transitions[name]
        for source in sorted(step.sources):
            made = idea(f"{name}从{source}"[:40])
            Idea.objects.filter(pk=made.pk).update(state=source)
            answering.answer_idea(made, by=clerk, step=name, text="说明")
            made.refresh_from_db()
            assert made.state == step.target


@pytest.mark.deny
def test_from_every_other_state_a_step_does_not_start(idea: Callable, clerk: User) -> None:
    other = idea("别的")
    for name in STAFF_STEPS:
        for state in sorted(set(MACHINE.states) - MACHINE.transitions[name].sources - {"withdrawn"}):
            made = idea(f"{name}从{state}"[:40])
            into = other if state == "merged" else None
            Idea.objects.filter(pk=made.pk).update(state=state, merged_into=into)
            with pytest.raises(StepNotAllowed):
                answering.answer_idea(made, by=clerk, step=name, text="说明")
            assert not Answer.objects.filter(idea=made).exists()


@pytest.mark.deny
def test_nobody_but_the_office_of_the_place_answers(
    idea: Callable, author: User, zhou: User, person: Callable
) -> None:
    made = idea()
    others = [
        author,
        zhou,
        person("bridge", roles=("staff",), place="bridge"),
        person("editor", roles=("editor", "reviewer")),
        person("boss", roles=("administrator",)),
    ]
    for who in others:
        acts: list[dict[str, Any]] = [{"text": "好"}, {"step": "plan"}, {"step": "see"}]
        for act in acts:
            with pytest.raises(Refused):
                answering.answer_idea(made, by=who, **act)
    made.refresh_from_db()
    assert (made.state, made.answers.count()) == ("new", 0)


@pytest.mark.deny
def test_staff_leave_their_own_ideas_to_colleagues(idea: Callable, clerk: User, person: Callable) -> None:
    made, other = idea(by=clerk), idea("别人的")
    with pytest.raises(Refused):
        answering.answer_idea(made, by=clerk, step="plan")
    with pytest.raises(Refused):
        answering.answer_idea(made, by=clerk, text="好")
    with pytest.raises(Refused):
        answering.merge_idea(made, other, by=clerk)
    with pytest.raises(Refused):
        answering.merge_idea(other, made, by=clerk)
    answering.answer_idea(made, by=person("colleague", roles=("staff",)), step="plan")
    assert FLOW.open_to(made, clerk) == set()


@pytest.mark.deny
@pytest.mark.parametrize("step", ["", "finish", "decline", "reopen"])
def test_what_has_to_be_explained_is_not_done_without_words(idea: Callable, clerk: User, step: str) -> None:
    made = idea()
    with pytest.raises(GuardFails):
        answering.answer_idea(made, by=clerk, step=step, text="  ")
    assert not made.answers.exists()


@pytest.mark.deny
def test_a_step_of_others_is_none_of_staffs(idea: Callable, clerk: User) -> None:
    for step in ("withdraw", "merge", "vanish"):
        with pytest.raises(StepNotAllowed):
            answering.answer_idea(idea(), by=clerk, step=step, text="好")


def test_the_time_to_an_answer_is_the_median(idea: Callable, clerk: User) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from feedback.domain.queries.ideas import days_to_answer

    assert days_to_answer() is None
    for days in (1, 3, 20):
        made = idea(f"等了{days}天")
        Idea.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=days))
        answering.answer_idea(made, by=clerk, text="好")
    assert days_to_answer() == 3
