"""Who reported reads what came of it, by site and by mail, and nothing of what came of it for a person (O2)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse

from foundation.core import kinds
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.facets import ExportFacet
from foundation.messaging.domain.queries import in_words
from foundation.messaging.models import Notification
from foundation.moderation.domain import appeals, inbox, reports
from foundation.moderation.models import AppealMessage, Report, ReviewItem, Sanction
from foundation.social.domain import posts
from foundation.social.models import Post
from identity.domain.leaving import erase

pytestmark = [pytest.mark.django_db, pytest.mark.row("O2")]
WORDS = "第三次辱骂，停用30天"


@pytest.fixture
def post(person: Callable) -> Post:
    return posts.post_status(by=person("lin", display="林秋雨"), text="骂人的话", scope=Scope(PUBLIC))


@pytest.fixture
def zhou(person: Callable, post: Post) -> Any:
    made = person("zhou")
    reports.report(post, reason="harass", text="看不下去", by=made)
    return made


@pytest.fixture
def officer(person: Callable) -> Any:
    return person("officer", roles=("staff",))


def the_item() -> ReviewItem:
    return ReviewItem.objects.get(kind="case")


def suspend(officer: Any) -> None:
    details = {"action": "suspend", "days": 30}
    inbox.decide(the_item(), approved=True, reason=WORDS, details=details, by=officer)


def exported(key: str, user: Any) -> list[dict[str, Any]]:
    facet = kinds.get(key).export
    assert isinstance(facet, ExportFacet)
    return [facet.as_data(row) for row in facet.rows(user)]


@pytest.mark.row("S11")
@pytest.mark.parametrize(
    ("approved", "words"),
    [(True, "您举报的内容已处理，谢谢您"), (False, "您举报的内容看过了，未发现违规")],
)
def test_the_outcome_comes_by_site_and_by_mail(
    zhou: Any, officer: Any, drain: Callable, morning: Callable, approved: bool, words: str
) -> None:
    inbox.decide(the_item(), approved=approved, reason=WORDS, by=officer)
    drain()
    morning()
    (told,) = in_words(Notification.objects.filter(user=zhou), zhou)
    assert (told.sentence, told.title, told.url) == (words, "被举报的说说", reverse("moderation:reports"))
    (letter,) = [one for one in mail.outbox if zhou.email in one.to]
    assert letter.subject == words
    assert reverse("moderation:reports") in letter.body
    for secret in (WORDS, "林秋雨", "骂人的话"):
        assert secret not in letter.body


def test_everybody_who_reported_is_told_of_her_own(
    zhou: Any, post: Post, person: Callable, officer: Any, drain: Callable
) -> None:
    wang = person("wang")
    reports.report(post, reason="other", by=wang)
    suspend(officer)
    drain()
    told = Notification.objects.filter(event="report_upheld").values_list("user_id", "object_id")
    assert set(told) == {(row.by_id, str(row.pk)) for row in Report.objects.all()}
    assert len(told) == 2


def test_the_list_says_what_when_and_how_it_stands(
    zhou: Any, officer: Any, client: Any, portal: Any, person: Callable
) -> None:
    address = reverse("moderation:reports")
    client.force_login(zhou)
    page = client.get(address).content.decode()
    for words in ("说说", "待处理", "辱骂、骚扰他人", "看不下去"):
        assert words in page
    suspend(officer)
    page = client.get(address).content.decode()
    assert "举报成立" in page
    for secret in (WORDS, "停用", "林秋雨", "骂人的话"):
        assert secret not in page
    client.force_login(person("wang"))
    assert "看不下去" not in client.get(address).content.decode()


@pytest.mark.row("A7")
def test_the_own_data_tell_what_she_said_and_not_what_was_done_to_another(zhou: Any, officer: Any) -> None:
    suspend(officer)
    assert exported("review", zhou) == []
    (mine,) = exported("report", zhou)
    assert (mine["what"], mine["reason"], mine["text"], mine["state"]) == (
        "post",
        "harass",
        "看不下去",
        "upheld",
    )


@pytest.mark.row("A7")
def test_leaving_takes_her_words_and_her_name_and_leaves_staff_their_reason(
    zhou: Any, officer: Any, drain: Callable
) -> None:
    suspend(officer)
    assert erase(zhou.pk, again=True)
    assert Report.objects.get().text == ""
    assert (the_item().submitted_by, the_item().reason) == (None, WORDS)


@pytest.mark.row("A7")
def test_what_was_written_to_her_about_her_own_goes_with_her(waiting: Callable, person: Callable) -> None:
    item = waiting()
    lin = item.submitted_by
    assert lin is not None
    inbox.decide(item, approved=False, reason="广告", by=person("editor", roles=("editor",)))
    assert [row["reason"] for row in exported("review", lin)] == ["广告"]
    erase(lin.pk, again=True)
    item.refresh_from_db()
    assert (item.submitted_by, item.reason) == (None, "")


@pytest.mark.row("R13")
@pytest.mark.security(51)
def test_what_reporters_and_the_two_sides_of_an_appeal_say_is_sealed(
    zhou: Any, post: Post, officer: Any, person: Callable
) -> None:
    suspend(officer)
    found = appeals.appeal(Sanction.objects.get(), text="不是我先开口的", by=post.author)
    appeals.say(found, text="请说说当时的情况", by=person("other", roles=("staff",)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT text FROM moderation_report UNION ALL SELECT text FROM moderation_appealmessage"
        )
        raw = [bytes(row[0]) for row in cursor.fetchall()]
    said = ["看不下去", "不是我先开口的", "请说说当时的情况"]
    assert len(raw) == len(said)
    assert not any(words.encode() in sealed for words in said for sealed in raw)
    assert [Report.objects.get().text, *(one.text for one in AppealMessage.objects.all())] == said
    assert [one["text"] for one in exported("appeal", post.author)[0]["messages"]] == said[1:]
