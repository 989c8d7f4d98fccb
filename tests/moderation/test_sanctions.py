"""Sanctions and appeals (O2): at the next request, for as long as decided, objected to before somebody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.domain.profile import change_profile
from foundation.accounts.domain.sanctions import hide_profile
from foundation.accounts.models import User
from foundation.accounts.models.profile import default_levels
from foundation.core.access.limits import TooOften
from foundation.core.access.permissions import Refused, has_permission
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.flow.workflow import StepNotAllowed
from foundation.core.models import StoredFile
from foundation.messaging.models import Notification
from foundation.moderation.domain import appeals, inbox, reports, sanctions, words
from foundation.moderation.models import Appeal, ReviewItem, Sanction
from foundation.social.domain import posts
from foundation.social.permissions import SocialPermission
from identity.domain import own_data
from identity.models import DataExport

pytestmark = [pytest.mark.django_db, pytest.mark.row("O2")]


@pytest.fixture
def lin(person: Callable) -> Any:
    return person("lin")


@pytest.fixture
def officer(person: Callable) -> Any:
    return person("officer", roles=("staff",))


def test_who_is_muted_reads_and_does_not_write_until_the_time_is_over(
    lin: Any, officer: Any, client: Any, portal: Any
) -> None:
    client.force_login(lin)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sanctions.impose(lin, what="mute", days=3, reason="刷屏", by=officer)
        assert client.get(lin.space_url).status_code == 200
        refused = client.post("/feed/post/", {"text": "写了一半", "scope": "public"})
        page = refused.content.decode()
        assert refused.status_code == 403
        assert "禁言" in page
        assert "写了一半" in page
        assert reverse("moderation:standing") in page
        clock.shift(timedelta(days=3, seconds=1))
        assert client.post("/feed/post/", {"text": "回来了", "scope": "public"}).status_code == 302


def test_who_is_suspended_stays_signed_in_as_a_visitor_and_reads_why(
    lin: Any, officer: Any, client: Any, portal: Any, person: Callable
) -> None:
    posts.post_status(by=lin, text="院里的银杏", scope=Scope(PUBLIC))
    client.force_login(lin)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sanctions.impose(lin, what="suspend", days=1, reason="诈骗", by=officer)
        assert client.get("/feed/").status_code == 403
        assert "停用" in client.get("/").content.decode()
        assert "诈骗" in client.get(reverse("moderation:standing")).content.decode()
        zhou = person("zhou")
        other = type(client)()
        other.force_login(zhou)
        assert other.get(lin.space_url).status_code == 404
        clock.shift(timedelta(days=1, seconds=1))
        assert client.get("/feed/").status_code == 200
        assert "院里的银杏" in other.get(lin.space_url).content.decode()


def test_staff_who_are_suspended_hold_no_right(person: Callable, officer: Any) -> None:
    boss = person("boss", roles=("administrator",))
    sanctions.impose(officer, what="suspend", days=1, reason="调查", by=boss)
    officer.refresh_from_db()
    assert not officer.can_enter_admin
    assert not has_permission(officer, SocialPermission.READ_FEED)


@pytest.mark.deny
def test_who_may_sanction_whom(lin: Any, officer: Any, person: Callable) -> None:
    boss = person("boss", roles=("administrator",))
    elsewhere = person("elsewhere", roles=("staff",), place="bridge")
    unplaced = person("newcomer", verified=False)
    refused = [(lin, elsewhere), (officer, officer), (elsewhere, officer), (boss, officer), (boss, boss)]
    refused += [(unplaced, officer)]
    refused += [(lin, person(role, roles=(role,))) for role in ("editor", "reviewer", "auditor", "operator")]
    refused += [(lin, person("zhou")), (person("colleague", roles=("staff",)), officer)]
    for whom, by in refused:
        with pytest.raises(Refused):
            sanctions.impose(whom, what="warn", reason="x", by=by)
    for whom, by in [(lin, officer), (lin, boss), (officer, boss), (unplaced, boss)]:
        sanctions.impose(whom, what="warn", reason="x", by=by)


@pytest.mark.deny
@pytest.mark.parametrize(("what", "days"), [("mute", 0), ("mute", 400), ("suspend", -1)])
def test_everything_that_takes_a_right_away_has_an_end(lin: Any, officer: Any, what: str, days: int) -> None:
    with pytest.raises(ValueError, match="end"):
        sanctions.impose(lin, what=what, days=days, reason="x", by=officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sanction.objects.create(user=lin, what=what, reason="x")


def test_lifting_ends_one_and_leaves_the_other(lin: Any, officer: Any, client: Any) -> None:
    long = sanctions.impose(lin, what="mute", days=30, reason="x", by=officer)
    short = sanctions.impose(lin, what="mute", days=1, reason="y", by=officer)
    lin.refresh_from_db()
    assert lin.muted_until == long.until
    client.force_login(officer)
    assert client.get("/admin/reviews/sanctions/").content.decode().count("review-lift") == 2
    assert (
        client.post(f"/admin/reviews/sanctions/{long.public_id}/lift/", {"reason": "够了"}).status_code == 302
    )
    lin.refresh_from_db()
    assert lin.muted_until == short.until
    with pytest.raises(StepNotAllowed):
        sanctions.lift(long, by=officer)
    assert Notification.objects.get(user=lin, event="sanction_lifted").text == "够了"


class TestAppeals:
    @pytest.fixture
    def sanction(self, lin: Any, officer: Any, person: Callable) -> Sanction:
        post = posts.post_status(by=lin, text="骂人的话", scope=Scope(PUBLIC))
        reports.report(post, reason="harass", by=person("zhou"))
        details = {"action": "suspend", "days": 7}
        inbox.decide(
            ReviewItem.objects.get(kind="case"), approved=True, reason="辱骂", details=details, by=officer
        )
        return Sanction.objects.get()

    @pytest.fixture
    def other(self, person: Callable) -> Any:
        return person("other", roles=("staff",))

    @pytest.mark.security(60)
    def test_the_talk_and_the_end(
        self, sanction: Sanction, lin: Any, officer: Any, other: Any, client: Any, drain: Callable
    ) -> None:
        lin.refresh_from_db()
        client.force_login(lin)
        assert client.post(sanction.appeal_url, {"text": ""}).status_code == 422
        assert client.post(sanction.appeal_url, {"text": "我在开玩笑"}).url == sanction.appeal_url
        item = ReviewItem.objects.get(kind="appeal")
        client.force_login(other)
        assert "我在开玩笑" in client.get(item.get_absolute_url()).content.decode()
        client.post(f"{item.get_absolute_url()}answer/", {"text": "请说说当时的情况"})
        client.force_login(lin)
        assert "请说说当时的情况" in client.get(sanction.appeal_url).content.decode()
        client.post(sanction.appeal_url, {"text": "和邻居闹着玩"})
        client.force_login(other)
        client.post(
            f"{item.get_absolute_url()}decide/",
            {"decision": "approve", "reason": "撤销", "outcome": "lifted", "seen": "3"},
        )
        lin.refresh_from_db()
        appeal = Appeal.objects.get()
        assert (appeal.state, appeal.decided_by, lin.is_suspended) == ("lifted", other, False)
        assert posts.Post.objects.get().hidden_at is None, "what was hidden comes back"
        drain()
        assert Notification.objects.filter(user=lin, event="appeal_decided").exists()

    @pytest.mark.deny
    @pytest.mark.security(60)
    def test_who_imposed_it_does_not_decide(self, sanction: Sanction, lin: Any, officer: Any) -> None:
        appeals.appeal(sanction, text="不服", by=lin)
        with pytest.raises(inbox.NeedsAnother):
            inbox.decide(ReviewItem.objects.get(kind="appeal"), approved=False, reason="维持", by=officer)

    @pytest.mark.parametrize(("days", "works"), [(1, True), (7, False), (30, False)])
    def test_shortened_is_shorter(
        self, sanction: Sanction, lin: Any, other: Any, days: int, works: bool
    ) -> None:
        appeals.appeal(sanction, text="太长了", by=lin)
        details = {"outcome": "shortened", "days": days}
        item = ReviewItem.objects.get(kind="appeal")
        if not works:
            with pytest.raises(inbox.CannotBeCarriedOut):
                inbox.decide(item, approved=True, details=details, by=other)
            return
        inbox.decide(item, approved=True, details=details, by=other)
        lin.refresh_from_db()
        assert lin.suspended_until == sanction.since + timedelta(days=days)

    @pytest.mark.deny
    @pytest.mark.security(60)
    def test_once_in_time_and_by_herself(
        self, sanction: Sanction, lin: Any, person: Callable, client: Any
    ) -> None:
        with pytest.raises(PermissionError):
            appeals.appeal(sanction, text="x", by=person("wang"))
        client.force_login(person("wu"))
        assert client.get(sanction.appeal_url).status_code == 404
        with time_machine.travel(timezone.now() + timedelta(days=21)), pytest.raises(ValidationError):
            appeals.appeal(sanction, text="x", by=lin)
        appeals.appeal(sanction, text="x", by=lin)
        with pytest.raises(ValidationError):
            appeals.appeal(Sanction.objects.get(), text="再来", by=lin)


@pytest.mark.deny
def test_the_talk_about_an_appeal_is_read_and_counted(
    lin: Any, officer: Any, person: Callable, settings: Any
) -> None:
    settings.RATES = settings.RATES | {"talk": "2/h"}
    words.add_words(["代开发票"], level="block", by=person("boss", roles=("administrator",)))
    made = sanctions.impose(lin, what="suspend", days=30, reason="刷屏", by=officer)
    appeal = appeals.appeal(made, text="不服", by=lin)
    with pytest.raises(ValidationError):
        appeals.say(appeal, text="本人代开★发票", by=lin)
    for _turn in range(2):
        appeals.say(appeal, text="请再看看", by=lin)
    with pytest.raises(TooOften):
        appeals.say(appeal, text="请再看看", by=lin)
    appeals.say(appeal, text="我们在看", by=officer)


@pytest.mark.deny
def test_a_password_chosen_meanwhile_does_not_undo_a_suspension(lin: Any, officer: Any) -> None:
    of_the_request = User.objects.get(pk=lin.pk)
    sanctions.impose(lin, what="suspend", days=30, reason="诈骗", by=officer)
    get_adapter().set_password(of_the_request, "ginkgo-leaves-2026")
    lin.refresh_from_db()
    assert lin.is_suspended
    assert lin.check_password("ginkgo-leaves-2026")
    assert lin.password_changed_at is not None


@pytest.mark.deny
def test_a_picture_chosen_while_the_profile_is_hidden_is_hidden_too(
    lin: Any, officer: Any, picture: Callable
) -> None:
    def choose() -> str:
        mine = User.objects.get(pk=lin.pk)
        change_profile(mine, by=mine, display_name="林", values={}, levels=default_levels(), avatar=picture())
        return StoredFile.objects.get(pk=mine.avatar_id).scope_level

    assert choose() == "public"
    hide_profile(lin, hidden=True, by=officer)
    assert choose() == "only"
    hide_profile(User.objects.get(pk=lin.pk), hidden=False, by=officer)
    assert User.objects.get(pk=lin.pk).avatar.scope_level == "public"


@pytest.mark.row("A7")
def test_who_is_suspended_takes_her_copy_reads_her_notices_and_may_leave(
    lin: Any, officer: Any, client: Any, portal: Any, drain: Callable
) -> None:
    sanctions.impose(lin, what="suspend", days=365, reason="辱骂", by=officer)
    client.force_login(lin)
    for address in ("/account/data/", "/account/leave/", "/notifications/"):
        assert client.get(address).status_code == 200, address
    own_data.request_export(by=lin)
    drain()
    assert DataExport.objects.get().state == "ready"
    for address in ("/feed/post/", "/admin/"):
        assert client.get(address).status_code in (302, 403), address


def test_who_is_muted_reads_on_her_own_space_why_she_cannot_write(
    lin: Any, officer: Any, client: Any, portal: Any
) -> None:
    client.force_login(lin)
    assert 'action="/feed/post/"' in client.get(lin.space_url).content.decode()
    sanctions.impose(lin, what="mute", days=7, reason="辱骂", by=officer)
    page = client.get(lin.space_url).content.decode()
    assert 'action="/feed/post/"' not in page
    assert reverse("moderation:standing") in page
    assert reverse("moderation:standing") in client.get(reverse("messaging:settings")).content.decode()
