"""The live bell (S11): a real process beside the web, which hears Redis and tells the open pages of one person."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.utils import timezone

from chat.domain import answering, sending
from foundation.accounts.models import User
from foundation.core import live
from foundation.messaging.domain import reading
from foundation.social.domain import comments
from tools.services import free_port

pytestmark = [
    pytest.mark.row("S11"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not configured.REDIS_URL, reason="the live process needs Redis"),
]


@pytest.fixture
def port(settings: Any, transactional_db: None) -> Iterator[int]:
    """The live process on this test's database, impatient enough for a test."""
    settings.LIVE = True
    database, chosen = connection.settings_dict, free_port()
    flags = f"--interface asginl --host 127.0.0.1 --port {chosen} --workers 1 --no-ws --log-level warning"
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *flags.split(), "linli.live:application"],
        cwd=configured.BASE_DIR,
        env={
            **os.environ,
            "PYTHONPATH": str(configured.BASE_DIR / "site"),
            "DJANGO_SETTINGS_MODULE": "linli.settings.test",
            "DATABASE_URL": f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}",
            "LINLI_LIVE_HEARTBEAT": "0.3",
            "LINLI_LIVE_ASK_AGAIN": "0.5",
        },
        start_new_session=True,
    )
    try:
        for _attempt in range(300):
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", chosen)) == 0:
                    break
            time.sleep(0.1)
        yield chosen
    finally:
        process.terminate()
        process.wait(15)


@pytest.fixture
def listen(port: int) -> Iterator[Callable[[Any], HTTPResponse]]:
    """Open a page's connection with somebody's session."""
    links: list[HTTPConnection] = []

    def go(user: Any) -> HTTPResponse:
        client = Client()
        if user is not None:
            client.force_login(user)
        link = HTTPConnection("127.0.0.1", port, timeout=20)
        links.append(link)
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        link.request("GET", "/live/", headers={"Cookie": cookie})
        return link.getresponse()

    yield go
    for link in links:
        link.close()


def next_event(answer: HTTPResponse) -> str:
    """Read on to the next event; "" where the connection ends."""
    while line := answer.readline():
        if line.startswith(b"event:"):
            return line.split(b":", 1)[1].strip().decode()
    return ""


def test_the_bell_hears_of_what_happened_to_its_owner_only(
    listen: Callable, person: Callable, portal: Any, post: Any, lin: Any, zhou: Any
) -> None:
    hers, his = listen(lin), listen(zhou)
    assert hers.headers["Content-Type"] == "text/event-stream"
    assert (next_event(hers), next_event(his)) == ("unread", "unread")
    time.sleep(1)  # until the process has subscribed
    comments.comment(by=zhou, target=post, text="悄悄话")
    assert next_event(hers) == "unread"
    reading.mark_all_read(by=lin)
    assert next_event(hers) == "unread"
    live.publish([zhou.pk], "his own")
    assert next_event(his) in ("unread", "his own")


@pytest.mark.row("S10")
def test_an_open_conversation_hears_that_something_was_said_and_never_what(
    listen: Callable, person: Callable, portal: Any, lin: Any, zhou: Any
) -> None:
    hers, others = listen(lin), listen(person("wu"))
    assert (next_event(hers), next_event(others)) == ("unread", "unread")
    time.sleep(1)  # until the process has subscribed
    said = sending.write_to(lin, by=zhou, text="悄悄话")
    assert next_event(hers) == "chat"
    answering.accept(said.conversation, by=lin)
    assert "chat" in (next_event(hers), next_event(hers))
    live.publish([User.objects.get(username="wu").pk], "her own")
    assert next_event(others) == "her own", "nothing of what others say"


@pytest.mark.deny
def test_it_ends_with_the_session_and_with_the_account(listen: Callable, lin: Any, zhou: Any) -> None:
    first, second = listen(lin), listen(zhou)
    assert (next_event(first), next_event(second)) == ("unread", "unread")
    from django.contrib.sessions.models import Session
    from django.core.cache import cache

    Session.objects.all().delete()
    cache.clear()
    # Reading on comes to an end, for both; before it only what was said when the process had subscribed.
    assert (first.read() + second.read()).count(b"event: unread") <= 2
    User.objects.filter(pk=lin.pk).update(suspended_until=timezone.now() + timedelta(days=1))
    assert listen(User.objects.get(pk=lin.pk)).status == 204


@pytest.mark.deny
def test_nobody_signed_in_hears_nothing_and_one_person_opens_no_hundred(listen: Callable, lin: Any) -> None:
    assert listen(None).status == 204
    statuses = [listen(lin).status for _page in range(8)]
    assert statuses == [200] * 6 + [503] * 2


def test_without_the_process_nothing_is_sent(settings: Any, monkeypatch: Any) -> None:
    settings.LIVE = False
    monkeypatch.setattr(live, "_send", pytest.fail)
    live.publish([1])


def test_a_redis_that_is_away_breaks_no_business(settings: Any, caplog: Any) -> None:
    settings.LIVE, settings.REDIS_URL = True, "redis://127.0.0.1:1/0"
    live.publish([1])
    assert "did not take a live message" in caplog.text
