"""Reading the audit log (O4): who may, what is found, what is written down about it, and the alarms."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import ONLY, PUBLIC, Scope
from foundation.core.flow import audit, heads
from foundation.core.flow.models import AuditEntry
from foundation.messaging.models import Notification
from foundation.social.domain import posts
from office.domain import alarms, log
from office.domain.queries.log import Filters, entries, sentences
from office.models import Alarm
from office.rules import EXPORTS, REVEALS

pytestmark = [pytest.mark.django_db, pytest.mark.row("O4")]
REVEALS_AN_HOUR = 30
HERE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def auditor(person: Callable) -> Any:
    return person("auditor", display="审计员", roles=("auditor",))


@pytest.fixture
def client(auditor: Any) -> Client:
    made = Client()
    made.force_login(auditor)
    return made


def at(hour: int, minute: int = 0) -> Any:
    return time_machine.travel(datetime(2026, 11, 20, hour, minute, tzinfo=HERE), tick=False)


def test_what_was_done_is_read_in_words(client: Client, person: Callable, places: dict) -> None:
    lin = person("lin", display="林秋雨")
    audit.append("social.post_status", by=lin, obj=lin, place_path=places["ginkgo"].path, purpose="登记")
    page = client.get(reverse("office:log")).content.decode()
    for words in ("林秋雨", "发布说说", "银杏里社区", "登记", "居民"):
        assert words in page


@pytest.mark.deny
def test_the_log_is_no_key_to_what_somebody_keeps_to_herself(client: Client, person: Callable) -> None:
    lin = person("lin")
    posts.post_status(by=lin, text="写给自己的话", scope=Scope(ONLY, str(lin.pk)))
    posts.post_status(by=lin, text="写给大家的话", scope=Scope(PUBLIC))
    page = client.get(reverse("office:log")).content.decode()
    assert "写给大家的话" in page
    assert "写给自己的话" not in page
    book = client.post(reverse("office:export_log"), {"purpose": "检查"})
    assert "写给自己的话" not in words_of(book.content)


def test_it_is_narrowed_down(client: Client, person: Callable, places: dict) -> None:
    lin, zhou = person("lin", display="林秋雨"), person("zhou", display="周叶")
    audit.append("social.post_status", by=lin, obj=lin, place_path=places["ginkgo-3"].path)
    audit.append("social.comment", by=zhou, obj=zhou, place_path=places["bridge"].path)

    def found(**asked: Any) -> list[str]:
        answer = client.get(reverse("office:log"), asked)
        return [
            line.entry.action for line in answer.context["lines"] if line.entry.action.startswith("social.")
        ]

    assert found(who="林秋雨") == found(who="lin") == ["social.post_status"]
    assert found(action="social.comment") == ["social.comment"]
    assert found(place=places["ginkgo"].pk) == ["social.post_status"]
    assert found(kind="person", object_id=str(zhou.pk)) == ["social.comment"]
    today = timezone.localdate()
    assert len(found(since=today, until=today)) == 2
    assert found(until=today - timedelta(days=1)) == []
    assert found(who="nobody") == []


@pytest.mark.deny
def test_dates_in_the_wrong_order_say_so(client: Client) -> None:
    page = client.get(reverse("office:log"), {"since": "2026-11-20", "until": "2026-11-01", "who": "林"})
    assert "结束日期早于开始日期" in page.content.decode()
    assert 'value="林"' in page.content.decode()


def test_older_entries_follow_without_a_gap(client: Client) -> None:
    for number in range(120):
        audit.append("social.react", by=None, purpose=f"第{number}次")
    seen, address = [], reverse("office:log")
    while address:
        answer = client.get(address)
        seen += [line.entry.seq for line in answer.context["lines"]]
        older = answer.context["older"]
        address = f"{reverse('office:log')}?before={older}" if older else ""
    assert seen == list(range(max(seen), 0, -1))


@pytest.mark.parametrize("before", ["x", "-1", "٣", "9" * 40])
def test_a_place_in_the_list_that_is_none_shows_the_newest(client: Client, before: str) -> None:
    assert client.get(reverse("office:log"), {"before": before}).status_code == 200


def test_looking_at_what_is_sealed_is_written_down(client: Client, auditor: Any) -> None:
    made = audit.append("moderation.refuse", by=None, data={"reason": "姓名与证件不一致", "odd_one": 1})
    page = client.get(reverse("office:entry", args=[made.seq])).content.decode()
    assert "姓名与证件不一致" in page
    assert "salt" not in page
    assert "<dt>理由</dt>" in page
    assert "<code>odd_one</code>" in page
    looked = AuditEntry.objects.latest("seq")
    assert (looked.action, looked.actor_id, looked.object_id) == (
        "office.look_at_entry",
        auditor.pk,
        str(made.seq),
    )
    client.get(reverse("office:entry", args=[audit.append("social.react", by=None).seq]))
    assert AuditEntry.objects.filter(action="office.look_at_entry").count() == 1, (
        "nothing sealed, nothing seen"
    )


def words_of(book: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(book)) as whole:
        return "".join(whole.read(name).decode() for name in whole.namelist() if name.endswith(".xml"))


@pytest.mark.security(13)
def test_an_export_says_who_took_it_and_holds_no_formula(client: Client, auditor: Any) -> None:
    audit.append("social.react", by=None, purpose="=HYPERLINK(1)")
    book = client.post(reverse("office:export_log"), {"purpose": "年度检查"})
    words = words_of(book.content)
    assert "审计员" in words
    assert "年度检查" in words
    assert "=HYPERLINK(1)" in words
    assert "<f>" not in words
    taken = AuditEntry.objects.latest("seq")
    assert (taken.action, taken.actor_id, taken.purpose) == ("office.export_log", auditor.pk, "年度检查")


@pytest.mark.deny
def test_nothing_leaves_without_a_purpose_or_beyond_the_limit(client: Client, monkeypatch: Any) -> None:
    answer = client.post(reverse("office:export_log"), {"purpose": " "})
    assert answer.status_code == 422
    monkeypatch.setattr(log, "MOST", 1)
    audit.append("social.react", by=None)
    audit.append("social.react", by=None)
    answer = client.post(reverse("office:export_log"), {"purpose": "年度检查"})
    assert answer.status_code == 422
    assert "请先缩小范围" in answer.content.decode()
    assert "年度检查" in answer.content.decode()
    assert not AuditEntry.objects.filter(action="office.export_log").exists()


@pytest.mark.deny
@pytest.mark.parametrize("role", ["editor", "reviewer", "staff", "operator", ""])
def test_nobody_else_reads_it(role: str, person: Callable) -> None:
    somebody = person("somebody", roles=(role,) if role else ())
    with pytest.raises(Refused):
        entries(Filters(), by=somebody)
    with pytest.raises(Refused):
        log.export(Filters(), purpose="好奇", by=somebody)


@pytest.mark.deny
def test_an_administrator_reads_and_takes_nothing_away(person: Callable) -> None:
    chief = person("chief", roles=("administrator",))
    assert entries(Filters(), by=chief).exists()
    with pytest.raises(Refused):
        log.export(Filters(), purpose="好奇", by=chief)


def test_the_signed_head_is_open_to_everybody() -> None:
    answer = Client().get("/audit/head/")
    assert "max-age=60" in answer.headers["Cache-Control"]
    assert heads.check([answer.content.decode()]) == (1, None)


def test_every_reveal_and_export_that_is_logged_is_watched() -> None:
    """What people take home of their own is no export of the office's; everything else of that name is."""
    own = {action for action in sentences() if action.startswith("identity.")}
    named = {action for action in sentences() if "look_at" in action or action.endswith((".look", ".reveal"))}
    assert named - own <= REVEALS
    assert {action for action in sentences() if "export" in action} - own <= EXPORTS
    assert set(sentences()) >= REVEALS | EXPORTS


def forget_what_came_before() -> None:
    """The people of a test get their roles from the system, which is an alarm of its own."""
    alarms.watch()
    Alarm.objects.all().delete()


def look(somebody: Any, times: int) -> None:
    for _time in range(times):
        audit.append("moderation.look", by=somebody)


def test_many_reveals_within_an_hour_raise_one_alarm(auditor: Any, person: Callable) -> None:
    staff = person("staff", roles=("staff",))
    forget_what_came_before()
    with at(10):
        look(staff, REVEALS_AN_HOUR)
        assert alarms.watch() == 0
    with at(10, 20):
        look(staff, 3)
        assert alarms.watch() == 1
        look(staff, 2)
        alarms.watch()
    alarm = Alarm.objects.get()
    assert (alarm.rule, alarm.actor, alarm.count) == ("mass_reveal", staff, 5)
    assert Notification.objects.filter(user=auditor, event="raised", object_id=str(alarm.pk)).exists()


def test_what_goes_on_is_told_once_until_somebody_has_looked(
    auditor: Any, person: Callable, monkeypatch: Any
) -> None:
    """An urgent letter a minute would teach auditors not to read them."""
    staff = person("staff", roles=("staff",))
    forget_what_came_before()
    told: list[str] = []
    monkeypatch.setattr(alarms.notify, "emit", lambda event, **_more: told.append(event))
    with at(10):
        for _minute in range(3):
            look(staff, REVEALS_AN_HOUR + 1)
            alarms.watch()
        assert told == ["raised"]
        alarms.look_into(Alarm.objects.get(), note="补录档案", by=auditor)
        look(staff, 1)
        alarms.watch()
    assert told == ["raised"] * 2, "it went on after somebody had looked"


def test_the_same_number_over_a_day_is_work(person: Callable) -> None:
    staff = person("staff", roles=("staff",))
    forget_what_came_before()
    for hour in (9, 11, 14, 16):
        with at(hour):
            look(staff, REVEALS_AN_HOUR - 1)
            alarms.watch()
    assert not Alarm.objects.exists()


def test_an_export_at_night_raises_an_alarm_and_one_by_day_none(auditor: Any, person: Callable) -> None:
    other = person("second", roles=("auditor",))
    forget_what_came_before()
    with at(15):
        log.export(Filters(), purpose="检查", by=other)
        alarms.watch()
    assert not Alarm.objects.exists()
    with at(23):
        log.export(Filters(), purpose="检查", by=other)
        alarms.watch()
    assert Alarm.objects.get().rule == "night_export"
    told = Notification.objects.filter(event="raised", object_id=str(Alarm.objects.get().pk))
    assert set(told.values_list("user_id", flat=True)) == {auditor.pk}


def test_what_happens_at_the_server_or_past_the_review_is_told(auditor: Any, person: Callable) -> None:
    forget_what_came_before()
    person("ed", roles=("editor",))
    audit.append("moderation.publish", by=auditor)
    assert alarms.watch() == 2
    assert set(Alarm.objects.values_list("rule", flat=True)) == {"role_at_server", "unreviewed"}
    assert alarms.watch() == 0


def test_an_alarm_is_closed_with_a_note_and_opens_again_when_it_goes_on(
    client: Client, auditor: Any, person: Callable
) -> None:
    staff = person("staff", roles=("staff",))
    forget_what_came_before()
    look(staff, REVEALS_AN_HOUR + 1)
    alarms.watch()
    alarm = Alarm.objects.get()
    assert client.post(reverse("office:look_into", args=[alarm.public_id]), {"note": ""}).status_code == 422
    client.post(reverse("office:look_into", args=[alarm.public_id]), {"note": "正在补录档案"})
    alarm.refresh_from_db()
    assert (alarm.seen_by, alarm.note) == (auditor, "正在补录档案")
    look(staff, 1)
    alarms.watch()
    alarm.refresh_from_db()
    assert alarm.seen_at is None
    assert "正在补录档案" not in Client().get(reverse("office:alarms")).content.decode()


@pytest.mark.deny
@pytest.mark.security(8)
def test_nobody_closes_the_alarm_about_herself(client: Client, auditor: Any) -> None:
    forget_what_came_before()
    look(auditor, REVEALS_AN_HOUR + 1)
    alarms.watch()
    alarm = Alarm.objects.get()
    answer = client.post(reverse("office:look_into", args=[alarm.public_id]), {"note": "没事"})
    assert answer.status_code == 422
    assert "由别人核实" in answer.content.decode()
    alarm.refresh_from_db()
    assert alarm.seen_at is None


@pytest.mark.deny
def test_an_administrator_reads_alarms_and_closes_none(auditor: Any, person: Callable) -> None:
    chief, staff = person("chief", roles=("administrator",)), person("staff", roles=("staff",))
    forget_what_came_before()
    look(staff, REVEALS_AN_HOUR + 1)
    alarms.watch()
    alarm = Alarm.objects.get()
    with pytest.raises(Refused):
        alarms.look_into(alarm, note="没事", by=chief)
    browser = Client()
    browser.force_login(chief)
    page = browser.get(reverse("office:alarms")).content.decode()
    assert "等待审计员核实" in page
    assert "核实完毕" not in page
