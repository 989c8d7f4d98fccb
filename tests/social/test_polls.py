"""Polls: a post's question, answered once by each, without names, changeable until the end (G4)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import ONLY, PUBLIC, Scope
from foundation.social.domain import leaving, polls, posts
from foundation.social.models import Poll, PollChoice, PollVote, Post
from tests.api.device import device_of

EVERYBODY = Scope(PUBLIC)
pytestmark = [pytest.mark.django_db, pytest.mark.row("G4")]


@pytest.fixture
def lin(person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def asked(lin: User) -> Callable[..., Post]:
    def ask(*choices: str, several: bool = False, scope: Scope = EVERYBODY) -> Post:
        wanted = polls.new_poll(choices or ("周六", "周日", "都行"), several=several, days=7)
        return posts.post_status(by=lin, text="哪天排练？", scope=scope, poll=wanted)

    return ask


def votes(post: Post) -> list[int]:
    return list(PollChoice.objects.filter(poll_id=post.pk).values_list("votes", flat=True))


def test_one_person_one_vote_and_it_can_be_changed(asked: Callable, person: Callable) -> None:
    post, zhou = asked(), person("zhou")
    polls.vote(post, [0], by=zhou)
    polls.vote(post, [0], by=zhou)
    assert votes(post) == [1, 0, 0]
    polls.vote(post, [2], by=zhou)
    assert votes(post) == [0, 0, 1]
    polls.vote(post, [], by=zhou)
    assert votes(post) == [0, 0, 0]
    assert Poll.objects.get().voter_count == 0


def test_several_may_be_chosen_where_the_poll_says_so(asked: Callable, person: Callable) -> None:
    post = asked(several=True)
    polls.vote(post, [0, 1], by=person("zhou"))
    polls.vote(post, [1], by=person("chen"))
    assert votes(post) == [1, 2, 0]
    assert Poll.objects.get().voter_count == 2


@pytest.mark.deny
def test_one_is_one_and_only_what_is_offered(asked: Callable, person: Callable) -> None:
    post, zhou = asked(), person("zhou")
    for wanted in ([0, 1], [3], [-1]):
        with pytest.raises(ValidationError):
            polls.vote(post, wanted, by=zhou)
    assert votes(post) == [0, 0, 0]


@pytest.mark.deny
@pytest.mark.security(32)
def test_the_database_counts_each_person_once(asked: Callable, person: Callable) -> None:
    post, zhou = asked(), person("zhou")
    polls.vote(post, [0], by=zhou)
    other = PollChoice.objects.get(poll_id=post.pk, position=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        PollVote.objects.create(poll_id=post.pk, choice=other, user=zhou, slot=0)


@pytest.mark.deny
def test_after_the_end_nothing_changes(asked: Callable, person: Callable) -> None:
    post, zhou = asked(), person("zhou")
    polls.vote(post, [0], by=zhou)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        with pytest.raises(ValidationError):
            polls.vote(post, [1], by=zhou)
        assert "已截止" in Client().get(post.url).content.decode()
    assert votes(post) == [1, 0, 0]


@pytest.mark.deny
def test_who_is_not_verified_does_not_vote_and_hidden_ones_are_not_there(
    asked: Callable, person: Callable, lin: User
) -> None:
    with pytest.raises(Refused):
        polls.vote(asked(), [0], by=person("new", verified=False))
    secret = asked(scope=Scope(ONLY, str(lin.pk)))
    client = Client()
    client.force_login(person("zhou"))
    assert client.post(f"/social/posts/{secret.public_id}/vote/").status_code == 404
    plain = posts.post_status(by=lin, text="没有投票", scope=EVERYBODY)
    assert client.post(f"/social/posts/{plain.public_id}/vote/").status_code == 404


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        (["只有一个"], "few_choices"),
        (["一样", " 一样 "], "few_choices"),
        ([f"第{n}个" for n in range(11)], "many_choices"),
        (["好", "字" * 41], "long_choice"),
    ],
)
@pytest.mark.deny
def test_a_poll_that_is_none_says_why(choices: list[str], code: str) -> None:
    with pytest.raises(ValidationError) as fault:
        polls.new_poll(choices)
    assert fault.value.code == code


def test_nothing_filled_in_is_no_poll() -> None:
    assert polls.new_poll(["", "  "]) is None


def test_the_form_writes_one_and_the_page_takes_votes(person: Callable, lin: User) -> None:
    client = Client()
    client.force_login(lin)
    client.post(
        "/feed/post/",
        {"text": "哪天？", "scope": "public", "choice": ["周六", "周日", ""], "days": "3", "several": ""},
    )
    post = Post.objects.get()
    assert [choice.text for choice in post.poll.choices.all()] == ["周六", "周日"]
    reader = Client()
    reader.force_login(person("zhou"))
    page = reader.get(post.url).content.decode()
    assert f'name="choice-{post.public_id}"' in page
    answer = reader.post(f"/social/posts/{post.public_id}/vote/", {f"choice-{post.public_id}": "1"})
    assert answer.status_code == 302
    assert votes(post) == [0, 1]
    again = reader.get(post.url).content.decode()
    assert "1 人投票，不记名" in again
    assert "改投" in again
    assert "登录后投票" in Client().get(post.url).content.decode()


@pytest.mark.deny
def test_a_wrong_poll_comes_back_as_it_was_typed(lin: User) -> None:
    client = Client()
    client.force_login(lin)
    answer = client.post("/feed/post/", {"text": "哪天？", "scope": "public", "choice": ["周六"]})
    assert answer.status_code == 422
    assert 'value="周六"' in answer.content.decode()
    assert not Post.objects.exists()


def test_nobody_learns_who_chose_what(asked: Callable, person: Callable, lin: User) -> None:
    post, zhou = asked(), person("zhou", display="周叶儿")
    polls.vote(post, [0], by=zhou)
    for user in (lin, person("chen")):
        client = Client()
        client.force_login(user)
        assert "周叶儿" not in client.get(post.url).content.decode()
        said: Any = device_of(user).get(f"/statuses/{post.public_id}").json()
        assert [choice["mine"] for choice in said["poll"]["choices"]] == [False] * 3
        assert "周叶儿" not in str(said)


def test_cards_show_each_reader_her_own_choice(asked: Callable, person: Callable, lin: User) -> None:
    """The card is kept between readers: one's own tick must not be another's."""
    post, zhou = asked(), person("zhou")
    polls.vote(post, [1], by=zhou)
    for user, ticked in ((zhou, 1), (lin, 0), (zhou, 1)):
        client = Client()
        client.force_login(user)
        assert client.get(lin.space_url).content.decode().count("checked") == ticked
    assert post.has_poll


def test_the_api_asks_votes_and_shows(person: Callable, lin: User) -> None:
    made = device_of(lin).post(
        "/statuses",
        {"text": "哪天？", "level": "public", "poll": {"choices": ["周六", "周日"], "several": True}},
    )
    assert made.status_code == 201
    name = made.json()["id"]
    zhou = device_of(person("zhou"))
    voted = zhou.call("PUT", f"/statuses/{name}/vote", {"choices": [0, 1]})
    assert voted.status_code == 200
    assert [choice["votes"] for choice in voted.json()["poll"]["choices"]] == [1, 1]
    assert zhou.call("PUT", f"/statuses/{name}/vote", {"choices": [5]}).status_code == 422
    plain = device_of(lin).post("/statuses", {"text": "没有投票", "level": "public"}).json()["id"]
    assert zhou.call("PUT", f"/statuses/{plain}/vote", {"choices": [0]}).status_code == 404


def test_deleting_the_post_takes_the_poll_along(asked: Callable, person: Callable, lin: User) -> None:
    post = asked()
    polls.vote(post, [0], by=person("zhou"))
    posts.delete_post(post, by=lin)
    assert not Poll.objects.exists()
    assert not PollVote.objects.exists()


@pytest.mark.row("A7")
def test_who_leaves_takes_her_votes_out_of_the_numbers(asked: Callable, person: Callable) -> None:
    post, zhou = asked(several=True), person("zhou")
    polls.vote(post, [0, 1], by=zhou)
    polls.vote(post, [1], by=person("chen"))
    assert [leaving.vote_data(row)["chosen"] for row in PollVote.objects.filter(user=zhou)] == [
        "周六",
        "周日",
    ]
    assert polls.forget_votes(zhou) == 2
    assert votes(post) == [0, 1, 0]
    assert Poll.objects.get().voter_count == 1


@pytest.mark.row("O2")
def test_the_choices_are_read_by_the_word_filter_and_kept_as_evidence(asked: Callable, lin: User) -> None:
    from foundation.moderation.domain import words
    from foundation.moderation.models import Word
    from foundation.social.domain.reported import post_evidence

    assert post_evidence(asked("甲", "乙"))["投票选项"] == "甲\n乙"
    Word.objects.create(text="赌球", folded="赌球", level="block")
    words.forget()
    with pytest.raises(ValidationError):
        asked("赌球", "不赌")
