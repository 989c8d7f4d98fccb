"""What a decision leaves to the worker is told exactly once (S11, O1)."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.core import notify
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.flow import outbox
from foundation.core.flow.models import OutboxMessage
from foundation.messaging.models import Notification
from foundation.social.domain import posts
from foundation.social.models import Post

pytestmark = [pytest.mark.django_db, pytest.mark.row("S11")]


@pytest.fixture
def post(person: Callable) -> Post:
    return posts.post_status(by=person("lin"), text="早", scope=Scope(PUBLIC))


def tell(post: Post, *people: Any) -> None:
    with notify.gathered():
        for one in people:
            notify.emit("liked", to=[post.author_id], about=post, by=one)


def test_all_of_one_act_is_one_row_and_nobody_is_told_before_the_worker(
    post: Post, person: Callable, drain: Callable
) -> None:
    tell(post, person("zhou"), person("wang"))
    assert OutboxMessage.objects.filter(channel="tell").count() == 1
    assert not Notification.objects.exists()
    drain()
    assert Notification.objects.filter(user=post.author, event="liked").count() == 2


def test_an_act_that_tells_nobody_leaves_nothing(post: Post) -> None:
    tell(post)
    assert not OutboxMessage.objects.filter(channel="tell").exists()


def test_a_worker_that_ends_between_telling_and_marking_tells_nothing_twice(
    post: Post, person: Callable, drain: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(post, person("zhou"))
    real = outbox._mark_sent

    def dies(mine: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(outbox, "_mark_sent", dies)
    with pytest.raises(KeyboardInterrupt):
        outbox.drain()
    assert not Notification.objects.exists(), "what it wrote went with it"
    monkeypatch.setattr(outbox, "_mark_sent", real)
    OutboxMessage.objects.update(state="new", lease=None, lease_until=None)
    drain()
    assert Notification.objects.count() == 1


def test_who_lost_the_row_takes_back_what_it_told(
    post: Post, person: Callable, drain: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(post, person("zhou"))
    real = outbox._handlers["tell"]

    def slow(key: str, payload: dict[str, Any]) -> None:
        real(key, payload)
        OutboxMessage.objects.filter(channel="tell").update(lease=None, state="new")

    monkeypatch.setitem(outbox._handlers, "tell", slow)
    outbox.drain(limit=1)
    assert not Notification.objects.exists()
    monkeypatch.setitem(outbox._handlers, "tell", real)
    OutboxMessage.objects.filter(channel="tell").update(lease=None, lease_until=None, state="new")
    drain()
    assert Notification.objects.count() == 1


def test_what_is_gone_meanwhile_is_passed_over(post: Post, person: Callable, drain: Callable) -> None:
    tell(post, person("zhou"))
    Post.objects.filter(pk=post.pk).delete()
    drain()
    assert not Notification.objects.exists()
    assert OutboxMessage.objects.get(channel="tell").state == "sent"
