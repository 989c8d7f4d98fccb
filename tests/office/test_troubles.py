"""Those who keep the site running are told in words what is wrong, what to do, and when it is over (M4, O4)."""

import shutil
from collections import namedtuple
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.core.access.permissions import Refused
from foundation.core.flow import audit, heads, outbox
from foundation.core.flow.models import AuditEntry, OutboxMessage, Pulse
from foundation.messaging.models import Notification
from office.domain import alarms, troubles
from office.domain.queries import machine
from office.models import Alarm, Trouble
from office.rules import ADVICE, Fault

pytestmark = [pytest.mark.django_db, pytest.mark.row("M4", "O4")]
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def keepers(person: Callable) -> list[Any]:
    return [person("op", roles=("operator",)), person("chief", roles=("administrator",))]


@pytest.fixture
def healthy(monkeypatch: Any) -> dict[Fault, int]:
    """The machine answers every question with what stands here: 0, all is well."""
    figures = dict.fromkeys(Fault, 0)
    asked = {fault: lambda fault=fault: figures[fault] for fault in Fault}
    monkeypatch.setattr(troubles, "QUESTIONS", asked)
    return figures


def let_pass(**time: int) -> None:
    ago = timedelta(**time)
    for trouble in Trouble.objects.filter(over_at=None):
        Trouble.objects.filter(pk=trouble.pk).update(
            seen_at=trouble.seen_at - ago, began_at=trouble.began_at - ago
        )


def test_every_fault_has_its_question_and_says_what_to_do() -> None:
    assert set(machine.QUESTIONS) == set(Fault) == set(ADVICE)
    assert all(str(ADVICE[fault] % {"figure": 7}).count("。") >= 1 for fault in Fault)


def test_a_fault_is_told_once_and_is_over_by_itself(
    healthy: dict, keepers: list, person: Callable, drain: Callable, mailoutbox: list
) -> None:
    person("auditor", roles=("auditor",))
    healthy[Fault.MAIL_AWAY] = 12
    assert troubles.look_round() == 1
    healthy[Fault.MAIL_AWAY] = 30
    assert troubles.look_round() == 0
    told = Notification.objects.filter(event="began")
    assert set(told.values_list("user__username", flat=True)) == {"op", "chief"}
    trouble = Trouble.objects.get()
    assert "30 封信在等" in trouble.title
    drain()
    assert {letter.to[0] for letter in mailoutbox} == {"op@example.org", "chief@example.org"}
    healthy[Fault.MAIL_AWAY] = 0
    assert troubles.look_round() == 0, "what comes and goes is one fault"
    let_pass(minutes=4)
    assert troubles.look_round() == 1
    trouble.refresh_from_db()
    assert trouble.over_at is not None
    assert not told.exists()
    assert Notification.objects.filter(event="over").count() == 2


def test_it_begins_anew_after_it_was_over(healthy: dict, keepers: list) -> None:
    for _time in range(2):
        healthy[Fault.REDIS_AWAY] = 1
        troubles.look_round()
        healthy[Fault.REDIS_AWAY] = 0
        let_pass(minutes=4)
        troubles.look_round()
    assert Trouble.objects.filter(over_at=None).count() == 0
    assert Trouble.objects.count() == 2


def test_a_question_that_nobody_can_answer_hides_no_other(
    healthy: dict, keepers: list, monkeypatch: Any, caplog: Any
) -> None:
    def broken() -> int:
        raise OSError("no such disk")

    monkeypatch.setitem(troubles.QUESTIONS, Fault.DISK_FULL, broken)
    healthy[Fault.LATE] = 5
    assert troubles.look_round() == 1
    assert "disk_full" in caplog.text


def test_a_jump_is_worth_a_look_for_an_hour(healthy: dict, keepers: list) -> None:
    healthy[Fault.CLOCK_JUMPED] = 7200
    troubles.look_round()
    healthy[Fault.CLOCK_JUMPED] = 0
    let_pass(minutes=30)
    assert troubles.look_round() == 0
    let_pass(minutes=31)
    assert troubles.look_round() == 1


def test_a_disk_counts_from_85_per_cent(monkeypatch: Any) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(100, 84, 16))
    assert machine.fullest_disk() == 0
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(100, 85, 15))
    assert machine.fullest_disk() == 85


def test_a_clock_that_jumps_is_seen(monkeypatch: Any) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(machine.time, "time", lambda: now[0])
    monkeypatch.setattr(machine.time, "monotonic", lambda: 1000.0)
    monkeypatch.setattr(machine._Clock, "offset", None)
    assert machine.seconds_wrong() == 0
    now[0] += 2 * 86400
    assert machine.seconds_wrong() == 2 * 86400
    assert machine.seconds_wrong() == 0


def test_workers_are_missed_where_there_should_be_some(settings: Any) -> None:
    settings.OUTBOX_THREAD = False
    Pulse.objects.create(name="worker", at=timezone.now() - timedelta(minutes=6))
    assert machine.minutes_without_a_worker() == 6
    settings.OUTBOX_THREAD = True
    assert machine.minutes_without_a_worker() == 0


def test_what_was_given_up_is_sent_again_by_a_button(
    keepers: list, drain: Callable, monkeypatch: Any
) -> None:
    outbox.enqueue("nobody", key="k", payload={})
    drain()
    troubles.look_round()
    client = Client()
    client.force_login(keepers[0])
    page = client.get(reverse("operations:running")).content.decode()
    assert "1 条试了几次都不成功" in page
    assert "再发一次" in page
    done: list[str] = []
    monkeypatch.setitem(outbox._handlers, "nobody", lambda key, payload: done.append(key))
    answer = client.post(reverse("operations:retry"), follow=True)
    assert "1 条消息会再发一次" in answer.content.decode()
    drain()
    assert done == ["k"]
    assert AuditEntry.objects.filter(action="office.retry_messages", actor_id=keepers[0].pk).count() == 1
    assert "没有停下的消息" in client.post(reverse("operations:retry"), follow=True).content.decode()


@pytest.mark.deny
@pytest.mark.parametrize("role", ["editor", "staff", "auditor", ""])
def test_nobody_else_reads_or_retries(role: str, healthy: dict, keepers: list, person: Callable) -> None:
    somebody = person("somebody", roles=(role,) if role else ())
    healthy[Fault.LATE] = 5
    troubles.look_round()
    assert not Trouble.objects.visible_to(somebody).exists()
    client = Client()
    client.force_login(somebody)
    assert client.get(reverse("operations:running")).status_code == 403
    with pytest.raises(Refused):
        troubles.retry_messages(by=somebody)
    assert OutboxMessage.objects.filter(state="dead").count() == 0


def test_administrators_find_it_among_the_alarms_and_auditors_do_not(
    healthy: dict, keepers: list, person: Callable
) -> None:
    auditor = person("auditor", roles=("auditor",))
    healthy[Fault.REDIS_AWAY] = 1
    troubles.look_round()
    for reader, sees in ((keepers[1], True), (auditor, False)):
        client = Client()
        client.force_login(reader)
        page = client.get(reverse("office:alarms")).content.decode()
        assert ("网站改用数据库" in page) is sees


@pytest.mark.security(55)
def test_a_log_that_was_changed_raises_an_alarm_by_night(keepers: list, settings: Any) -> None:
    audit.append("social.react", by=None)
    made = audit.append("social.react", by=None, purpose="甲")
    heads.publish()
    assert alarms.verify_log() == 0
    AuditEntry.objects.filter(seq=made.seq).update(purpose="乙")
    assert alarms.verify_log() == 1
    alarm = Alarm.objects.get(rule="chain_broken")
    assert alarm.first_seq == made.seq
    AuditEntry.objects.filter(seq=made.seq).update(purpose="甲")
    Alarm.objects.all().delete()
    settings.AUDIT_HEADS.write_text(heads.json.dumps({**heads.signed_head(), "seq": 99}) + "\n")
    assert alarms.verify_log() == 1


def test_what_is_long_over_is_forgotten(healthy: dict, keepers: list) -> None:
    old = timezone.now() - timedelta(days=366)
    Trouble.objects.create(fault=Fault.LATE, began_at=old, seen_at=old, over_at=old)
    Trouble.objects.create(fault=Fault.LATE, began_at=old, seen_at=timezone.now())
    assert troubles.forget_troubles() == 1
