"""Many press at once: one vote each, whatever is merged meanwhile (O3)."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from feedback.domain import answering, voting, writing
from feedback.models import Category, Idea, Vote
from foundation.accounts.models import User
from foundation.core.flow.workflow import StepNotAllowed
from tests.feedback.conftest import sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.row("O3"), pytest.mark.security(32)]


@pytest.fixture
def idea(places: dict, person: Callable) -> Callable[[str], Idea]:
    author = person("author")
    category = Category.objects.get_or_create(name="公共设施")[0]
    return lambda title: writing.write_idea(by=author, place=places["ginkgo"], category=category, title=title)


def test_two_votes_at_once_are_one(at_once: Callable, idea: Callable, person: Callable) -> None:
    made, zhou = idea("长椅"), person("zhou")
    results = at_once(*(partial(voting.vote, made, by=zhou, wanted=True) for _ in range(4)))
    assert results == [2] * 4
    assert Vote.objects.filter(idea=made, user=zhou).count() == 1
    sound(made)


def test_votes_of_many_all_count(at_once: Callable, idea: Callable, person: Callable) -> None:
    made, crowd = idea("长椅"), [person(f"p{number}") for number in range(8)]
    results = at_once(*(partial(voting.vote, made, by=one, wanted=True) for one in crowd))
    assert [one for one in results if isinstance(one, Exception)] == []
    sound(made)
    assert made.vote_count == 9


def test_a_vote_while_the_idea_is_merged_is_neither_lost_nor_doubled(
    at_once: Callable, idea: Callable, person: Callable
) -> None:
    """It comes before and goes along, or comes too late and says so."""
    clerk: User = person("clerk", roles=("staff",))
    source, target, zhou = idea("修灯"), idea("路灯"), person("zhou")
    voted: Any
    _merged, voted, _other = at_once(
        lambda: answering.merge_idea(source, target, by=clerk),
        lambda: voting.vote(source, by=zhou, wanted=True),
        lambda: voting.vote(target, by=zhou, wanted=True),
    )
    assert not isinstance(voted, Exception) or isinstance(voted, StepNotAllowed)
    for one in (source, target):
        sound(one)
    assert source.vote_count == 0
    assert Vote.objects.filter(user=zhou).count() == 1


def test_merged_into_each_other_at_once_one_of_them_stands(
    at_once: Callable, idea: Callable, person: Callable
) -> None:
    clerk: User = person("clerk", roles=("staff",))
    one, two = idea("修灯"), idea("路灯")
    results = at_once(
        lambda: answering.merge_idea(one, two, by=clerk), lambda: answering.merge_idea(two, one, by=clerk)
    )
    assert sum(isinstance(result, Exception) for result in results) == 1
    assert sorted(Idea.objects.values_list("state", flat=True)) == ["merged", "new"]


def test_answered_by_two_at_once_it_takes_one_step(
    at_once: Callable, idea: Callable, person: Callable
) -> None:
    clerks = [person(name, roles=("staff",)) for name in ("ann", "ben")]
    made = idea("长椅")
    results = at_once(*(partial(answering.answer_idea, made, by=one, step="see") for one in clerks))
    assert sum(isinstance(result, StepNotAllowed) for result in results) == 1
    assert made.answers.count() == 1
