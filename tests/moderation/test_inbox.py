"""The one inbox (O1, P2): what waits, for whom, decided once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from foundation.core import reviews
from foundation.core.access.permissions import Refused
from foundation.core.flow.models import AuditEntry
from foundation.messaging.domain.queries import in_words
from foundation.messaging.models import Notification
from foundation.moderation.domain import inbox
from foundation.moderation.domain.queries import inbox as queries
from foundation.moderation.domain.workflow import make_workflow
from foundation.moderation.models import InboxTask, ReviewItem
from foundation.social.domain.comments import comment
from news.models import ArticlePage

pytestmark = [pytest.mark.django_db, pytest.mark.row("O1")]


@pytest.fixture
def submitted(article: Callable, person: Callable) -> Callable[..., ArticlePage]:
    """An article that its editor submitted."""

    def make(title: str = "银杏黄了", editor: Any = None) -> ArticlePage:
        editor = editor or person("editor", roles=("editor",))
        page = article(title, live=False, owner=editor)
        page.save_revision(user=editor)
        page.get_workflow().start(page, editor)
        return page

    return make


@pytest.mark.row("P2")
def test_a_submitted_page_waits_is_approved_and_published(
    submitted: Callable, person: Callable, client: Any, morning: Callable, drain: Callable
) -> None:
    reviewer = person("reviewer", roles=("reviewer",))
    page = submitted()
    item = ReviewItem.objects.get()
    assert Notification.objects.get(user=reviewer).event == "submitted"
    inbox.decide(item, approved=True, by=reviewer)
    page.refresh_from_db()
    assert page.live
    assert client.get(page.url).status_code == 200
    assert item.state == "approved"
    drain()
    assert Notification.objects.get(user__username="editor").event == "approved"
    morning()
    told = sorted(letter.to[0] for letter in mail.outbox)
    assert told == ["editor@example.org"], "once, by us alone, and nobody is called to what is decided"


@pytest.mark.row("P2")
@pytest.mark.parametrize(
    ("action", "entry"), [("approve", "moderation.approve"), ("reject", "moderation.refuse")]
)
def test_a_decision_on_wagtails_own_screen_is_written_down_too(
    submitted: Callable, person: Callable, client: Any, action: str, entry: str
) -> None:
    reviewer = person("reviewer", roles=("reviewer",))
    page = submitted()
    client.force_login(reviewer)
    task = page.current_workflow_task_state
    address = f"/admin/pages/workflow/action/{page.pk}/{action}/{task.pk}/"
    client.post(address, {"comment": "看过了"})
    assert ReviewItem.objects.get().state != "waiting"
    written = AuditEntry.objects.get(action=entry)
    assert (written.actor_id, written.object_id) == (reviewer.pk, str(page.pk))


@pytest.mark.row("P2", "S11")
def test_its_editor_is_led_back_to_the_draft_that_was_sent_back(
    submitted: Callable, person: Callable, client: Any, drain: Callable
) -> None:
    reviewer = person("reviewer", roles=("reviewer",))
    page = submitted("邻里春晚")
    inbox.decide(ReviewItem.objects.get(), approved=False, reason="标题太长", by=reviewer)
    editor = page.owner
    drain()
    (told,) = in_words(Notification.objects.filter(user=editor), editor)
    assert (told.title, told.url) == ("邻里春晚", f"/admin/pages/{page.pk}/edit/")
    client.force_login(editor)
    assert client.post(told.notification.open_url).url == told.url
    assert client.get(told.url).status_code == 200
    (others,) = in_words(Notification.objects.filter(user=editor), reviewer)
    assert (others.title, others.url) == ("", ""), "nobody else's draft"


@pytest.mark.row("P2")
def test_a_page_sent_back_stays_unpublished_and_its_editor_reads_why(
    submitted: Callable, person: Callable, drain: Callable
) -> None:
    page, reviewer = submitted(), person("reviewer", roles=("reviewer",))
    inbox.decide(ReviewItem.objects.get(), approved=False, reason="请补充图片的替代文字。", by=reviewer)
    page.refresh_from_db()
    assert not page.live
    drain()
    told = Notification.objects.get(user__username="editor")
    assert (told.event, told.text) == ("returned", "请补充图片的替代文字。")
    page.current_workflow_state.resume(user=page.owner)
    assert ReviewItem.objects.filter(state="waiting").count() == 1


@pytest.mark.row("P2")
@pytest.mark.deny
def test_an_editor_can_neither_publish_nor_decide_on_her_own(submitted: Callable, person: Callable) -> None:
    page = submitted()
    with pytest.raises(Refused):
        inbox.decide(ReviewItem.objects.get(), approved=True, by=page.owner)
    assert not page.permissions_for_user(page.owner).can_publish()
    both = person("both", roles=("editor", "reviewer"))
    own = submitted("自己写的", editor=both)
    item = ReviewItem.objects.get(object_id=str(own.pk))
    assert item not in queries.waiting_for(both)
    with pytest.raises(Refused):
        inbox.decide(item, approved=True, by=both)


@pytest.mark.row("P2")
def test_a_page_decided_on_wagtails_own_screens_leaves_the_inbox(
    submitted: Callable, person: Callable, client: Any
) -> None:
    page, reviewer = submitted(), person("reviewer", roles=("reviewer",))
    client.force_login(reviewer)
    task_state = page.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task_state.pk])
    assert client.post(url, {"comment": "好"}).url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert ReviewItem.objects.get().state == "approved"
    page.refresh_from_db()
    assert page.live
    assert Notification.objects.filter(user=page.owner, event="approved").count() == 1


@pytest.mark.row("P2")
def test_a_withdrawn_page_leaves_the_inbox(submitted: Callable) -> None:
    page = submitted()
    page.current_workflow_state.cancel(user=page.owner)
    assert ReviewItem.objects.get().state == "withdrawn"


@pytest.mark.row("P2")
@pytest.mark.deny
def test_what_was_written_after_the_reviewer_looked_is_not_published(
    submitted: Callable, person: Callable, client: Any
) -> None:
    page = submitted("干净的标题")
    item = ReviewItem.objects.get()
    client.force_login(person("reviewer", roles=("reviewer",)))
    seen = client.get(item.get_absolute_url()).context["version"]
    page.title = "换过的标题"
    page.save_revision()
    answer = client.post(f"{item.get_absolute_url()}decide/", {"decision": "approve", "seen": seen})
    assert answer.url == item.get_absolute_url()
    item.refresh_from_db()
    page.refresh_from_db()
    assert (item.state, page.live) == ("waiting", False)
    looked = client.get(item.get_absolute_url())
    assert "换过的标题" in looked.content.decode()
    client.post(
        f"{item.get_absolute_url()}decide/", {"decision": "approve", "seen": looked.context["version"]}
    )
    page.refresh_from_db()
    assert (page.title, page.live) == ("换过的标题", True)


@pytest.mark.deny
def test_what_was_decided_is_not_decided_again(submitted: Callable, person: Callable) -> None:
    submitted()
    item = ReviewItem.objects.get()
    one, other = person("r1", roles=("reviewer",)), person("r2", roles=("reviewer",))
    inbox.decide(item, approved=True, by=one)
    with pytest.raises(inbox.AlreadyDecided):
        inbox.decide(item, approved=False, reason="不", by=other)
    assert AuditEntry.objects.filter(action__startswith="moderation.").count() == 1


def test_submitting_again_changes_nothing(article: Callable, person: Callable) -> None:
    page, lin = article(), person("lin")
    made = comment(by=lin, target=page, text="好")
    reviews.submit(made, by=lin)
    assert ReviewItem.objects.count() == 1
    reviews.withdraw(made, by=lin)
    reviews.withdraw(made, by=lin)
    assert ReviewItem.objects.get().state == "withdrawn"


@pytest.mark.deny
def test_a_kind_that_is_not_reviewed_does_not_get_in(person: Callable) -> None:
    with pytest.raises(TypeError, match="not reviewed"):
        reviews.submit(person("lin"), by=None)
    item = ReviewItem(kind="person")
    with pytest.raises(TypeError):
        _ = item.facet


def test_the_oldest_stands_first_and_the_next_follows(article: Callable, person: Callable) -> None:
    page, lin, editor = article(), person("lin"), person("editor", roles=("editor",))
    made = [comment(by=lin, target=page, text=f"第 {number} 条") for number in range(3)]
    for age, one in enumerate(made):
        ReviewItem.objects.filter(object_id=str(one.pk)).update(
            submitted_at=timezone.now() - timedelta(days=age)
        )
    waiting = list(queries.waiting_for(editor))
    assert [int(item.object_id) for item in waiting] == [one.pk for one in reversed(made)]
    assert [item.is_urgent for item in waiting] == [True, False, False]
    assert queries.next_waiting(editor, after=waiting[0]) == waiting[1]
    assert queries.next_waiting(editor, after=waiting[2]) == waiting[0]
    assert queries.count_by_kind(queries.waiting_for(editor)) == {"comment": 3}
    assert [row.title for row in queries.rows(waiting)] == ["第 2 条", "第 1 条", "第 0 条"]


class TestTheScreens:
    @pytest.fixture
    def waiting(self, article: Callable, person: Callable) -> ReviewItem:
        comment(by=person("lin"), target=article(), text="请问几点？")
        return ReviewItem.objects.get()

    def test_list_item_decision_and_on_to_the_next(
        self, client: Any, waiting: ReviewItem, person: Callable, article: Callable
    ) -> None:
        editor = person("editor", roles=("editor",))
        client.force_login(editor)
        assert "请问几点？" in client.get("/admin/reviews/").content.decode()
        assert "请问几点？" in client.get("/admin/").content.decode()
        url = waiting.get_absolute_url()
        assert "请问几点？" in client.get(url).content.decode()
        second = comment(by=person("zhou"), target=article("第二篇"), text="另一条")
        answer = client.post(f"{url}decide/", {"decision": "approve"})
        assert answer.url == ReviewItem.objects.get(object_id=str(second.pk)).get_absolute_url()
        answer = client.post(f"{answer.url}decide/", {"decision": "refuse", "reason": "无关"})
        assert answer.url == "/admin/reviews/"
        decided = client.get("/admin/reviews/?state=decided").content.decode()
        assert "请问几点？" in decided
        assert client.get("/admin/reviews/?kind=claim").context["page_obj"].paginator.count == 0

    @pytest.mark.deny
    def test_a_refusal_without_a_reason_keeps_the_form(
        self, client: Any, waiting: ReviewItem, person: Callable
    ) -> None:
        client.force_login(person("editor", roles=("editor",)))
        page = client.post(f"{waiting.get_absolute_url()}decide/", {"decision": "refuse", "reason": " "})
        assert page.status_code == 422
        assert "请写明" in page.content.decode()
        waiting.refresh_from_db()
        assert waiting.state == "waiting"

    @pytest.mark.deny
    def test_a_late_decision_is_told_and_changes_nothing(
        self, client: Any, waiting: ReviewItem, person: Callable
    ) -> None:
        inbox.decide(waiting, approved=True, by=person("e1", roles=("editor",)))
        client.force_login(person("e2", roles=("editor",)))
        answer = client.post(
            f"{waiting.get_absolute_url()}decide/", {"decision": "refuse", "reason": "x"}, follow=True
        )
        assert "已经由别人处理" in answer.content.decode()
        waiting.refresh_from_db()
        assert waiting.state == "approved"

    @pytest.mark.deny
    def test_who_may_not_decide_finds_neither_inbox_nor_item(
        self, client: Any, waiting: ReviewItem, person: Callable
    ) -> None:
        client.force_login(person("lin2"))
        assert client.get("/admin/reviews/").status_code == 302
        client.force_login(person("staff", roles=("staff",)))
        assert client.get(waiting.get_absolute_url()).status_code == 404


def test_the_workflow_is_made_once_and_stands_over_every_page(portal: Any, article: Callable) -> None:
    assert make_workflow() == make_workflow()
    assert InboxTask.objects.count() == 1
    assert article(live=False).get_workflow() == make_workflow()
