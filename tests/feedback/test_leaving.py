"""What somebody takes along, and what her leaving does to her ideas and votes (O3, A7)."""

from collections.abc import Callable

import pytest

from feedback.domain import answering, own, voting
from feedback.models import Idea, Vote
from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.files.models import StoredFile
from tests.feedback.conftest import browser, sound

pytestmark = [pytest.mark.django_db, pytest.mark.row("O3", "A7")]


def leave(user: User, *, words: bool) -> None:
    User.objects.filter(pk=user.pk).update(leaves_words=words)
    user.refresh_from_db()
    own.erase_ideas(user)
    own.forget_votes(user)


def test_the_own_data_holds_ideas_votes_and_answers(
    idea: Callable, author: User, zhou: User, clerk: User
) -> None:
    made = idea(text="说明", voters=(zhou,))
    answering.answer_idea(made, by=clerk, step="plan", text="好。")
    parts = {part.key: part.facet for part in kinds.own_data()}
    (said,) = [parts["idea"].as_data(row) for row in parts["idea"].rows(author)]
    assert (said["title"], said["state"], said["answers"][0]["text"]) == ("广场装长椅", "planned", "好。")
    (vote,) = [parts["idea_votes"].as_data(row) for row in parts["idea_votes"].rows(zhou)]
    assert vote["idea"] == made.url
    (answer,) = [parts["idea_answers"].as_data(row) for row in parts["idea_answers"].rows(clerk)]
    assert answer["text"] == "好。"


def test_who_leaves_her_words_leaves_them_without_pictures(
    idea: Callable, author: User, zhou: User, picture: Callable
) -> None:
    made = idea(text="说明", voters=(zhou,), pictures=[picture("a.jpg", (64, 48))])
    leave(author, words=True)
    made.refresh_from_db()
    assert (made.title, made.text) == ("广场装长椅", "说明")
    assert not made.idea_pictures.exists()
    assert not StoredFile.objects.filter(owner_id=author.pk).exists()
    sound(made)
    assert made.vote_count == 1
    page = browser(None).get(made.url)
    assert page.status_code == 200


@pytest.mark.deny
def test_who_does_not_leaves_what_neighbours_support_without_a_word_of_hers(
    idea: Callable, author: User, zhou: User, clerk: User
) -> None:
    supported, answered, alone = (
        idea("支持的", voters=(zhou,), text="字"),
        idea("答过的", text="字"),
        idea("自己的"),
    )
    private = idea("不公开的", private=True, text="字")
    answering.answer_idea(answered, by=clerk, text="收到")
    answering.answer_idea(private, by=clerk, text="收到")
    leave(author, words=False)
    assert not Idea.objects.filter(pk=alone.pk).exists()
    for one in (supported, answered, private):
        one.refresh_from_db()
        assert (one.title, one.text) == ("（作者已删除）", "")
        sound(one)
    assert answered.answers.get().text == "收到"


def test_what_only_staff_read_loses_its_words_whatever_she_chose(
    idea: Callable, author: User, clerk: User
) -> None:
    private = idea("楼上太吵", private=True, text="三楼")
    answering.answer_idea(private, by=clerk, text="收到")
    leave(author, words=True)
    private.refresh_from_db()
    assert "楼上" not in private.title
    assert private.text == ""


def test_her_votes_go_out_of_the_numbers_once(idea: Callable, zhou: User) -> None:
    made, other = idea(voters=(zhou,)), idea("别的", voters=(zhou,))
    voting.vote(other, by=zhou, wanted=True)
    assert own.forget_votes(zhou) == 2
    assert own.forget_votes(zhou) == 0
    for one in (made, other):
        sound(one)
        assert one.vote_count == 1
    assert not Vote.objects.filter(user=zhou).exists()
