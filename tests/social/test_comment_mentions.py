"""@names in comments (S2): linked, told to who may read the comment, and gone with it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.access.scopes import CONTACTS, PUBLIC, Scope
from foundation.messaging.models import Notification
from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from foundation.social.domain import blocks, comments, follows, leaving, posts
from foundation.social.models import CommentMention, Post
from tests.api.device import device_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("S2")]


@pytest.fixture
def lin(person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


@pytest.fixture
def chen(person: Callable) -> User:
    return person("chen", display="陈明")


@pytest.fixture
def post(lin: User) -> Post:
    return posts.post_status(by=lin, text="银杏黄了", scope=Scope(PUBLIC))


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("event", flat=True))


def test_it_is_linked_and_told(post: Post, zhou: User, chen: User, portal: Any) -> None:
    comments.comment(by=zhou, target=post, text="@陈明来看看")
    assert told(chen) == ["mentioned"]
    page = Client().get(post.url).content.decode()
    assert '<a class="mention" href="/u/chen/">@陈明</a>来看看' in page
    (one,) = device_of(zhou).get(f"/comments/post/{post.public_id}").json()["items"]
    assert one["mentions"] == [{"display_name": "陈明", "name": "chen"}]


def test_who_hears_of_the_comment_already_hears_of_it_once(post: Post, lin: User, zhou: User) -> None:
    first = comments.comment(by=zhou, target=post, text="@林秋雨 好看")
    assert told(lin) == ["commented"]
    comments.comment(by=lin, target=post, text="@周叶 是的 @林秋雨", reply_to=first)
    assert told(zhou) == ["replied"]
    assert told(lin) == ["commented"]


def test_under_news_she_hears_when_it_appears(
    zhou: User, chen: User, article: Callable, person: Callable, drain: Callable
) -> None:
    comments.comment(by=zhou, target=article(), text="@陈明 去吗")
    drain()
    assert told(chen) == []
    item = ReviewItem.objects.get(kind="comment")
    inbox.decide(item, approved=True, by=person("editor", roles=("editor",)))
    drain()
    assert told(chen) == ["mentioned"]


@pytest.mark.deny
@pytest.mark.security(4)
def test_who_may_not_read_it_is_told_nothing(lin: User, zhou: User, chen: User) -> None:
    follows.follow(lin, by=zhou)
    follows.follow(zhou, by=lin)
    post = posts.post_status(by=lin, text="给朋友", scope=Scope(CONTACTS, str(lin.pk)))
    comments.comment(by=User.objects.get(pk=zhou.pk), target=post, text="@陈明 看")
    assert told(chen) == []


@pytest.mark.deny
@pytest.mark.row("S6")
def test_who_is_apart_is_not_meant_nor_stays_named(post: Post, zhou: User, chen: User) -> None:
    comments.comment(by=zhou, target=post, text="@陈明 看")
    blocks.block(zhou, by=chen)
    assert not CommentMention.objects.exists()
    comments.comment(by=zhou, target=post, text="@陈明 在吗")
    assert not CommentMention.objects.exists()


def test_it_goes_with_the_comment(post: Post, lin: User, zhou: User, chen: User) -> None:
    comments.delete_comment(comments.comment(by=zhou, target=post, text="@陈明 看"), by=zhou)
    assert not CommentMention.objects.exists()
    comments.comment(by=zhou, target=post, text="@陈明 再看")
    posts.delete_post(post, by=lin)
    assert not CommentMention.objects.exists()


@pytest.mark.row("A7")
def test_where_one_is_named_is_in_the_own_data_and_goes_with_her(post: Post, zhou: User, chen: User) -> None:
    made = comments.comment(by=zhou, target=post, text="@陈明 看")
    (part,) = [part for part in kinds.own_data() if part.key == "mentions_in_comments"]
    assert [part.facet.as_data(row) for row in part.facet.rows(chen)] == [
        {"comment": made.url, "named": "陈明"}
    ]
    leaving.erase_rest(chen)
    assert not CommentMention.objects.exists()
