"""Web push (S11): sealed for one browser, known by our key, and never led into our own network."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from foundation.accounts.domain import devices
from foundation.accounts.models import Device
from foundation.core.access.scopes import Scope
from foundation.core.crypto import keys
from foundation.core.flow import calling, outbox
from foundation.core.flow.models import OutboxMessage
from foundation.messaging.domain import choices, push
from foundation.messaging.models import Notification, Subscription
from foundation.social.domain import comments, posts
from tests.messaging.push_service import PushService

pytestmark = [pytest.mark.django_db, pytest.mark.row("S11")]


@pytest.fixture
def service(settings: Any) -> Iterator[PushService]:
    running = PushService()
    settings.WEB_PUSH, settings.WEB_PUSH_TRUSTED = True, [running.origin]
    yield running
    running.close()


@pytest.fixture
def subscription(service: PushService, lin: Any) -> Subscription:
    choices.choose(preset="all", by=lin)
    return push.subscribe(endpoint=f"{service.origin}/lin", name="Chrome", by=lin, **service.keys)


def test_a_browser_is_woken_with_the_sentence_and_the_address_only(
    service: PushService, subscription: Subscription, zhou: Any, post: Any, drain: Callable
) -> None:
    comments.comment(by=zhou, target=post, text="悄悄话")
    drain()
    assert service.refused == []
    (message,) = service.messages
    assert message["path"] == "/lin"
    assert message["body"].keys() == {"title", "url", "tag"}
    assert message["body"]["title"] == "周叶 评论了您"
    assert message["body"]["url"].startswith(post.url)
    assert message["claims"]["key"] == push.public_key()
    assert message["ttl"] == "86400"
    assert message["topic"] == message["body"]["tag"]
    assert len(message["topic"]) <= 32
    assert "周叶".encode() not in message["sealed"]


def test_comments_on_one_status_share_a_topic(
    service: PushService, subscription: Subscription, zhou: Any, post: Any, drain: Callable
) -> None:
    for text in "一二":
        comments.comment(by=zhou, target=post, text=text)
        drain()
    assert len({message["topic"] for message in service.messages}) == 1
    assert len(service.messages) == 2


@pytest.mark.deny
def test_what_was_hidden_meanwhile_wakes_nobody(
    service: PushService, subscription: Subscription, zhou: Any, post: Any, lin: Any
) -> None:
    comments.comment(by=zhou, target=post, text="一")
    for _step in range(9):
        if not OutboxMessage.objects.filter(channel="push").exists():
            outbox.drain(limit=1)
    assert OutboxMessage.objects.filter(channel="push").exists()
    posts.delete_post(post, by=lin)
    while outbox.drain():
        continue
    assert service.messages == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_ended_is_removed(
    service: PushService, subscription: Subscription, zhou: Any, post: Any, drain: Callable, status: int
) -> None:
    service.answers = [(status, {})]
    comments.comment(by=zhou, target=post, text="一")
    drain()
    assert not Subscription.objects.exists()
    assert not OutboxMessage.objects.filter(channel="push").exclude(state="sent").exists()


def test_what_is_too_large_is_parked(
    service: PushService, subscription: Subscription, zhou: Any, post: Any, drain: Callable
) -> None:
    service.answers = [(413, {})]
    comments.comment(by=zhou, target=post, text="一")
    drain()
    parked = OutboxMessage.objects.get(channel="push")
    assert (parked.state, parked.error) == ("dead", "the push service answered 413")


@pytest.mark.parametrize(("said", "seconds"), [("120", 120), ("", 60), ("nonsense", 60), ("99999999", 86400)])
def test_who_asks_for_patience_gets_it(
    service: PushService,
    subscription: Subscription,
    zhou: Any,
    post: Any,
    drain: Callable,
    said: str,
    seconds: int,
) -> None:
    service.answers = [(429, {"Retry-After": said} if said else {})]
    comments.comment(by=zhou, target=post, text="一")
    drain()
    waiting = OutboxMessage.objects.get(channel="push")
    wait = waiting.next_at - timezone.now()
    assert waiting.state == "new"
    assert timedelta(seconds=seconds - 30) < wait <= timedelta(seconds=seconds)
    OutboxMessage.objects.update(next_at=timezone.now())
    drain()
    assert len(service.messages) == 1


@pytest.mark.deny
@pytest.mark.security(18)
@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/x",
        "https://fcm.googleapis.com.example.org/x",
        "https://notfcm.googleapis.com/x".replace("notfcm.", "evilfcm."),
        "https://fcm.googleapis.com@example.org/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:x/",
        "file:///etc/passwd",
        "",
    ],
)
def test_only_known_push_services_are_called(service: PushService, lin: Any, endpoint: str) -> None:
    with pytest.raises(ValidationError):
        push.subscribe(endpoint=endpoint, name="x", by=lin, **service.keys)
    assert not Subscription.objects.exists()


@pytest.mark.deny
def test_a_known_name_that_leads_into_our_network_is_not_called(
    service: PushService,
    subscription: Subscription,
    zhou: Any,
    post: Any,
    drain: Callable,
    monkeypatch: Any,
    settings: Any,
) -> None:
    subscription.endpoint = "https://fcm.googleapis.com/x"
    subscription.save()
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *a, **k: [(0, 0, 0, "", ("10.0.0.7", 443))])
    comments.comment(by=zhou, target=post, text="一")
    drain()
    parked = OutboxMessage.objects.get(channel="push")
    assert (parked.state, parked.error) == ("dead", "the push service has no public address")


@pytest.mark.deny
def test_a_service_that_leads_elsewhere_is_not_followed(
    service: PushService, subscription: Subscription, zhou: Any, post: Any, drain: Callable
) -> None:
    service.answers = [(307, {"Location": f"{service.origin}/elsewhere"})]
    comments.comment(by=zhou, target=post, text="一")
    drain()
    assert service.messages == []
    assert OutboxMessage.objects.get(channel="push").state == "dead"


@pytest.mark.deny
@pytest.mark.parametrize("wrong", [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "%%"}, {"auth": ""}])
def test_keys_that_are_none_are_refused(service: PushService, lin: Any, wrong: dict) -> None:
    with pytest.raises(ValidationError):
        push.subscribe(endpoint=f"{service.origin}/x", name="x", by=lin, **{**service.keys, **wrong})


def test_a_browser_wakes_for_whom_it_was_asked_last_and_ten_are_enough(
    service: PushService, subscription: Subscription, lin: Any, zhou: Any
) -> None:
    push.subscribe(endpoint=subscription.endpoint, name="x", by=zhou, **service.keys)
    assert Subscription.objects.get().user == zhou
    for number in range(9):
        push.subscribe(endpoint=f"{service.origin}/{number}", name="x", by=zhou, **service.keys)
    with pytest.raises(ValidationError):
        push.subscribe(endpoint=f"{service.origin}/11", name="x", by=zhou, **service.keys)


def test_our_key_stays_and_neither_it_nor_an_endpoint_stands_in_the_database(
    service: PushService, subscription: Subscription
) -> None:
    known = push.public_key()
    secret = keys.push_key().private_numbers().private_value.to_bytes(32)
    keys.forget()
    assert push.public_key() == known
    with connection.cursor() as cursor:
        for table in ("core_cryptokey", "messaging_subscription"):
            cursor.execute(f"SELECT * FROM {table}")
            for row in cursor.fetchall():
                for value in row:
                    raw = (
                        value.encode()
                        if isinstance(value, str)
                        else bytes(value)
                        if isinstance(value, memoryview | bytes)
                        else b""
                    )
                    assert secret not in raw
                    assert b"127.0.0.1" not in raw


class TestThePage:
    def test_a_device_is_added_listed_and_removed(self, client: Any, service: PushService, lin: Any) -> None:
        client.force_login(lin)
        sent = {"endpoint": f"{service.origin}/lin", **service.keys}
        agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36"
        assert (
            client.post("/notifications/subscriptions/", sent, headers={"User-Agent": agent}).status_code
            == 204
        )
        page = client.get("/notifications/settings/").content.decode()
        assert "Chrome · Android" in page
        assert push.public_key() in page
        assert service.origin not in page
        client.post(f"/notifications/subscriptions/{Subscription.objects.get().public_id}/remove/")
        assert not Subscription.objects.exists()

    @pytest.mark.deny
    def test_where_the_switch_is_off_there_is_no_push(self, client: Any, lin: Any, settings: Any) -> None:
        assert settings.WEB_PUSH is False
        client.force_login(lin)
        assert client.post("/notifications/subscriptions/", {}).status_code == 404
        assert "data-push-key" not in client.get("/notifications/settings/").content.decode()

    @pytest.mark.deny
    def test_only_the_own_subscription_is_removed(
        self, client: Any, subscription: Subscription, zhou: Any
    ) -> None:
        client.force_login(zhou)
        assert (
            client.post(f"/notifications/subscriptions/{subscription.public_id}/remove/").status_code == 404
        )
        assert (
            client.post("/notifications/subscriptions/", {"endpoint": "https://x.example"}).status_code == 422
        )
        assert Subscription.objects.count() == 1

    def test_the_worker_stands_at_the_root(self, client: Any) -> None:
        answer = client.get("/sw.js")
        assert answer["Content-Type"].startswith("text/javascript")
        assert b"showNotification" in answer.content


def test_many_lines_are_one_message(
    service: PushService, subscription: Subscription, lin: Any, zhou: Any, drain: Callable
) -> None:
    for number in range(7):
        target = posts.post_status(by=lin, text=f"说说{number}", scope=Scope("residents"))
        comments.comment(by=zhou, target=target, text="好")
    drain()
    (message,) = service.messages
    assert message["body"]["title"].endswith("：7 条新通知")
    assert message["body"]["url"] == "/notifications/"
    assert Notification.objects.count() == 7


@pytest.mark.row("A6")
@pytest.mark.deny
@pytest.mark.parametrize(
    ("address", "sent", "left"),
    [
        ("/account/logout/", {}, ["there"]),
        ("/account/devices/end/", {}, ["here"]),
        ("/account/devices/{there}/end/", {}, ["here"]),
        (
            "/account/password/change/",
            {"oldpassword": "pw-lin-2026", "password1": "another-one-77", "password2": "another-one-77"},
            ["here"],
        ),
    ],
)
def test_a_browser_that_was_signed_out_is_woken_no_more(
    service: PushService, lin: Any, zhou: Any, address: str, sent: dict, left: list[str]
) -> None:
    push.subscribe(endpoint=f"{service.origin}/zhou", name="Chrome", by=zhou, **service.keys)
    browsers = {}
    for name in ("here", "there"):
        browsers[name] = Client()
        form = {"login": "lin@example.org", "password": "pw-lin-2026"}
        assert browsers[name].post("/account/login/", form).status_code == 302
        given = {"endpoint": f"{service.origin}/{name}", **service.keys}
        assert browsers[name].post("/notifications/subscriptions/", given).status_code == 204
    there = Device.objects.get(session_key=browsers["there"].session.session_key)
    assert browsers["here"].post(address.format(there=there.public_id), sent).status_code == 302
    woken = [row.endpoint.rsplit("/", 1)[1] for row in Subscription.objects.filter(user=lin)]
    assert woken == left
    assert Subscription.objects.filter(user=zhou).exists(), "somebody else's is left alone"


@pytest.mark.row("A6")
@pytest.mark.deny
def test_where_every_session_ends_no_browser_is_woken(subscription: Subscription, lin: Any) -> None:
    devices.end_all(lin)
    assert not Subscription.objects.exists()


@pytest.mark.row("A6")
def test_a_session_that_ran_out_takes_no_browser_away(service: PushService, person: Callable) -> None:
    """Staff's end after half an hour; she signs in again on the same device."""
    person("staff", roles=("staff",))
    client = Client()
    client.post("/account/login/", {"login": "staff@example.org", "password": "pw-staff-2026"})
    client.post("/notifications/subscriptions/", {"endpoint": f"{service.origin}/staff", **service.keys})
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert client.get("/feed/").status_code == 302
    assert Subscription.objects.count() == 1
