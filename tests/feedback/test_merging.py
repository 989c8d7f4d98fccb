"""Two ideas that say the same become one; their votes go along, nobody's twice (O3)."""

from collections.abc import Callable

import pytest

from feedback.domain import answering, writing
from feedback.models import Idea
from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from tests.feedback.conftest import browser, sound, told

pytestmark = [pytest.mark.django_db, pytest.mark.row("O3")]


def test_votes_go_along_and_nobody_counts_twice(
    idea: Callable, author: User, zhou: User, clerk: User, person: Callable
) -> None:
    chen, wang = person("chen"), person("wang")
    target = idea("石桥路灯不亮", voters=(zhou, chen))
    source = idea("桥头修路灯", by=wang, voters=(zhou, author))
    answering.merge_idea(source, target, by=clerk, text="说的是同一盏灯。")
    for one in (source, target):
        sound(one)
    assert source.state == "merged"
    assert source.merged_into == target
    assert set(target.votes.values_list("user__username", flat=True)) == {"author", "zhou", "chen", "wang"}
    for who in (wang, zhou, author):
        assert told(who, "idea_merged")
    assert not told(chen, "idea_merged")


def test_what_was_merged_leads_to_where_it_went_and_stands_in_no_list(
    idea: Callable, zhou: User, clerk: User
) -> None:
    target, source = idea("石桥路灯不亮"), idea("桥头修路灯", by=zhou)
    answering.merge_idea(source, target, by=clerk)
    page = browser(None).get(source.url).content.decode()
    assert target.url in page
    assert source.url in browser(None).get(target.url).content.decode()
    listed = browser(None).get("/feedback/").content.decode()
    assert "石桥路灯不亮" in listed
    assert "桥头修路灯" not in listed
    assert "桥头修路灯" in browser(zhou).get("/feedback/?mine=1").content.decode()


def test_what_was_merged_before_goes_on_with_it(idea: Callable, zhou: User, clerk: User) -> None:
    first, second, third = idea("一"), idea("二", by=zhou), idea("三")
    answering.merge_idea(first, second, by=clerk)
    answering.merge_idea(second, third, by=clerk)
    assert set(Idea.objects.filter(merged_into=third)) == {first, second}
    sound(third)
    assert third.vote_count == 2


@pytest.mark.deny
def test_an_idea_is_merged_only_into_one_that_stands_for_everybody(
    idea: Callable, author: User, zhou: User, clerk: User
) -> None:
    source = idea("来源", voters=(zhou,))
    private, hidden, merged = idea("不公开", private=True), idea("藏"), idea("并")
    from feedback.domain.showing import hide_idea

    hide_idea(hidden, hidden=True, by=clerk)
    answering.merge_idea(merged, idea("还在"), by=clerk)
    for target in (source, private, hidden, merged):
        with pytest.raises(GuardFails):
            answering.merge_idea(source, target, by=clerk)
    sound(source)
    assert source.state == "new"


@pytest.mark.deny
def test_only_who_answers_for_both_places_merges(
    idea: Callable, zhou: User, person: Callable, clerk: User
) -> None:
    here, there = idea("这里"), idea("那里", place="bridge")
    for who in (zhou, clerk, person("boss", roles=("administrator",))):
        with pytest.raises(Refused):
            answering.merge_idea(here, there, by=who)
    sound(here)
    assert here.state == "new"


@pytest.mark.deny
def test_what_is_done_or_taken_back_is_not_merged(idea: Callable, author: User, clerk: User) -> None:
    target, done, gone = idea("目标"), idea("做完"), idea("撤回")
    answering.answer_idea(done, by=clerk, step="start")
    answering.answer_idea(done, by=clerk, step="finish", text="好了")
    writing.withdraw_idea(gone, by=author)
    for source in (done, gone):
        with pytest.raises(StepNotAllowed):
            answering.merge_idea(source, target, by=clerk)
    assert target.votes.count() == 1
