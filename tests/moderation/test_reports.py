"""Reports (O2): one case for all of them, evidence, hiding on every surface, everybody told what she may know."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.files import uploads
from foundation.core.flow.models import AuditEntry
from foundation.core.models import StoredFile
from foundation.messaging.domain.queries import in_words
from foundation.messaging.models import Notification
from foundation.moderation.domain import inbox, reports
from foundation.moderation.models import Case, Report, ReviewItem, Sanction
from foundation.social.domain import comments, posts
from foundation.social.models import Comment, Post

pytestmark = [pytest.mark.django_db, pytest.mark.row("O2"), pytest.mark.security(60)]


@pytest.fixture
def post(person: Callable, picture: Callable) -> Post:
    return posts.post_status(
        by=person("lin"), text="骂人的话", scope=Scope(PUBLIC), pictures=[picture(size=(64, 48))]
    )


@pytest.fixture
def officer(person: Callable) -> Any:
    return person("officer", roles=("staff",))


def the_item() -> ReviewItem:
    return ReviewItem.objects.get(kind="case")


def decide(
    item: ReviewItem, by: Any, *, approved: bool = True, reason: str = "辱骂他人。", **details: Any
) -> None:
    inbox.decide(item, approved=approved, reason=reason, details=details or None, by=by)


def test_the_way_from_the_button_to_the_outcome(
    post: Post, person: Callable, officer: Any, client: Any, portal: Any, drain: Callable
) -> None:
    zhou = person("zhou")
    client.force_login(zhou)
    address = reverse("moderation:report", args=["post", post.public_id])
    assert address in client.get(post.url).content.decode()
    assert client.get(address).status_code == 200
    missing = client.post(address, {"text": "看不下去"})
    assert missing.status_code == 422
    assert "看不下去" in missing.content.decode()
    assert client.post(address, {"reason": "harass", "text": "看不下去"}).url == post.url
    client.post(address, {"reason": "fraud"})
    mine = Report.objects.get()
    assert (mine.reason, mine.text) == ("fraud", "看不下去"), "one open report by one person"
    client.force_login(officer)
    item = the_item()
    page = client.get(item.get_absolute_url()).content.decode()
    for words in ("骂人的话", "看不下去", "只隐藏内容"):
        assert words in page
    answer = client.post(
        f"{item.get_absolute_url()}decide/",
        {"decision": "approve", "reason": "辱骂他人。", "action": "warn", "seen": Case.objects.get().version},
    )
    assert answer.status_code == 302
    post.refresh_from_db()
    assert post.hidden_at is not None
    drain()
    (told,) = in_words(Notification.objects.filter(user=zhou), zhou)
    assert (told.sentence, told.title, told.notification.text) == (
        "您举报的内容已处理，谢谢您",
        "被举报的说说",
        "",
    )
    sanction = Sanction.objects.get()
    assert (sanction.user, sanction.what, sanction.reason) == (post.author, "warn", "辱骂他人。")
    assert Notification.objects.get(user=post.author, event="sanctioned").text == "辱骂他人。"
    assert set(AuditEntry.objects.filter(kind__in=["case", "sanction"]).values_list("action", flat=True)) >= {
        "moderation.report",
        "moderation_case.uphold",
        "moderation.sanction",
    }


def test_dismissed_it_stays_and_the_reporter_reads_so(
    post: Post, person: Callable, officer: Any, drain: Callable
) -> None:
    zhou = person("zhou")
    reports.report(post, reason="other", by=zhou)
    decide(the_item(), officer, approved=False, reason="没有违规")
    post.refresh_from_db()
    assert (post.hidden_at, Sanction.objects.count()) == (None, 0)
    drain()
    assert Notification.objects.get(user=zhou, event="report_dismissed")
    reports.report(post, reason="other", by=zhou)
    assert Case.objects.count() == 2, "a new case may be opened"


def test_three_people_hide_it_until_it_is_decided(post: Post, person: Callable, officer: Any) -> None:
    for number in range(3):
        post.refresh_from_db()
        assert post.hidden_at is None
        reports.report(post, reason="advert", by=person(f"r{number}"))
    post.refresh_from_db()
    assert post.hidden_at is not None
    decide(the_item(), officer, approved=False, reason="没有违规")
    post.refresh_from_db()
    assert post.hidden_at is None
    assert StoredFile.objects.get().scope == Scope(PUBLIC)


def test_what_its_author_deletes_stays_as_evidence(
    post: Post, person: Callable, officer: Any, client: Any
) -> None:
    from foundation.core.files import pictures

    stored = post.post_pictures.get().file
    pictures.make("", {"id": stored.pk})
    reports.report(post, reason="harass", by=person("zhou"))
    posts.delete_post(post, by=post.author)
    assert uploads.sweep() == 0
    client.force_login(officer)
    item = the_item()
    assert "骂人的话" in client.get(item.get_absolute_url()).content.decode()
    address = reverse("reviews:evidence", args=[item.public_id, stored.public_id, 320])
    answer = client.get(address)
    assert answer.status_code == 200
    b"".join(answer.streaming_content)
    assert client.get(stored.url_320).status_code == 404
    client.force_login(person("elsewhere", roles=("staff",), place="bridge"))
    assert client.get(address).status_code == 404
    decide(item, officer)
    assert item.state == "approved"


def test_a_comment_is_hidden_and_no_longer_counted(
    post: Post, person: Callable, officer: Any, client: Any
) -> None:
    zhou = person("zhou")
    made = comments.comment(by=zhou, target=post, text="难听的话")
    reports.report(made, reason="harass", by=post.author)
    decide(the_item(), officer)
    post.refresh_from_db()
    assert post.comment_count == 0
    assert "难听的话" not in client.get(post.url).content.decode()
    client.force_login(zhou)
    own = client.get(post.url).content.decode()
    assert "难听的话" in own
    assert "已被社区隐藏" in own
    comments.hide_comment(Comment.objects.get(), hidden=False, by=officer)
    post.refresh_from_db()
    assert post.comment_count == 1


def test_a_person_keeps_her_name_and_loses_her_words(
    person: Callable, officer: Any, client: Any, portal: Any
) -> None:
    from foundation.accounts.models import Profile

    lin = person("lin")
    Profile.objects.create(user=lin, bio="加我微信买药")
    client.force_login(person("zhou"))
    assert "加我微信买药" in client.get(lin.space_url).content.decode()
    client.post(reverse("moderation:report", args=["person", "lin"]), {"reason": "advert"})
    decide(the_item(), officer)
    assert "加我微信买药" not in client.get(lin.space_url).content.decode()
    client.force_login(lin)
    assert "加我微信买药" in client.get(lin.space_url).content.decode()


@pytest.mark.deny
class TestWhoMayNot:
    def test_report_what_she_cannot_see_or_her_own(self, post: Post, person: Callable, client: Any) -> None:
        secret = posts.post_status(by=post.author, text="秘密", scope=Scope("only", str(post.author.pk)))
        client.force_login(person("zhou"))
        for kind, name in (
            ("post", secret.public_id),
            ("article", "x"),
            ("nothing", "x"),
            ("person", "nobody"),
        ):
            assert client.get(reverse("moderation:report", args=[kind, name])).status_code == 404
        assert reports.find_reported("post", post.public_id, post.author) is None

    @pytest.mark.parametrize("roles", [(), ("editor",), ("reviewer",), ("auditor",), ("operator",)])
    def test_decide(self, post: Post, person: Callable, roles: tuple[str, ...]) -> None:
        reports.report(post, reason="other", by=person("zhou"))
        with pytest.raises(Refused):
            decide(the_item(), person("x", roles=roles))

    def test_staff_decide_neither_elsewhere_nor_on_themselves_nor_what_they_reported(
        self, post: Post, person: Callable, officer: Any
    ) -> None:
        reports.report(post, reason="other", by=officer)
        item = the_item()
        with pytest.raises(Refused):
            decide(item, person("elsewhere", roles=("staff",), place="bridge"))
        with pytest.raises(inbox.NeedsAnother):
            decide(item, officer)
        own = posts.post_status(by=officer, text="我的", scope=Scope(PUBLIC))
        reports.report(own, reason="other", by=person("zhou"))
        with pytest.raises(Refused):
            decide(ReviewItem.objects.latest("pk"), officer, approved=False)

    def test_a_decision_without_a_reason(self, post: Post, person: Callable, officer: Any) -> None:
        reports.report(post, reason="other", by=person("zhou"))
        with pytest.raises(inbox.CannotBeCarriedOut):
            decide(the_item(), officer, reason="")
        post.refresh_from_db()
        assert (the_item().state, post.hidden_at) == ("waiting", None)

    def test_flood_with_reports(self, post: Post, person: Callable, client: Any, settings: Any) -> None:
        settings.RATES = settings.RATES | {"report": "20/d"}
        client.force_login(person("zhou"))
        address = reverse("moderation:report", args=["post", post.public_id])
        for _again in range(20):
            client.post(address, {"reason": "advert"})
        answer = client.post(address, {"reason": "other", "text": "写了很久的话"})
        assert answer.status_code == 429
        assert "写了很久的话" in answer.content.decode()
