"""The outbox: every effect happens once, and is tried again until it does (M4; security design §0.1)."""

import contextlib
import logging
import smtplib
import uuid
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from celery import current_app
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from foundation.core.flow import outbox
from foundation.core.flow.models import OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(monkeypatch: Any) -> Iterator[list[tuple[str, dict]]]:
    """What the channel `test` carried out."""
    seen: list[tuple[str, dict]] = []
    monkeypatch.setitem(outbox._handlers, "test", lambda key, payload: seen.append((key, payload)))
    return seen


def test_an_effect_is_carried_out_once_however_often_it_is_enqueued(done: list) -> None:
    assert outbox.enqueue("test", key="a", payload={"n": 1})
    assert not outbox.enqueue("test", key="a", payload={"n": 2})
    assert outbox.enqueue_many("test", [("a", {}), ("b", {"n": 3}), ("b", {"n": 4})]) >= 1
    assert outbox.drain() == 2
    assert outbox.drain() == 0
    assert done == [("a", {"n": 1}), ("b", {"n": 3})]


def test_an_effect_of_a_transaction_that_failed_never_happens(done: list) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - both belong to the transaction
        outbox.enqueue("test", key="a", payload={})
        raise ZeroDivisionError
    assert outbox.drain() == 0
    assert done == []


def test_an_effect_waits_for_its_time(done: list) -> None:
    outbox.enqueue("test", key="later", payload={}, after=timedelta(hours=1))
    assert outbox.drain() == 0
    OutboxMessage.objects.update(next_at=timezone.now())
    assert outbox.drain() == 1


def test_a_failed_attempt_is_tried_again_later_and_parked_in_the_end(monkeypatch: Any) -> None:
    def fail(key: str, payload: dict) -> None:
        raise OSError("the gateway is away")

    monkeypatch.setitem(outbox._handlers, "test", fail)
    outbox.enqueue("test", key="a", payload={})
    waits = []
    for _attempt in range(outbox.ATTEMPTS):
        before = timezone.now()
        outbox.drain()
        message = OutboxMessage.objects.get()
        waits.append(message.next_at - before)
        OutboxMessage.objects.filter(state="new").update(next_at=timezone.now())
    assert message.state == "dead"
    assert message.attempts == outbox.ATTEMPTS
    assert message.error == "OSError"
    assert waits[:3] == sorted(waits[:3])
    assert outbox.drain() == 0


def test_what_is_hopeless_is_parked_at_once_and_the_rest_flows(done: list, monkeypatch: Any) -> None:
    def refuse(key: str, payload: dict) -> None:
        raise outbox.Hopeless("no such address")

    monkeypatch.setitem(outbox._handlers, "poison", refuse)
    outbox.enqueue("poison", key="p", payload={})
    outbox.enqueue("nobody", key="n", payload={})
    outbox.enqueue("test", key="a", payload={})
    assert outbox.drain() == 3
    states = dict(OutboxMessage.objects.values_list("key", "state"))
    assert states == {"p": "dead", "n": "dead", "a": "sent"}
    assert OutboxMessage.objects.get(key="n").error == "no handler for nobody"


def test_what_a_dead_worker_held_is_taken_over_when_its_lease_runs_out(done: list) -> None:
    outbox.enqueue("test", key="a", payload={})
    OutboxMessage.objects.update(
        state="leased", lease=uuid.uuid4(), lease_until=timezone.now() + timedelta(seconds=30)
    )
    assert outbox.drain() == 0
    OutboxMessage.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert outbox.drain() == 1
    assert [key for key, _payload in done] == ["a"]


def test_who_lost_the_lease_leaves_the_row_to_the_new_holder(done: list) -> None:
    outbox.enqueue("test", key="a", payload={})
    message = OutboxMessage.objects.get()
    outbox._act(message, uuid.uuid4())
    assert done == []


def kill_workers(times: int) -> None:
    """So many drains, each of which a message of the channel `deadly` ends; their leases run out at once."""
    for _worker in range(times):
        with contextlib.suppress(SystemExit):
            outbox.drain()
        OutboxMessage.objects.filter(state="leased").update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def deadly(monkeypatch: Any) -> list[str]:
    """The channel `deadly` ends the worker, without an exception that anybody would catch; who it was called for."""
    seen: list[str] = []

    def die(key: str, payload: dict) -> None:
        seen.append(key)
        raise SystemExit

    monkeypatch.setitem(outbox._handlers, "deadly", die)
    return seen


@pytest.mark.deny
def test_a_message_that_kills_its_workers_is_parked_and_the_rest_flows(
    done: list, deadly: list, caplog: Any
) -> None:
    outbox.enqueue("deadly", key="lin@example.org", payload={})
    outbox.enqueue("test", key="a", payload={})
    kill_workers(outbox.ATTEMPTS + 3)
    assert len(deadly) == outbox.ATTEMPTS
    assert dict(OutboxMessage.objects.values_list("channel", "state")) == {"deadly": "dead", "test": "sent"}
    parked = OutboxMessage.objects.get(channel="deadly")
    assert (parked.error, parked.lease) == ("the worker ended without a word", None)
    assert f"outbox [{parked.pk}] parked" in caplog.text
    assert "lin@example.org" not in caplog.text


def test_what_waits_in_the_same_batch_is_not_blamed_for_dead_workers(done: list, deadly: list) -> None:
    outbox.enqueue("deadly", key="d", payload={})
    outbox.enqueue_many("test", [(f"k{number}", {}) for number in range(5)])
    kill_workers(outbox.ATTEMPTS)
    assert set(OutboxMessage.objects.filter(channel="test").values_list("attempts", flat=True)) == {0}
    assert outbox.drain() == 5


@pytest.mark.deny
@pytest.mark.security(53)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (
            smtplib.SMTPRecipientsRefused(
                {"lin@example.org": (550, b"<lin@example.org> unknown"), "zhou@example.org": (450, b"later")}
            ),
            "SMTPRecipientsRefused 450 550",
        ),
        (smtplib.SMTPDataError(552, b"too large for lin@example.org"), "SMTPDataError 552"),
        (ValueError("no number in lin@example.org"), "ValueError"),
    ],
    ids=["recipients", "response", "other"],
)
def test_whom_a_gateway_refuses_stands_neither_in_the_row_nor_in_the_log(
    fault: Exception, error: str, monkeypatch: Any, caplog: Any
) -> None:
    def refuse(key: str, payload: dict) -> None:
        raise fault

    monkeypatch.setitem(outbox._handlers, "test", refuse)
    outbox.enqueue("test", key="a", payload={})
    for _attempt in range(outbox.ATTEMPTS):
        outbox.drain()
        assert OutboxMessage.objects.get().error == error
        OutboxMessage.objects.filter(state="new").update(next_at=timezone.now())
    assert OutboxMessage.objects.get().state == "dead"
    assert caplog.text.count(f"{error} in {__name__}:") == outbox.ATTEMPTS
    assert "example.org" not in caplog.text


@pytest.mark.security(53)
def test_addresses_and_texts_do_not_stand_readable_in_the_queue() -> None:
    outbox.enqueue("test", key="a", payload={"to": "lin@example.org", "text": "您好"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM core_outboxmessage")
        payload = bytes(cursor.fetchone()[0])
    assert b"lin@example.org" not in payload
    assert "您好".encode() not in payload


def test_what_was_done_long_ago_is_swept_away(done: list) -> None:
    outbox.enqueue("test", key="old", payload={})
    outbox.enqueue("test", key="new", payload={})
    outbox.drain()
    OutboxMessage.objects.filter(key="old").update(done_at=timezone.now() - timedelta(days=31))
    assert outbox.sweep() == 1
    assert list(OutboxMessage.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.security(53)
def test_what_was_parked_long_ago_keeps_no_address_and_no_text() -> None:
    for key in ("old", "new"):
        outbox.enqueue("nobody", key=key, payload={"to": "lin@example.org"})
    outbox.drain()
    OutboxMessage.objects.filter(key="old").update(done_at=timezone.now() - timedelta(days=31))
    assert outbox.sweep() == 1
    assert outbox.sweep() == 0
    left = {row.key: (row.state, bool(row.payload), row.error) for row in OutboxMessage.objects.all()}
    assert left == {
        "old": ("dead", False, "no handler for nobody"),
        "new": ("dead", True, "no handler for nobody"),
    }
    assert outbox.retry() == 1
    assert OutboxMessage.objects.get(state="new").key == "new"


def test_the_command_retries_what_was_parked(done: list, deadly: list) -> None:
    outbox.enqueue("deadly", key="d", payload={})
    outbox.enqueue("nobody", key="n", payload={})
    kill_workers(outbox.ATTEMPTS + 1)
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"dead"}
    out = StringIO()
    outbox._handlers["deadly"] = outbox._handlers["test"]
    call_command("outbox", "retry", "--channel", "deadly", stdout=out)
    assert out.getvalue() == "1 wait again\n"
    assert outbox.drain() == 1
    assert [key for key, _payload in done] == ["d"]
    call_command("outbox", "retry", stdout=out)
    assert dict(OutboxMessage.objects.values_list("key", "state")) == {"d": "sent", "n": "new"}


def test_the_command_drains_what_is_due(done: list) -> None:
    outbox.enqueue("test", key="a", payload={})
    call_command("outbox", "drain", stdout=StringIO())
    assert len(done) == 1


@pytest.mark.row("A3")
def test_a_mail_goes_through_the_outbox_with_its_own_key(drain: Any) -> None:
    EmailMessage("主题", "正文", to=["lin@example.org"], headers={"X-Linli-Key": "mail:1"}).send()
    EmailMessage("主题", "正文", to=["lin@example.org"], headers={"X-Linli-Key": "mail:1"}).send()
    EmailMessage("nobody", "x").send()
    assert mail.outbox == []
    drain()
    (sent,) = mail.outbox
    assert (sent.subject, sent.body.strip(), sent.to) == ("主题", "正文", ["lin@example.org"])
    letter = sent.message()
    assert letter["X-Linli-Key"] == "mail:1"
    assert letter["Message-ID"] == sent.message()["Message-ID"]


def test_without_redis_the_poller_finds_what_the_bell_did_not_ring(
    settings: Any, caplog: Any, done: list, django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    def unreachable(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("no broker")

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(outbox.cache, "is_there", lambda: True)
    monkeypatch.setattr(current_app, "send_task", unreachable)
    with caplog.at_level(logging.WARNING, "linli.outbox"), django_capture_on_commit_callbacks(execute=True):
        outbox.enqueue("test", key="a", payload={})
    assert "the poller will" in caplog.text
    assert outbox.drain() == 1


def test_the_bell_rings_once_for_a_transaction_and_not_where_redis_is_away(
    settings: Any, django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    """Celery tries for six seconds to ring one that is away, and somebody waits for her page."""
    rung: list[str] = []
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(current_app, "send_task", lambda name, **_how: rung.append(name))
    for is_there in (True, False):
        monkeypatch.setattr(outbox.cache, "is_there", lambda is_there=is_there: is_there)
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            for number in range(3):
                outbox.enqueue("test", key=f"{is_there}{number}", payload={})
    assert rung == [outbox.DRAIN_TASK]


def test_what_rings_is_not_lost_with_a_part_that_was_undone(
    settings: Any, django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(outbox.wake_up, "set", lambda: rung.append(1))
    rung: list[int] = []
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            outbox.enqueue("test", key="undone", payload={})
            raise ZeroDivisionError
        outbox.enqueue("test", key="stands", payload={})
    assert rung == [1]


@pytest.mark.row("A7")
@pytest.mark.parametrize(
    ("channel", "to", "is_hers"),
    [
        ("mail", ["li@qq.com"], True),
        ("mail", ["Li <LI@qq.com>", "other@qq.com"], True),
        ("mail", ["xiaoli@qq.com"], False),
        ("mail", ["li@qq.com.cn"], False),
        ("sms", "+8613900007777", True),
        ("sms", "+86139000077770", False),
        ("deliver", "li@qq.com", False),
    ],
)
def test_what_waits_for_somebody_who_leaves_goes_and_no_other(channel: str, to: Any, is_hers: bool) -> None:
    """An address that is a part of another's is another's."""
    payload = {"to": to, "text": "li@qq.com 说"}
    outbox.enqueue(channel, key="one", payload=payload)
    assert outbox.erase_mentions(["li@qq.com", "+8613900007777", ""]) == is_hers
    assert (OutboxMessage.objects.get().state == "dead") == is_hers
