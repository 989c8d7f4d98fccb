"""The inbox whole (O1): bulk, reasons, handing over, two people, settings by kind, its size."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.core import reviews
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.facets import ReviewTiming
from foundation.core.flow.models import AuditEntry
from foundation.messaging.models import Notification
from foundation.moderation.domain import inbox, office
from foundation.moderation.domain.deciders import object_of
from foundation.moderation.domain.queries import inbox as queries
from foundation.moderation.domain.queries import item as details
from foundation.moderation.domain.queries.inbox import Filter
from foundation.moderation.models import ReviewItem, ReviewReason, ReviewSetting
from foundation.social.domain import posts
from foundation.social.domain.comments import comment
from foundation.social.models import Comment
from tests.access.town import claim_of

WHO_ASKS = ("django_session", "accounts_user", "accounts_roleassignment", "wagtailusers_userprofile")

pytestmark = [pytest.mark.django_db, pytest.mark.row("O1")]


class TestTwoPeople:
    @pytest.fixture(autouse=True)
    def two(self, set_rule: Callable) -> None:
        set_rule("comment", steps=2)

    def test_the_first_leaves_it_half_approved_and_the_second_carries_it_out(
        self, waiting: Callable, person: Callable, drain: Callable
    ) -> None:
        item, e1, e2 = waiting(), person("e1", roles=("editor",)), person("e2", roles=("editor",))
        inbox.decide(item, approved=True, by=e1)
        assert (item.state, Comment.objects.get().is_public) == ("half", False)
        drain()
        assert Notification.objects.filter(event="half_approved", user=e2).count() == 1
        assert item not in queries.waiting_for(e1)
        assert list(queries.waiting_for(e2)) == [item]
        inbox.decide(item, approved=True, by=e2)
        assert (item.state, Comment.objects.get().is_public) == ("approved", True)
        assert (item.first_by, item.decided_by) == (e1, e2)
        assert [(line.who, line.what) for line in details.history(item)] == [
            ("lin", "提交"),
            ("e1", "初审"),
            ("e2", "已通过"),
        ]

    @pytest.mark.deny
    def test_nobody_is_both(self, waiting: Callable, person: Callable) -> None:
        item, e1 = waiting(), person("e1", roles=("editor",))
        inbox.decide(item, approved=True, by=e1)
        with pytest.raises(inbox.NeedsAnother):
            inbox.decide(item, approved=True, by=e1)
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewItem.objects.update(state="approved", decided_by=e1, decided_at=timezone.now())

    @pytest.mark.parametrize("steps_before", [0, 1])
    def test_a_refusal_ends_it_at_either_step(
        self, waiting: Callable, person: Callable, steps_before: int
    ) -> None:
        item = waiting()
        for name in [f"e{number}" for number in range(steps_before)]:
            inbox.decide(item, approved=True, by=person(name, roles=("editor",)))
        inbox.decide(item, approved=False, reason="无关", by=person("last", roles=("editor",)))
        assert (item.state, Comment.objects.get().is_removed) == ("refused", True)

    def test_what_was_changed_since_counts_as_approved_by_nobody(
        self, set_rule: Callable, article: Callable, person: Callable
    ) -> None:
        set_rule("article", steps=2)
        editor = person("editor", roles=("editor",))
        r1, r2 = person("r1", roles=("reviewer",)), person("r2", roles=("reviewer",))
        page = article(live=False, owner=editor)
        page.save_revision(user=editor)
        page.get_workflow().start(page, editor)
        item = ReviewItem.objects.get(kind="article")
        inbox.decide(item, approved=True, by=r1)
        page.title = "另一个标题"
        page.save_revision(user=editor)
        inbox.decide(item, approved=True, by=r2)
        assert item.state == "half", "r1 never saw this"
        inbox.decide(item, approved=True, by=r1)
        page.refresh_from_db()
        assert (item.state, page.live) == ("approved", True)

    @pytest.mark.deny
    def test_wagtails_own_button_is_no_second_person(
        self, set_rule: Callable, article: Callable, person: Callable, client: Any
    ) -> None:
        set_rule("article", steps=2)
        editor = person("editor", roles=("editor",))
        page = article(live=False, owner=editor)
        page.save_revision(user=editor)
        page.get_workflow().start(page, editor)
        client.force_login(person("r1", roles=("reviewer",)))
        task = page.current_workflow_task_state
        client.post(f"/admin/pages/workflow/action/{page.pk}/approve/{task.pk}/", {"comment": "好"})
        page.refresh_from_db()
        assert (page.live, ReviewItem.objects.get(kind="article").state) == (False, "waiting")

    @given(acts=st.lists(st.tuples(st.sampled_from(["e1", "e2", "e3"]), st.booleans()), max_size=5))
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_whatever_they_do_two_different_people_stand_behind_what_is_approved(
        self, acts: list[tuple[str, bool]], waiting: Callable, people: dict[str, Any]
    ) -> None:
        with transaction.atomic():
            item = waiting()
            for name, approved in acts:
                try:
                    inbox.decide(item, approved=approved, reason="x", by=people[name])
                except (inbox.NeedsAnother, inbox.AlreadyDecided):
                    continue
            item.refresh_from_db()
            if item.state == "approved":
                assert None not in (item.first_by_id, item.decided_by_id)
                assert item.first_by_id != item.decided_by_id
            assert Comment.objects.get(pk=item.object_id).is_public == (item.state == "approved")
            transaction.set_rollback(True)

    @pytest.fixture
    def people(self, person: Callable) -> dict[str, Any]:
        return {name: person(name, roles=("editor",)) for name in ("e1", "e2", "e3")}


class TestSettings:
    @pytest.mark.deny
    @pytest.mark.parametrize("kind", ["claim", "article", "notice"])
    def test_what_is_fixed_is_only_made_stricter(self, set_rule: Callable, kind: str) -> None:
        for timing in ("after", "never"):
            with pytest.raises(ValidationError):
                set_rule(kind, timing=timing)
        set_rule(kind, steps=2, days=1)
        assert reviews.timing(kind) is ReviewTiming.BEFORE

    @pytest.mark.parametrize(
        ("timing", "public", "items"), [("before", False, 1), ("after", True, 1), ("never", True, 0)]
    )
    def test_comments_under_statuses_obey(
        self, set_rule: Callable, person: Callable, timing: str, public: bool, items: int
    ) -> None:
        set_rule("comment", timing=timing)
        lin, zhou = person("lin"), person("zhou")
        post = posts.post_status(by=lin, text="银杏黄了", scope=Scope(PUBLIC))
        made = comment(by=zhou, target=post, text="真好看")
        post.refresh_from_db()
        assert (made.is_public, post.comment_count) == (public, int(public))
        assert ReviewItem.objects.filter(afterwards=public).count() == items

    def test_under_news_they_are_reviewed_before_whatever_is_set(
        self, set_rule: Callable, waiting: Callable
    ) -> None:
        set_rule("comment", timing="never")
        assert not waiting().afterwards

    @pytest.mark.parametrize(("approved", "count"), [(True, 1), (False, 0)])
    def test_what_was_seen_already_stays_or_goes(
        self, set_rule: Callable, person: Callable, approved: bool, count: int
    ) -> None:
        set_rule("comment", timing="after")
        lin, zhou = person("lin"), person("zhou")
        post = posts.post_status(by=lin, text="银杏黄了", scope=Scope(PUBLIC))
        comment(by=zhou, target=post, text="真好看")
        inbox.decide(
            ReviewItem.objects.get(), approved=approved, reason="x", by=person("e", roles=("editor",))
        )
        post.refresh_from_db()
        assert post.comment_count == count
        assert Notification.objects.filter(event="commented").count() == 1

    def test_the_level_that_decides(self, set_rule: Callable, person: Callable, places: dict) -> None:
        from foundation.accounts.domain.roles import give_role

        committee, street = person("committee", roles=("staff",)), person("street")
        give_role(street, "staff", place=places["wutong"], by=None)
        claim_of(person("newcomer", verified=False), places["ginkgo"])
        item = ReviewItem.objects.get()
        assert item in queries.waiting_for(committee)
        set_rule("claim", level="street")
        assert item not in queries.waiting_for(committee)
        with pytest.raises(Refused):
            inbox.decide(item, approved=False, reason="x", by=committee)
        assert item in queries.waiting_for(street)
        assert set(details.colleagues(item, object_of(item), committee)) == {street}

    def test_days_say_what_is_late(self, set_rule: Callable, waiting: Callable) -> None:
        item = waiting()
        item.submitted_at = timezone.now() - timedelta(days=4)
        assert item.is_urgent
        set_rule("comment", days=5)
        assert not item.is_urgent

    def test_a_change_is_written_down_once_and_by_nobody_else(
        self, client: Any, person: Callable, portal: Any
    ) -> None:
        client.force_login(person("boss", roles=("administrator",)))
        page = client.get("/admin/reviews/settings/")
        values = {
            f"{kind.key}-{name}": getattr(form.instance, name)
            for kind, form in page.context["forms"]
            for name in ("timing", "steps", "level", "days")
        }
        assert client.post("/admin/reviews/settings/", values | {"comment-steps": 2}).status_code == 302
        assert client.post("/admin/reviews/settings/", values | {"comment-steps": 2}).status_code == 302
        assert ReviewSetting.objects.get().steps == 2
        assert AuditEntry.objects.filter(action="moderation.change_settings").count() == 1
        refused = client.post("/admin/reviews/settings/", values | {"comment-days": 0})
        assert refused.status_code == 422
        with pytest.raises(Refused):
            office.change_setting(office.setting_of("comment"), by=person("e", roles=("editor",)))


class TestHandingOver:
    def test_a_colleague_is_told_and_finds_it_under_her_own(
        self, waiting: Callable, person: Callable, client: Any
    ) -> None:
        item, e1, e2 = waiting(), person("e1", roles=("editor",)), person("e2", roles=("editor",))
        client.force_login(e1)
        client.post(f"{item.get_absolute_url()}hand/", {"to": e2.pk, "note": "请您看看"})
        item.refresh_from_db()
        assert item.assigned_to == e2
        told = Notification.objects.get(user=e2, event="handed")
        assert told.text == "请您看看"
        assert queries.listing(e2, Filter(mine=True), 1).counts == {"comment": 1}
        assert queries.listing(e1, Filter(mine=True), 1).counts == {}
        other = waiting("另一条")
        assert queries.next_waiting(e1, after=other) is None, "she has it in hand"
        client.post(f"{item.get_absolute_url()}hand/", {"to": ""})
        item.refresh_from_db()
        assert item.assigned_to is None
        assert [line.what for line in details.history(item)][1:] == ["转交给 e2", "收回转交"]
        assert (
            AuditEntry.objects.filter(action__in=["moderation.hand_over", "moderation.take_back"]).count()
            == 2
        )

    @pytest.mark.deny
    def test_only_to_those_who_may_decide_it(self, waiting: Callable, person: Callable, client: Any) -> None:
        item, e1 = waiting(), person("e1", roles=("editor",))
        staff = person("staff", roles=("staff",))
        with pytest.raises(ValueError, match="only to those"):
            inbox.hand_over(item, to=staff, by=e1)
        with pytest.raises(Refused):
            inbox.hand_over(item, to=e1, by=staff)
        client.force_login(e1)
        assert client.post(f"{item.get_absolute_url()}hand/", {"to": staff.pk}).status_code == 422
        inbox.decide(item, approved=True, by=e1)
        with pytest.raises(inbox.AlreadyDecided):
            inbox.hand_over(item, to=None, by=e1)


def test_staff_keep_their_own_reasons(waiting: Callable, person: Callable, client: Any) -> None:
    item = waiting()
    client.force_login(person("e", roles=("editor",)))
    assert "内容与文章无关。" in client.get(item.get_absolute_url()).content.decode()
    forms = {
        "form-TOTAL_FORMS": 2,
        "form-INITIAL_FORMS": 0,
        "form-0-text": "请换个说法。",
        "form-0-position": 0,
    }
    assert client.post("/admin/reviews/reasons/comment/", forms).status_code == 302
    page = client.get(item.get_absolute_url()).content.decode()
    assert "请换个说法。" in page
    assert "内容与文章无关。" not in page
    reason = ReviewReason.objects.get()
    gone = forms | {"form-INITIAL_FORMS": 1, "form-0-id": reason.pk, "form-0-DELETE": "on"}
    client.post("/admin/reviews/reasons/comment/", gone)
    assert not ReviewReason.objects.exists()
    assert AuditEntry.objects.filter(action="moderation.change_reasons").count() == 2


def test_the_filter_stays_with_the_way_through_the_inbox(
    waiting: Callable, person: Callable, places: dict, client: Any
) -> None:
    officer = person("officer", roles=("editor", "staff"))
    first, second = waiting("一"), waiting("二")
    claim_of(person("newcomer", verified=False), places["ginkgo"])
    client.force_login(officer)
    answer = client.post(f"{second.get_absolute_url()}decide/?kind=comment", {"decision": "approve"})
    assert answer.url == f"{first.get_absolute_url()}?kind=comment"
    answer = client.post(f"{answer.url.replace('?', 'decide/?')}", {"decision": "approve"})
    assert answer.url == "/admin/reviews/?kind=comment", "the claim is not among what she looks at"
    for place, number in (("wutong", 1), ("ginkgo", 1), ("bridge", 0)):
        listing = queries.listing(officer, Filter(place=places[place].path), 1)
        assert sum(listing.counts.values()) == number


def test_five_thousand_waiting_items_are_as_many_statements_as_one(
    waiting: Callable, person: Callable
) -> None:
    editor = person("e", roles=("editor",))
    waiting()

    def statements() -> int:
        editor.__dict__.pop("_held_roles", None)
        with CaptureQueriesContext(connection) as asked:
            queries.listing(editor, Filter(), 1)
        return len(asked)

    few = statements()
    lin, target = Comment.objects.get().user, Comment.objects.get().target
    made = [comment(by=lin, target=target, text=f"{number}") for number in range(30)]
    thirty = statements()
    ReviewItem.objects.bulk_create(
        ReviewItem(kind="comment", object_id=f"{9_000_000 + number}", submitted_by=lin)
        for number in range(5000)
    )
    assert (few, thirty, statements()) == (few, few, few)
    assert few <= 8
    assert queries.listing(editor, Filter(), 1).counts == {"comment": 5001 + len(made)}


def test_a_decision_and_the_way_on_are_few_statements(
    waiting: Callable, person: Callable, client: Any
) -> None:
    client.force_login(person("e", roles=("editor",)))
    items = [waiting(f"{number}") for number in range(3)]
    client.get("/admin/reviews/")
    # Who asks: session, account, roles, and the language that Wagtail's admin speaks to her.
    # The roles given and those that follow from memberships are one statement of two halves.
    asks = [f'{start}SELECT "{table}"' for table in WHO_ASKS for start in ("", "(")]
    before = ("SAVEPOINT", "RELEASE", *asks)
    counts = []
    for item in items[:2]:
        with CaptureQueriesContext(connection) as asked:
            client.post(f"{item.get_absolute_url()}decide/", {"decision": "approve", "seen": ""})
        counts.append([one["sql"] for one in asked if not one["sql"].startswith(before)])
    assert len(counts[0]) == len(counts[1])
    # PostgreSQL writes an entry of the log in one statement, SQLite in three.
    most = 12 if connection.vendor == "postgresql" else 14
    assert len(counts[0]) <= most, "\n".join(one[:160] for one in counts[0])
