"""One vote for each person and idea, and the way back (O3)."""

from collections.abc import Callable

import pytest

from feedback.domain import answering, voting
from feedback.models import Idea
from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.core.flow.workflow import StepNotAllowed
from tests.feedback.conftest import browser, sound

pytestmark = [pytest.mark.django_db, pytest.mark.row("O3")]


def test_a_vote_counts_once_and_can_be_taken_back(idea: Callable, zhou: User) -> None:
    made = idea()
    assert voting.vote(made, by=zhou, wanted=True) == 2
    assert voting.vote(made, by=zhou, wanted=True) == 2
    sound(made)
    assert voting.vote(made, by=zhou, wanted=False) == 1
    assert voting.vote(made, by=zhou, wanted=False) == 1
    sound(made)


def test_the_button_works_without_scripts_and_with_them(idea: Callable, zhou: User) -> None:
    made = idea()
    client = browser(zhou)
    plain = client.post(f"{made.url}vote/", {"wanted": "1", "next": "/feedback/?order=new"})
    assert plain["Location"] == f"/feedback/?order=new#i-{made.public_id}"
    page = client.get(made.url).content.decode()
    assert 'aria-pressed="true"' in page
    part = client.post(f"{made.url}vote/", {"wanted": "0"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="false"' in part.content.decode()
    assert "<html" not in part.content.decode()
    sound(made)


@pytest.mark.deny
def test_who_is_not_verified_does_not_vote(idea: Callable, person: Callable) -> None:
    made = idea()
    with pytest.raises(Refused):
        voting.vote(made, by=person("new", verified=False), wanted=True)
    assert browser(None).post(f"{made.url}vote/", {"wanted": "1"}).status_code == 403
    sound(made)


@pytest.mark.deny
@pytest.mark.parametrize("step", ["decline", "finish"])
def test_what_is_over_takes_no_more_votes(idea: Callable, zhou: User, clerk: User, step: str) -> None:
    made = idea()
    answering.answer_idea(made, by=clerk, step="see")
    answering.answer_idea(made, by=clerk, step=step, text="原因写在这里。")
    with pytest.raises(StepNotAllowed):
        voting.vote(made, by=zhou, wanted=True)
    answer = browser(zhou).post(f"{made.url}vote/", {"wanted": "1"})
    assert answer.status_code == 409
    sound(made)


@pytest.mark.deny
def test_what_only_staff_read_takes_none(idea: Callable, clerk: User, zhou: User) -> None:
    made = idea(private=True)
    with pytest.raises(Refused):
        voting.vote(made, by=clerk, wanted=True)
    assert browser(zhou).post(f"{made.url}vote/", {"wanted": "1"}).status_code == 404
    sound(made)


def test_the_list_stands_by_votes_or_by_time(idea: Callable, zhou: User, category: object) -> None:
    old, new = idea("旧的", voters=(zhou,)), idea("新的")
    client = browser(None)
    for order, first in (("votes", old), ("new", new)):
        page = client.get(f"/feedback/?order={order}")
        assert page.context["page_obj"].object_list[0] == first
    assert Idea.objects.count() == 2
