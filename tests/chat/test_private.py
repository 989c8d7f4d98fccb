"""What was said stays between those who said it: no index, no log, no notice, no staff; and how it goes (A7, O2)."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from chat.domain import forgetting, groups, keeping, sending
from chat.models import Attachment, Conversation, Message, Participant
from foundation.accounts.models import User
from foundation.core.flow.models import AuditEntry, AuditPayload
from foundation.core.models import StoredFile
from foundation.messaging.domain.queries import in_words
from foundation.messaging.models import Delivery, Notification
from foundation.moderation.domain import inbox, reports, words
from foundation.moderation.models import Case, Report, ReviewItem
from identity.domain import leaving
from tests.access.surface import indexed

pytestmark = [pytest.mark.row("S10"), pytest.mark.django_db]
SECRET = "银杏树下的悄悄话"


def everything_but(*tables: str) -> str:
    """Return every row of every table but some, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in tables:
                cursor.execute(f'SELECT * FROM "{table}"')
                found.append(repr(cursor.fetchall()))
    return "\n".join(found)


@pytest.mark.deny
def test_its_words_stand_nowhere_but_sealed(
    lin: Any, zhou: Any, wu: Any, drain: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = Client()
    client.force_login(lin)
    client.post("/messages/new/", {"to": "zhou", "text": SECRET})
    made = Message.objects.get()
    client.post(f"{made.conversation.url}draft/", {"text": SECRET})
    client.post("/messages/new/", {"to": "wu", "text": SECRET})
    client.post(f"/messages/said/{made.public_id}/unsend/")
    sending.send(made.conversation, by=lin, text=SECRET)
    indexed()
    drain()
    assert SECRET not in everything_but()
    assert SECRET not in caplog.text
    assert all(SECRET not in letter.body + letter.subject for letter in mail.outbox)
    told = in_words(Notification.objects.filter(user=zhou, kind="conversation"), zhou)
    assert [one.sentence for one in told] == ["林秋雨 给您发来了消息"]
    assert all(SECRET not in f"{one.title}{one.url}" for one in told)
    logged = json.dumps([row.data for row in AuditPayload.objects.all()], ensure_ascii=False, default=str)
    assert SECRET not in logged


def test_a_letter_waits_an_hour_and_is_not_written_about_what_was_read(
    lin: Any, zhou: Any, drain: Callable
) -> None:
    from foundation.messaging.domain import choices, delivery

    choices.choose(preset="all", by=zhou)
    made = sending.write_to(zhou, by=lin, text="一")
    drain()
    waiting = Delivery.objects.get(user=zhou, channel="mail", notification__event="message")
    assert waiting.due_at - timezone.now() > timedelta(minutes=59)
    keeping.mark_read(made.conversation, up_to=made.pk, by=zhou)
    Delivery.objects.filter(pk=waiting.pk).update(due_at=timezone.now())
    delivery.start_due()
    drain()
    assert not [letter for letter in mail.outbox if "发来了消息" in letter.subject]
    sending.send(made.conversation, by=lin, text="二")
    Delivery.objects.filter(user=zhou, channel="mail").update(due_at=timezone.now())
    delivery.start_due()
    drain()
    assert [letter.subject for letter in mail.outbox if "发来了消息" in letter.subject] == [
        "林秋雨 给您发来了消息"
    ]


class TestReports:
    def test_who_was_written_to_reports_one_message_and_staff_read_only_that(
        self, lin: Any, zhou: Any, person: Callable
    ) -> None:
        officer = person("officer", roles=("staff",))
        bad = sending.write_to(zhou, by=lin, text="骂人的话")
        sending.send(bad.conversation, by=lin, text="别的话")
        client = Client()
        client.force_login(zhou)
        client.post(f"/report/message/{bad.public_id}/", {"reason": "harass", "text": ""})
        case = Case.objects.get()
        assert list(case.evidence.values()) == ["骂人的话"]
        assert not Message.objects.visible_to(officer).exists()
        inbox.decide(
            ReviewItem.objects.get(kind="case"),
            approved=True,
            reason="请文明交流",
            by=officer,
        )
        assert not [
            one for one in _shown(bad.conversation, zhou) if one.text_html and "骂人" in one.text_html
        ]
        assert [one for one in _shown(bad.conversation, lin) if "骂人" in one.text_html], "her own words"

    @pytest.mark.deny
    def test_who_does_not_see_it_can_not_report_it(self, lin: Any, zhou: Any, wu: Any) -> None:
        said = sending.write_to(zhou, by=lin, text="悄悄话")
        assert reports.find_reported("message", said.public_id, wu) is None
        assert reports.find_reported("message", said.public_id, lin) is None, "her own"
        keeping.delete_for_me(said, by=zhou)
        assert reports.find_reported("message", said.public_id, zhou) is None

    @pytest.mark.deny
    def test_no_list_of_words_is_held_against_what_was_said(
        self, lin: Any, zhou: Any, person: Callable, drain: Callable
    ) -> None:
        boss = person("boss", roles=("administrator",))
        sending.write_to(zhou, by=lin, text="代开发票")
        words.add_words(["代开发票"], level="hold", by=boss)
        words.start_scan(by=boss)
        drain()
        assert not Case.objects.exists()

    def test_a_hidden_one_is_given_back(self, lin: Any, zhou: Any, picture: Callable) -> None:
        said = sending.write_to(zhou, by=lin, text="没什么", pictures=[picture()])
        keeping.hide_message(said, hidden=True, by=None)
        assert StoredFile.objects.get().scope_level == "only"
        keeping.hide_message(said, hidden=False, by=None)
        assert StoredFile.objects.get().scope_level == "conversation"
        assert _shown(said.conversation, zhou)[0].text_html

    def test_the_evidence_outlives_taking_it_back(self, lin: Any, zhou: Any) -> None:
        said = sending.write_to(zhou, by=lin, text="骂人的话")
        reports.report(said, reason=Report.Reason.HARASS, by=zhou)
        keeping.unsend(said, by=lin)
        assert "骂人的话" in Case.objects.get().evidence.values()


def _shown(conversation: Conversation, user: Any) -> Any:
    from chat.domain.queries import messages as said

    return said.window(conversation, user).messages


class TestLeaving:
    def erase(self, user: Any) -> None:
        User.objects.filter(pk=user.pk).update(leaves_at=timezone.now() - timedelta(days=1))
        assert leaving.erase(user.pk)

    def test_who_leaves_takes_her_words_and_others_keep_theirs(
        self, lin: Any, zhou: Any, picture: Callable
    ) -> None:
        said = sending.write_to(zhou, by=lin, text="我的话", pictures=[picture()])
        sending.send(said.conversation, by=zhou, text="他的话")
        keeping.keep_draft(said.conversation, "没发出去的话", by=lin)
        User.objects.filter(pk=lin.pk).update(leaves_words=True)
        self.erase(lin)
        assert [one.text for one in Message.objects.order_by("pk")] == ["", "他的话"]
        assert not Attachment.objects.exists()
        assert StoredFile.objects.get().dropped_at is not None
        part = Participant.objects.get(user=lin)
        assert (part.state, part.draft) == ("left", "")
        client = Client()
        client.force_login(zhou)
        page = client.get(said.conversation.url).content.decode()
        assert "已注销的邻居" in page
        assert "账号已注销，消息已删除" in page
        assert "现在不能在这里发消息" in page
        assert "林秋雨" not in page

    def test_her_group_passes_to_who_is_in_it_longest(
        self, lin: Any, zhou: Any, wu: Any, person: Callable
    ) -> None:
        groups.start_group("太极队", [zhou, wu], by=lin)
        self.erase(lin)
        assert Participant.objects.get(is_keeper=True).user == zhou

    def test_what_nobody_reads_any_more_goes(self, lin: Any, zhou: Any, picture: Callable) -> None:
        kept = sending.write_to(zhou, by=lin, text="留着")
        group = groups.start_group("太极队", [zhou], by=lin)
        sending.send(group, by=lin, text="照片", pictures=[picture()])
        groups.remove_person(group, zhou, by=lin)
        groups.leave(group, by=lin)
        assert forgetting.sweep() == 1
        assert list(Conversation.objects.all()) == [kept.conversation]
        assert StoredFile.objects.get().dropped_at is not None

    def test_a_message_that_one_declined_stays_with_who_wrote_it(self, lin: Any, wu: Any) -> None:
        from chat.domain import answering

        made = sending.write_to(lin, by=wu, text="您好")
        answering.decline(made.conversation, by=lin)
        assert forgetting.sweep() == 0


def test_the_own_data_hold_what_one_said_and_what_was_said_to_her(
    lin: Any, zhou: Any, wu: Any, picture: Callable
) -> None:
    from foundation.core import kinds

    said = sending.write_to(zhou, by=lin, text="我的话", pictures=[picture()], descriptions=["银杏"])
    sending.send(said.conversation, by=zhou, text="他的话")
    keeping.keep_draft(said.conversation, "草稿", by=lin)
    keeping.choose(who_may_write="followed", shows_read=False, by=lin)
    parts = {part.key: part.facet for part in kinds.own_data()}
    rows = list(parts["message"].rows(lin).order_by("pk"))
    data = [parts["message"].as_data(row) for row in rows]
    assert [(one["by"], one["text"], one["pictures"]) for one in data] == [
        ("林秋雨", "我的话", ["银杏"]),
        ("周叶", "他的话", []),
    ]
    assert len(parts["message"].files(rows[0])) == 1
    assert [parts["conversations"].as_data(row)["draft"] for row in parts["conversations"].rows(lin)] == [
        "草稿"
    ]
    assert [parts["message_wishes"].as_data(row) for row in parts["message_wishes"].rows(lin)] == [
        {"who_may_write": "followed", "shows_read": False}
    ]
    assert not list(parts["message"].rows(wu))
    User.objects.filter(pk=lin.pk).update(suspended_until=timezone.now() + timedelta(days=1))
    assert len(parts["message"].rows(User.objects.get(pk=lin.pk))) == 1, "her own words, suspended or not"


def test_saying_something_is_nobody_elses_entry_in_the_log(lin: Any, zhou: Any) -> None:
    before = AuditEntry.objects.count()
    made = sending.write_to(zhou, by=lin, text="一")
    keeping.mark_read(made.conversation, up_to=made.pk, by=zhou)
    assert AuditEntry.objects.count() == before
