"""Notifications (S11): told once, in words, of what the reader may still see."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from foundation.core import notify
from foundation.core.access.scopes import Scope
from foundation.core.flow import chores, outbox
from foundation.messaging.domain import choices, queries, reading
from foundation.messaging.domain.sms import to_file
from foundation.messaging.models import Notification
from foundation.social.domain import comments, posts, reactions
from foundation.social.domain.follows import follow
from foundation.social.models import Post

pytestmark = [pytest.mark.django_db, pytest.mark.row("S11")]


@pytest.fixture
def commented(person: Callable, portal: Any) -> Notification:
    """林 posted and wants every mail at once, 周叶 comments on it."""
    lin, zhou = person("lin", display="林秋雨"), person("zhou", display="周叶")
    choices.choose(preset="all", by=lin)
    post = posts.post_status(by=lin, text="院里的银杏", scope=Scope("residents"))
    comments.comment(by=zhou, target=post, text="真好看")
    return Notification.objects.get()


@pytest.fixture
def liked(person: Callable, portal: Any) -> Notification:
    """林 posted, 周叶 likes it."""
    lin, zhou = person("lin", display="林秋雨"), person("zhou", display="周叶")
    post = posts.post_status(by=lin, text="院里的银杏", scope=Scope("residents"))
    reactions.react(post, by=zhou, liked=True)
    return Notification.objects.get()


def test_it_says_who_did_what_to_what_and_goes_out_by_mail(commented: Notification, drain: Callable) -> None:
    (told,) = queries.in_words([commented], commented.user)
    assert told.sentence == "周叶 评论了您"
    assert told.title == "真好看"
    assert told.url.startswith(Post.objects.get().url)
    drain()
    (letter,) = mail.outbox
    assert letter.to == ["lin@example.org"]
    assert letter.subject == "周叶 评论了您"
    assert told.url in letter.body
    drain()
    assert len(mail.outbox) == 1


def test_liking_again_and_again_tells_once(liked: Notification) -> None:
    post, zhou = Post.objects.get(), liked.by
    for again in (False, True, False, True):
        reactions.react(post, by=zhou, liked=again)
    assert Notification.objects.count() == 1


def test_nobody_is_told_of_her_own_acts(liked: Notification) -> None:
    reactions.react(Post.objects.get(), by=liked.user, liked=True)
    assert Notification.objects.count() == 1


def test_what_was_read_meanwhile_is_not_mailed(commented: Notification, drain: Callable) -> None:
    reading.mark_read(commented, by=commented.user)
    drain()
    assert mail.outbox == []


@pytest.mark.deny
@pytest.mark.security(4)
def test_what_the_reader_may_not_see_any_more_is_neither_mailed_nor_named(
    person: Callable, portal: Any, drain: Callable
) -> None:
    lin, zhou = person("lin"), person("zhou", display="周叶")
    choices.choose(preset="all", by=lin)
    follow(lin, by=zhou)
    post = posts.post_status(by=zhou, text="@lin 悄悄话", scope=Scope("residents"))
    told = Notification.objects.get(user=lin, event="mentioned")
    posts.edit_post(post, by=zhou, text="@lin 悄悄话", scope=Scope("only", str(zhou.pk)))
    (shown,) = queries.in_words([told], lin)
    assert (shown.title, shown.url) == ("", "")
    drain()
    assert not [letter for letter in mail.outbox if "悄悄话" in letter.body]


@pytest.mark.deny
def test_an_event_that_no_kind_names_is_an_error(person: Callable) -> None:
    with pytest.raises(KeyError):
        notify.emit("invented", to=[1], about=person("lin"))


def test_what_was_read_long_ago_is_forgotten_and_what_was_never_opened_is_not(liked: Notification) -> None:
    now = timezone.now()
    for days, event in ((181, "old"), (179, "young"), (None, "unread")):
        Notification.objects.create(
            user=liked.user,
            event=event,
            kind=liked.kind,
            object_id=liked.object_id,
            created_at=now - timedelta(days=400),
            read_at=None if days is None else now - timedelta(days=days),
        )
    assert chores.do_all(chores.Rhythm.DAY)["foundation.messaging.domain.reading.sweep"] == 1
    assert set(Notification.objects.values_list("event", flat=True)) == {liked.event, "young", "unread"}


class TestTheCentre:
    def test_badge_list_open_and_all_read(self, client: Any, liked: Notification) -> None:
        client.force_login(liked.user)
        assert client.get("/notifications/badge/").json()["unread"] == 1
        assert "周叶 赞了您的说说" in client.get("/notifications/").content.decode()
        answer = client.post(liked.open_url)
        assert answer.url == Post.objects.get().url
        assert client.get("/notifications/badge/").json()["unread"] == 0
        Notification.objects.update(read_at=None)
        client.post("/notifications/read/")
        assert client.get("/notifications/badge/").json()["unread"] == 0

    @pytest.mark.deny
    def test_somebody_elses_is_not_found(self, client: Any, liked: Notification) -> None:
        client.force_login(liked.by)
        assert client.post(liked.open_url).status_code == 404
        liked.refresh_from_db()
        assert liked.read_at is None
        assert reading.mark_all_read(by=liked.by) == 0
        assert not Notification.objects.visible_to(None).exists()

    def test_one_whose_object_is_gone_leads_back_to_the_list(self, client: Any, liked: Notification) -> None:
        posts.delete_post(Post.objects.get(), by=liked.user)
        client.force_login(liked.user)
        assert client.post(liked.open_url).url == "/notifications/"


def test_a_short_message_of_one_key_is_one_message(settings: Any, drain: Callable) -> None:
    for _again in range(2):
        to_file("+8613900001234", "验证码 ABC", key="k")
    assert len(list(settings.SMS_FOLDER.glob("*.json"))) == 1
    outbox.enqueue("sms", key="sms:1", payload={"to": "+8613900001234", "text": "您好"})
    drain()
    texts = {
        json.loads(path.read_text(encoding="utf-8"))["text"] for path in settings.SMS_FOLDER.glob("*.json")
    }
    assert texts == {"验证码 ABC", "您好"}
