"""What is away is waited for, what is broken is parked, and nobody waits behind another's trouble (M4)."""

import errno
import smtplib
import socket
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import override_settings
from django.utils import timezone

from foundation.core.flow import backlog, chores, outbox, patience, pulse, thread
from foundation.core.flow.models import OutboxMessage, Pulse
from foundation.core.flow.patience import Away, Whose, whose

pytestmark = [pytest.mark.django_db, pytest.mark.row("M4")]


@pytest.fixture(autouse=True)
def _nothing_known() -> None:
    outbox.channels.forget()


@pytest.fixture
def gateways(monkeypatch: Any) -> dict[str, Any]:
    """Channels `a` and `b`; what stands under a channel's name is raised by it, else it takes the message."""
    moods: dict[str, Any] = {"done": []}

    def act(channel: str) -> Any:
        def handler(key: str, payload: dict) -> None:
            if (fault := moods.get(channel)) is not None:
                raise fault
            moods["done"].append(key)

        return handler

    for channel in ("a", "b"):
        monkeypatch.setitem(outbox._handlers, channel, act(channel))
    return moods


def let_time_pass() -> None:
    """What rests and what waits is due again."""
    outbox.channels._resting = {name: (0.0, n) for name, (_until, n) in outbox.channels._resting.items()}
    OutboxMessage.objects.filter(state="new").update(next_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (ConnectionRefusedError(), Whose.AWAY),
        (TimeoutError(), Whose.AWAY),
        (socket.gaierror(), Whose.AWAY),
        (OSError(errno.ENOSPC, "full"), Whose.AWAY),
        (OperationalError("gone"), Whose.AWAY),
        (Away("503"), Whose.AWAY),
        (smtplib.SMTPServerDisconnected("bye"), Whose.LATER),
        (smtplib.SMTPConnectError(421, b"busy"), Whose.AWAY),
        (smtplib.SMTPAuthenticationError(535, b"no"), Whose.AWAY),
        (smtplib.SMTPDataError(451, b"later"), Whose.LATER),
        (smtplib.SMTPRecipientsRefused({"a@example.org": (450, b"grey")}), Whose.LATER),
        (smtplib.SMTPDataError(552, b"too large"), Whose.OWN),
        (smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"who?")}), Whose.OWN),
        (OSError("odd"), Whose.OWN),
        (ValueError("odd"), Whose.OWN),
    ],
)
def test_a_fault_is_judged_by_whose_it_is(fault: Exception, expected: Whose) -> None:
    assert whose(fault) is expected


def test_an_hour_without_a_gateway_costs_nobody_her_message(gateways: dict) -> None:
    gateways["a"] = ConnectionRefusedError()
    outbox.enqueue_many("a", [(f"k{number}", {}) for number in range(30)])
    for _attempt in range(patience.ATTEMPTS * 4):
        outbox.drain()
        let_time_pass()
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"new"}
    gateways["a"] = None
    while outbox.drain():
        pass
    assert sorted(gateways["done"]) == sorted(f"k{number}" for number in range(30))


def test_who_waits_for_three_days_is_given_up(gateways: dict) -> None:
    gateways["a"] = ConnectionRefusedError()
    outbox.enqueue("a", key="k", payload={})
    OutboxMessage.objects.update(delays=patience.DELAYS - 1)
    outbox.drain()
    assert OutboxMessage.objects.get().state == "dead"
    assert timedelta(days=3) <= patience.DELAYS * patience.LONGEST


def test_a_channel_that_is_away_rests_and_the_others_flow(gateways: dict, monkeypatch: Any) -> None:
    tried: list[str] = []

    def away(key: str, payload: dict) -> None:
        tried.append(key)
        raise TimeoutError

    monkeypatch.setitem(outbox._handlers, "a", away)
    outbox.enqueue_many("a", [(f"a{number}", {}) for number in range(50)])
    outbox.enqueue_many("b", [(f"b{number}", {}) for number in range(5)])
    outbox.drain()
    assert len(gateways["done"]) == 5
    assert len(tried) == 1, "each of fifty would have cost its time-out"
    assert OutboxMessage.objects.filter(channel="a", state="leased").count() == 0


def test_a_slow_channel_comes_one_by_one_behind_the_others(gateways: dict, monkeypatch: Any) -> None:
    done: list[str] = []
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def slow(key: str, payload: dict) -> None:
        now[0] += 8
        done.append(key)
        if len(done) == 1:
            outbox.enqueue_many("b", [(f"b{number}", {}) for number in range(3)])

    monkeypatch.setitem(outbox._handlers, "a", slow)
    monkeypatch.setitem(outbox._handlers, "b", lambda key, payload: done.append(key))
    outbox.enqueue_many("a", [(f"a{number}", {}) for number in range(4)])
    outbox.drain()
    assert done == ["a0", "b0", "b1", "b2", "a1", "a2", "a3"]


def test_a_row_leased_by_a_clock_that_was_set_back_is_taken_over(gateways: dict) -> None:
    outbox.enqueue("a", key="k", payload={})
    ahead = timezone.now() + timedelta(days=2)
    OutboxMessage.objects.update(state="leased", lease="0" * 32, lease_until=ahead)
    assert outbox.drain() == 1
    assert gateways["done"] == ["k"]


def test_what_a_clock_two_days_ahead_wrote_is_due_when_it_was_meant(gateways: dict) -> None:
    for key, hours in (("now", 0), ("later", 5)):
        outbox.enqueue("a", key=key, payload={}, after=timedelta(hours=hours))
    for row in OutboxMessage.objects.all():
        ahead = timedelta(days=2)
        OutboxMessage.objects.filter(pk=row.pk).update(
            created_at=row.created_at + ahead, next_at=row.next_at + ahead
        )
    assert outbox.set_right() == 2
    assert outbox.set_right() == 0
    outbox.drain()
    assert gateways["done"] == ["now"]
    left = OutboxMessage.objects.get(key="later").next_at - timezone.now()
    assert timedelta(hours=4, minutes=50) < left < timedelta(hours=5, minutes=1)


@override_settings(DATABASE_CLOCK=True)
def test_leases_go_by_the_database_s_clock(gateways: dict) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no clock but this machine's")
    import time_machine

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        outbox.enqueue("a", key="k", payload={})
    row = OutboxMessage.objects.get()
    assert abs(row.next_at - timezone.now()) < timedelta(minutes=1)
    token = "1" * 32
    outbox._lease(token, 1)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert outbox.drain() == 0, "a node ahead took over what another works on"
    OutboxMessage.objects.update(state="new", lease=None, lease_until=None)
    assert outbox.drain() == 1


def test_the_web_stands_in_for_silent_workers_only(gateways: dict, settings: Any) -> None:
    settings.OUTBOX_THREAD = False
    outbox.enqueue("a", key="k", payload={})
    pulse.beat()
    clock = chores.Clock()
    assert not thread.step(clock)
    assert gateways["done"] == []
    Pulse.objects.update(at=timezone.now() - timedelta(seconds=25))
    assert thread.step(clock)
    assert gateways["done"] == ["k"]


def test_a_pulse_from_the_future_is_none() -> None:
    pulse.beat()
    assert not pulse.is_silent()
    Pulse.objects.update(at=timezone.now() + timedelta(days=2))
    assert pulse.is_silent()
    pulse.beat()
    pulse.beat()
    assert not pulse.is_silent()
    Pulse.objects.update(at=timezone.now() - timedelta(minutes=40))
    assert pulse.minutes_silent() == 40
    assert pulse.minutes_silent("nobody") == 0


def test_a_gateway_that_is_away_is_told_from_one_full_mailbox(gateways: dict) -> None:
    outbox.enqueue_many("a", [("one", {}), ("two", {})])
    OutboxMessage.objects.filter(key="one").update(delays=9, error="SMTPRecipientsRefused 452")
    assert backlog.waiting_for("a") == 0
    OutboxMessage.objects.filter(key="two").update(delays=2, error="ConnectionRefusedError")
    assert backlog.waiting_for("a") == 0
    OutboxMessage.objects.filter(key="two").update(delays=3)
    assert backlog.waiting_for("a") == 2


@pytest.mark.deny
def test_one_full_mailbox_hides_no_queue_that_stands() -> None:
    """What nobody sends is either late or waits for its gateway; between the two questions nothing is lost."""
    outbox.enqueue_many("mail", [(f"letter-{number}", {}) for number in range(20)])
    OutboxMessage.objects.update(next_at=timezone.now() - timedelta(hours=5))
    long = timedelta(minutes=10)
    OutboxMessage.objects.filter(key="letter-0").update(delays=1, error="SMTPRecipientsRefused 451")
    assert (backlog.late(long), backlog.waiting_for("mail")) == (20, 0)
    OutboxMessage.objects.filter(key="letter-1").update(delays=2, error="ConnectionRefusedError")
    assert (backlog.late(long), backlog.waiting_for("mail")) == (20, 0)
    OutboxMessage.objects.filter(key="letter-1").update(delays=3)
    outbox.enqueue("sms", key="sms", payload={})
    assert (backlog.late(long), backlog.waiting_for("mail")) == (0, 20)
    OutboxMessage.objects.filter(key="sms").update(next_at=timezone.now() - timedelta(hours=5))
    assert backlog.late(long) == 1
