"""Who has a part in something leaves it to others, and a decision is about what is there (O1, O2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.flow.models import AuditEntry
from foundation.messaging.models import Notification
from foundation.moderation.domain import appeals, inbox, reports, sanctions, words
from foundation.moderation.models import Appeal, Case, ReviewItem, Sanction
from foundation.social.domain import comments, posts
from foundation.social.models import Post

pytestmark = [pytest.mark.django_db, pytest.mark.row("O2")]


@pytest.fixture
def post(person: Callable) -> Post:
    return posts.post_status(by=person("lin"), text="普通的话", scope=Scope(PUBLIC))


@pytest.fixture
def officer(person: Callable) -> User:
    return person("officer", roles=("staff",))


@pytest.fixture
def colleague(person: Callable) -> User:
    return person("colleague", roles=("staff",))


def item_of(kind: str = "case") -> ReviewItem:
    return ReviewItem.objects.filter(kind=kind).latest("pk")


def decide(by: User, *, kind: str = "case", approved: bool = True, **details: Any) -> ReviewItem:
    item = item_of(kind)
    inbox.decide(item, approved=approved, reason="辱骂他人。", details=details or None, by=by)
    return item


@pytest.mark.deny
class TestWhoHasAPart:
    def test_staff_see_nothing_of_a_report_about_themselves(
        self, person: Callable, officer: User, colleague: User, client: Any, portal: Any
    ) -> None:
        zhou = person("zhou", display="周叶举报人")
        own = posts.post_status(by=officer, text="我的", scope=Scope(PUBLIC))
        reports.report(own, reason="harass", text="他骂我", by=zhou)
        item = item_of()
        client.force_login(officer)
        assert client.get(item.get_absolute_url()).status_code == 404
        assert client.post(f"{item.get_absolute_url()}hand/", {"to": colleague.pk}).status_code == 404
        assert "周叶举报人" not in client.get("/admin/reviews/").content.decode()
        assert not Case.objects.visible_to(officer).exists()
        told = Notification.objects.filter(event="submitted").values_list("user__username", flat=True)
        assert set(told) == {"colleague"}
        with pytest.raises(Refused):
            inbox.hand_over(item, to=colleague, by=officer)

    @pytest.mark.parametrize("steps", [1, 2])
    def test_whoever_reported_it_does_not_decide_it(
        self, post: Post, person: Callable, officer: User, set_rule: Callable, steps: int
    ) -> None:
        set_rule("case", steps=steps)
        reports.report(post, reason="other", by=person("zhou"))
        reports.report(post, reason="harass", by=officer)
        with pytest.raises(inbox.NeedsAnother):
            decide(officer)
        with pytest.raises(inbox.NeedsAnother):
            decide(officer, approved=False)
        with pytest.raises(inbox.NeedsAnother):
            inbox.hand_over(item_of(), to=None, by=officer)
        assert item_of().state == "waiting"

    def test_nor_the_appeal_against_it(
        self, post: Post, person: Callable, officer: User, colleague: User, set_rule: Callable
    ) -> None:
        reporter = person("reporter", roles=("staff",))
        set_rule("case", steps=2)
        reports.report(post, reason="harass", by=reporter)
        decide(officer)
        decide(colleague)
        set_rule("appeal", steps=2)
        appeals.appeal(Sanction.objects.get(), text="不服", by=post.author)
        told = Notification.objects.filter(event="submitted", object_id=str(item_of("appeal").pk))
        assert [row.user.username for row in told] == ["boss"], "the others had a part"
        for one in (reporter, officer, colleague):
            with pytest.raises(inbox.NeedsAnother):
                decide(one, kind="appeal", approved=False)
        decide(person("fresh", roles=("staff",)), kind="appeal", approved=False)
        assert item_of("appeal").state == "half", "to let it stand weighs as much as to lift it"

    def test_the_item_says_why_there_is_no_form(
        self, post: Post, person: Callable, officer: User, client: Any, portal: Any
    ) -> None:
        reports.report(post, reason="other", by=person("zhou"))
        reports.report(post, reason="harass", by=officer)
        client.force_login(officer)
        page = client.get(item_of().get_absolute_url()).content.decode()
        assert "与这件事有关" in page
        assert 'value="approve"' not in page


class TestTwoDecideTheSame:
    def test_the_second_confirms_just_what_the_first_chose(
        self,
        post: Post,
        person: Callable,
        officer: User,
        colleague: User,
        set_rule: Callable,
        client: Any,
        portal: Any,
    ) -> None:
        set_rule("case", steps=2)
        reports.report(post, reason="harass", by=person("zhou"))
        decide(officer, action="hide", days=7)
        client.force_login(colleague)
        page = client.get(item_of().get_absolute_url()).content.decode()
        assert "officer的初审：举报成立" in page
        decide(colleague, action="suspend", days=365)
        assert not Sanction.objects.exists(), "another decision is a first one again"
        assert item_of().first_by == colleague
        decide(officer, action="suspend", days=365)
        assert Sanction.objects.get().what == "suspend"

    def test_dismissing_takes_two_as_well(
        self, post: Post, person: Callable, officer: User, colleague: User, set_rule: Callable
    ) -> None:
        set_rule("case", steps=2)
        reports.report(post, reason="harass", by=person("zhou"))
        assert decide(officer, approved=False).state == "half"
        with pytest.raises(inbox.NeedsAnother):
            decide(officer, approved=False)
        assert decide(colleague, approved=False).state == "refused"

    def test_what_changed_since_is_decided_anew_also_by_the_first(
        self, person: Callable, article: Callable, set_rule: Callable, client: Any
    ) -> None:
        set_rule("article", steps=2)
        editor, first = person("editor", roles=("editor",)), person("r1", roles=("reviewer",))
        page = article(live=False, owner=editor)
        page.save_revision(user=editor)
        page.get_workflow().start(page, editor)
        item = ReviewItem.objects.get(kind="article")
        inbox.decide(item, approved=True, by=first)
        client.force_login(first)
        assert 'value="approve"' not in client.get(item.get_absolute_url()).content.decode()
        page.title = "另一个"
        page.save_revision(user=editor)
        shown = client.get(item.get_absolute_url()).content.decode()
        assert 'value="approve"' in shown
        assert "现在是复审" not in shown


class TestWhatIsThereNow:
    def test_what_was_edited_in_after_the_report_is_shown_and_seen(
        self, post: Post, person: Callable, officer: User, client: Any, portal: Any
    ) -> None:
        words.add_words(["高利贷"], level="hold", by=person("boss", roles=("administrator",)))
        reports.report(post, reason="other", by=person("zhou"))
        client.force_login(officer)
        item = item_of()
        seen = client.get(item.get_absolute_url()).context["version"]
        posts.edit_post(post, by=post.author, text="高利贷找我", scope=post.scope)
        answer = client.post(
            f"{item.get_absolute_url()}decide/", {"decision": "refuse", "reason": "没问题", "seen": seen}
        )
        assert answer.url == item.get_absolute_url(), "another look first"
        post.refresh_from_db()
        assert post.hidden_at is not None
        page = client.get(item.get_absolute_url()).content.decode()
        assert "高利贷找我" in page
        assert "普通的话" in page

    def test_a_later_report_keeps_what_it_saw(self, post: Post, person: Callable) -> None:
        case = reports.report(post, reason="other", by=person("zhou"))
        posts.edit_post(post, by=post.author, text="你这个混蛋", scope=post.scope)
        post.refresh_from_db()
        reports.report(post, reason="harass", by=person("wang"))
        posts.edit_post(post, by=post.author, text="大家好", scope=post.scope)
        case.refresh_from_db()
        assert {"普通的话", "你这个混蛋"} <= set(case.evidence.values())

    def test_the_same_person_adds_to_her_words(self, post: Post, person: Callable) -> None:
        zhou = person("zhou")
        reports.report(post, reason="other", by=zhou)
        case = reports.report(post, reason="harass", text="他骂人", by=zhou)
        mine = case.reports.get()
        assert (mine.reason, mine.text) == ("harass", "他骂人")

    def test_what_another_case_holds_stays_hidden(
        self, post: Post, person: Callable, officer: User, colleague: User
    ) -> None:
        words.add_words(["高利贷"], level="hold", by=person("boss", roles=("administrator",)))
        reports.report(post, reason="harass", by=person("zhou"))
        decide(officer)
        appeals.appeal(Sanction.objects.get(), text="不服", by=post.author)
        posts.edit_post(post, by=post.author, text="高利贷找我", scope=post.scope)
        decide(colleague, kind="appeal", outcome="lifted", days=1)
        post.refresh_from_db()
        assert post.hidden_at is not None
        decide(colleague, approved=False)
        post.refresh_from_db()
        assert post.hidden_at is None

    def test_nobody_is_told_that_it_came_back_while_it_stays_hidden(
        self, post: Post, person: Callable, officer: User, drain: Callable
    ) -> None:
        words.add_words(["高利贷"], level="hold", by=person("boss", roles=("administrator",)))
        reports.report(post, reason="harass", by=person("zhou"))
        decide(officer)
        posts.edit_post(post, by=post.author, text="高利贷找我", scope=post.scope)
        decide(officer, approved=False)
        drain()
        post.refresh_from_db()
        assert post.hidden_at is not None, "the first decision stands"
        assert not Notification.objects.filter(event="given_back").exists()

    def test_its_author_is_told_that_it_waits_and_that_it_came_back(
        self, post: Post, person: Callable, officer: User, client: Any, portal: Any, drain: Callable
    ) -> None:
        reports.open_by_words(post, passage="普通", hold=True)
        assert Notification.objects.filter(user=post.author, event="held").exists()
        assert AuditEntry.objects.filter(action="moderation.hold", kind="case").exists()
        client.force_login(post.author)
        page = client.get("/account/standing/").content.decode()
        assert "暂时隐藏" in page
        assert "一切正常" not in page
        client.force_login(officer)
        assert "暂时隐藏内容，等待处理" in client.get(item_of().get_absolute_url()).content.decode()
        decide(officer, approved=False)
        drain()
        assert Notification.objects.filter(user=post.author, event="given_back").exists()

    def test_a_comment_whose_article_is_gone_can_still_be_decided(
        self, article: Callable, person: Callable, officer: User
    ) -> None:
        page = article()
        made = comments.comment(by=person("lin"), target=page, text="坏话")
        inbox.decide(ReviewItem.objects.get(), approved=True, by=person("e", roles=("editor",)))
        reports.report(made, reason="harass", by=person("zhou"))
        page.delete()
        assert decide(officer).state == "approved"


class TestHidingByNumber:
    def test_only_known_people_in_good_standing_count(
        self, post: Post, person: Callable, officer: User
    ) -> None:
        for number in range(4):
            reports.report(post, reason="other", by=person(f"u{number}", verified=False))
        muted = person("muted")
        User.objects.filter(pk=muted.pk).update(muted_until=timezone.now() + timedelta(days=1))
        reports.report(post, reason="other", by=muted)
        for number in range(2):
            reports.report(post, reason="other", by=person(f"v{number}"))
        post.refresh_from_db()
        assert post.hidden_at is None
        reports.report(post, reason="other", by=person("v3"))
        post.refresh_from_db()
        assert post.hidden_at is not None

    def test_what_was_found_in_order_is_not_hidden_again_as_it_stands(
        self, post: Post, person: Callable, officer: User
    ) -> None:
        three = [person(f"r{number}") for number in range(3)]
        others = [person(f"s{number}") for number in range(3)]
        for one in three:
            reports.report(post, reason="other", by=one)
        decide(officer, approved=False)
        for one in three + others:
            post.refresh_from_db()
            assert post.hidden_at is None
            reports.report(post, reason="other", by=one)
        post.refresh_from_db()
        assert post.hidden_at is None
        posts.edit_post(post, by=post.author, text="现在骂人了", scope=post.scope)
        post.refresh_from_db()
        reports.report(post, reason="other", by=person("t"))
        post.refresh_from_db()
        assert post.hidden_at is not None, "what it says now nobody has found in order"

    def test_nothing_is_hidden_that_nobody_could_give_back(self, person: Callable) -> None:
        boss = person("boss", roles=("administrator",))
        own = posts.post_status(by=boss, text="通知", scope=Scope(PUBLIC))
        for number in range(3):
            reports.report(own, reason="other", by=person(f"r{number}"))
        own.refresh_from_db()
        assert own.hidden_at is None


class TestPlaces:
    def test_the_place_that_decided_answers_for_it_after_she_moved(
        self, post: Post, person: Callable, officer: User, colleague: User, places: dict
    ) -> None:
        reports.report(post, reason="harass", by=person("zhou"))
        decide(officer, action="suspend", days=7)
        appeals.appeal(Sanction.objects.get(), text="不服", by=post.author)
        User.objects.filter(pk=post.author_id).update(place=places["bridge"])
        there = person("there", roles=("staff",), place="bridge")
        assert not Sanction.objects.visible_to(there).exists()
        with pytest.raises(Refused):
            decide(there, kind="appeal")
        decide(colleague, kind="appeal", outcome="lifted", days=1)
        assert Appeal.objects.get().state == "lifted"
        assert User.objects.get(pk=post.author_id).suspended_until is None

    @pytest.mark.parametrize("role", ["institution_member", "business_member"])
    def test_staff_hide_what_a_business_writes_and_only_the_administrator_goes_on(
        self, person: Callable, officer: User, role: str
    ) -> None:
        from foundation.accounts.models import RoleAssignment

        shop = person("shop")
        RoleAssignment.objects.create(user=shop, role=role)
        made = posts.post_status(by=shop, text="假药", scope=Scope(PUBLIC))
        reports.report(made, reason="fraud", by=person("zhou"))
        with pytest.raises(inbox.CannotBeCarriedOut):
            decide(officer, action="mute", days=7)
        decide(officer, action="hide", days=7)
        made.refresh_from_db()
        assert made.hidden_at is not None


@pytest.mark.deny
class TestLiftingAndTalking:
    @pytest.fixture
    def muted(self, post: Post, officer: User) -> Sanction:
        return sanctions.impose(post.author, what="mute", days=7, reason="辱骂", by=officer)

    def test_only_her_place_lifts_and_shortens(self, muted: Sanction, person: Callable) -> None:
        far = person("far", roles=("staff",), place="bridge")
        with pytest.raises(Refused):
            sanctions.lift(muted, by=far)
        with pytest.raises(Refused):
            sanctions.shorten(muted, days=1, by=far)

    def test_a_colleague_is_for_the_administrator(self, person: Callable, officer: User) -> None:
        boss = person("boss", roles=("administrator",))
        on_staff = sanctions.impose(
            person("other", roles=("staff",)), what="mute", days=7, reason="辱骂", by=boss
        )
        with pytest.raises(Refused):
            sanctions.lift(on_staff, by=officer)
        with pytest.raises(Refused):
            sanctions.shorten(on_staff, days=1, by=officer)

    def test_both_stand_in_the_log_and_pages_are_drawn_anew(
        self, muted: Sanction, officer: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        drawn: list[bool] = []
        monkeypatch.setattr(sanctions, "portal_changed", lambda: drawn.append(True))
        sanctions.shorten(muted, days=1, by=officer)
        sanctions.lift(muted, by=officer, reason="够了")
        written = list(AuditEntry.objects.filter(kind="sanction").values_list("action", "place_path"))
        assert written == [
            (f"moderation.{step}", muted.place_path) for step in ("sanction", "shorten", "lift")
        ]
        assert len(drawn) == 2

    def test_only_staff_of_her_place_join_the_talk(
        self, muted: Sanction, post: Post, person: Callable
    ) -> None:
        found = appeals.appeal(muted, text="不服", by=post.author)
        for stranger in (person("zhou"), person("far", roles=("staff",), place="bridge")):
            with pytest.raises(Refused):
                appeals.say(found, text="我也说一句", by=stranger)


def test_who_posts_a_held_word_reads_that_it_waits(person: Callable, client: Any, portal: Any) -> None:
    words.add_words(["高利贷"], level="hold", by=person("boss", roles=("administrator",)))
    client.force_login(person("lin"))
    sent = {"text": "高利贷找我", "scope": "public"}
    page = client.post(reverse("spaces:post_status"), sent, follow=True)
    assert "社区核对后公开" in page.content.decode()
    assert "已发布。" not in page.content.decode()
