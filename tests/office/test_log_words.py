"""The audit log in words (O4): what was changed, of whom, and what a filter that can't be answered says."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from foundation.core.flow import audit
from foundation.core.flow.models import AuditEntry
from foundation.core.models import AuditPayload
from office.domain.queries.log import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.row("O4")]


@pytest.fixture
def client(person: Callable) -> Client:
    made = Client()
    made.force_login(person("auditor", display="审计员", roles=("auditor",)))
    return made


def page_of(client: Client, entry: AuditEntry) -> str:
    return " ".join(client.get(reverse("office:entry", args=[entry.seq])).content.decode().split())


def test_a_changed_option_is_told_by_its_label_before_and_after(client: Client) -> None:
    data = {
        "messaging.sender_address": ["a@example.cn", ""],
        "messaging.smtp_security": ["ssl", "none"],
        "messaging.smtp_password": "***",
    }
    page = page_of(client, audit.append("core.change_settings", by=None, data=data))
    for words in (
        "<dt>发件邮箱</dt>",
        "<del>a@example.cn</del> → （空）",
        "<del>全程加密（SSL）</del> → 不加密",
        "已更换，不显示",
    ):
        assert words in page
    for raw in ("messaging.", "[&#x27;", "***"):
        assert raw not in page


def test_the_community_s_own_fields_are_told_by_their_names(client: Client) -> None:
    page = page_of(
        client, audit.append("core.change_settings", by=None, data={"community_name": ["旧社区", "新社区"]})
    )
    assert "<del>旧社区</del> → 新社区" in page
    assert "community_name" not in page


def test_a_review_setting_tells_only_what_changed(client: Client) -> None:
    before = {"timing": "before", "steps": 1, "level": "any", "days": 2}
    data = {"kind": "comment", "before": before, "after": before | {"timing": "never", "steps": 2}}
    page = page_of(client, audit.append("moderation.change_settings", by=None, data=data))
    assert "<dd>评论</dd>" in page
    assert "<del>先审后发</del> → 不审核" in page
    assert "<del>一人审核</del> → 两人审核（初审、复审）" in page
    assert "由哪一级审核" not in page, "what stayed is no change"


@pytest.mark.parametrize(
    ("action", "data", "words"),
    [
        ("accounts.give_role", {"role": "editor"}, "<dd>编辑</dd>"),
        ("moderation.sanction", {"what": "mute"}, "<dd>禁言</dd>"),
        ("moderation.report", {"reason": "fraud"}, "<dd>诈骗、虚假信息</dd>"),
        ("moderation.change_reasons", {"kind": "comment"}, "<dd>评论</dd>"),
        ("accounts.change_profile", {"levels": {"bio": "public"}}, "<dd>个人简介：所有人</dd>"),
        ("identity.ask_to_leave", {"keep_words": True}, "<dd>是</dd>"),
        ("office.export_log", {"filters": {"kind": "comment"}}, "<dd>对象：评论</dd>"),
    ],
)
def test_choices_are_told_by_their_labels(client: Client, action: str, data: dict, words: str) -> None:
    assert words in page_of(client, audit.append(action, by=None, data=data))


def test_whom_a_decision_is_about_is_named(client: Client, person: Callable) -> None:
    lin = person("lin", display="林秋雨")
    assert "<dd>林秋雨</dd>" in page_of(
        client, audit.append("moderation.lift", by=None, data={"user": lin.pk})
    )


def listed(client: Client, **asked: Any) -> Any:
    return client.get(reverse("office:log"), asked)


def test_the_list_says_which_settings_were_changed(client: Client) -> None:
    audit.append("core.change_settings", by=None, data={"messaging.smtp_host": ["", "smtp.example.cn"]})
    audit.append("moderation.change_settings", by=None, data={"kind": "comment"})
    gone = audit.append("core.change_settings", by=None, data={"community_name": ["旧", "新"]})
    AuditPayload.objects.filter(seq=gone.seq).update(data=b"", erased_at=gone.at)
    titles = [line.title for line in listed(client).context["lines"]]
    assert titles[:3] == ["", "评论", "邮件服务器"]
    assert not AuditEntry.objects.filter(action="office.look_at_entry").exists()
    assert "smtp.example.cn" not in listed(client).content.decode(), "what it was set to stays sealed"


def test_an_approval_is_no_publication_where_nothing_is_published(client: Client) -> None:
    audit.append("moderation.approve", by=None)
    (line, *_rest) = listed(client).context["lines"]
    assert line.sentence == "审核通过"
    entry = AuditEntry(action="moderation.approve", kind="article", seq=line.entry.seq + 1, at=line.entry.at)
    assert in_words([entry], None)[0].sentence == "审核通过并发布"


def test_somebody_not_verified_has_her_name_in_the_log(client: Client, person: Callable) -> None:
    newcomer = person("newcomer", display="初来乍到", verified=False)
    entry = audit.append("accounts.take_role", by=None, obj=newcomer)
    assert "初来乍到" in page_of(client, entry)
    assert next(line.title for line in listed(client).context["lines"] if line.entry == entry) == "初来乍到"


def test_part_of_a_name_is_enough_from_two_characters_on(client: Client, person: Callable) -> None:
    lin = person("lin", display="林秋雨")
    entry = audit.append("social.comment", by=lin)
    assert [line.entry for line in listed(client, who="秋雨").context["lines"]] == [entry]


@pytest.mark.deny
def test_a_name_that_nobody_has_says_so(client: Client) -> None:
    answer = listed(client, who="查无此人")
    assert answer.status_code == 422
    assert "没有找到“查无此人”" in answer.content.decode()
    assert listed(client, who="员").context["lines"] == [], "one letter is not everybody"


@pytest.mark.deny
@pytest.mark.parametrize("asked", [{"since": "abc"}, {"until": "2026-02-31"}])
def test_a_date_that_is_none_is_said_at_its_field(client: Client, asked: dict) -> None:
    answer = listed(client, **asked)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == asked.keys()
    assert answer.context["lines"] == [], "everything would look like the answer"
    address = f"{reverse('office:export_log')}?{next(iter(asked))}={next(iter(asked.values()))}"
    assert client.post(address, {"purpose": "检查"}).status_code == 422
    assert not AuditEntry.objects.filter(action="office.export_log").exists()


@pytest.mark.deny
def test_an_export_of_nothing_is_refused(client: Client) -> None:
    answer = client.post(f"{reverse('office:export_log')}?action=social.comment", {"purpose": "检查"})
    assert answer.status_code == 422
    assert "没有符合条件的记录，没有导出。" in answer.content.decode()
    assert not AuditEntry.objects.filter(action="office.export_log").exists()
