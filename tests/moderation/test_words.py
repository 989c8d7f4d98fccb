"""The word filter (O2): found in every disguise, not in ordinary text; block, hold, flag; who keeps the list (A5)."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from foundation.accounts.domain.profile import change_profile
from foundation.accounts.models.profile import default_levels
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.flow import outbox
from foundation.core.models import OutboxMessage
from foundation.core.text import Level
from foundation.messaging.models import Notification
from foundation.moderation.domain import inbox, words
from foundation.moderation.models import Case, ReviewItem, Word, WordScan
from foundation.social.domain import posts
from foundation.social.domain.comments import comment

pytestmark = pytest.mark.row("O2")


@pytest.fixture
def officer(person: Callable) -> Any:
    """Staff of the street: their words hold in every place."""
    return person("officer", roles=("staff",), place="wutong")


@pytest.fixture
def listed(officer: Any) -> Callable[..., None]:
    def add(*lines: str, level: str) -> None:
        words.add_words(lines, level=level, by=officer)

    return add


@pytest.mark.django_db
class TestTheList:
    @pytest.mark.deny
    def test_a_blocked_text_is_refused_with_its_passage(
        self, listed: Callable, person: Callable, client: Any, portal: Any
    ) -> None:
        listed("代开发票", level="block")
        lin = person("lin")
        client.force_login(lin)
        answer = client.post("/feed/post/", {"text": "本人代 开-发票，便宜", "scope": "public"})
        assert answer.status_code == 422
        assert "“代 开-发票”不能发布" in answer.content.decode()
        with pytest.raises(ValidationError):
            change_profile(
                lin, by=lin, display_name="林", values={"bio": "代开发票"}, levels=default_levels()
            )

    @pytest.mark.parametrize(
        "text", ["他在代码里开了一张发票", "一代。开发票据系统", "class assembly", "classic"]
    )
    def test_ordinary_text_is_not(self, listed: Callable, text: str) -> None:
        listed("代开发票", "ass", level="block")
        assert words.check(text).level is None

    def test_what_is_held_is_seen_by_nobody_until_staff_let_it(
        self, listed: Callable, person: Callable, officer: Any
    ) -> None:
        listed("优惠", level="hold")
        lin, zhou = person("lin"), person("zhou")
        post = posts.post_status(by=lin, text="全场优惠 @zhou", scope=Scope(PUBLIC))
        assert not posts.Post.objects.visible_to(zhou).exists()
        assert posts.Post.objects.visible_to(lin).exists()
        inbox.decide(ReviewItem.objects.get(), approved=False, reason="普通的话", by=officer)
        assert list(posts.Post.objects.visible_to(zhou)) == [post]

    def test_a_flagged_comment_is_seen_and_stands_in_the_inbox(
        self, listed: Callable, person: Callable
    ) -> None:
        listed("便宜", level="flag")
        post = posts.post_status(by=person("lin"), text="银杏", scope=Scope(PUBLIC))
        assert comment(by=person("zhou"), target=post, text="真便宜").is_public
        assert ReviewItem.objects.get().afterwards
        listed("高利贷", level="hold")
        assert not comment(by=person("wang"), target=post, text="高利贷").is_public

    def test_a_change_holds_at_once_and_the_strictest_counts(self, listed: Callable, officer: Any) -> None:
        listed("便宜", level="flag")
        assert words.check("真便宜").level is Level.FLAG
        listed("真便宜", level="hold")
        assert words.check("真便宜").level is Level.HOLD
        words.remove_words(Word.objects.values_list("pk", flat=True), by=officer)
        assert words.check("真便宜").level is None

    @pytest.mark.deny
    def test_who_keeps_it(self, person: Callable, client: Any, officer: Any) -> None:
        for role in ("editor", "reviewer", "auditor", "operator"):
            with pytest.raises(Refused):
                words.add_words(["x y"], level="block", by=person(role, roles=(role,)))
        client.force_login(officer)
        client.post(
            "/admin/reviews/words/", {"do": "add", "lines": "代开发票\n刷单\n\n长\n刷 单", "level": "block"}
        )
        assert set(Word.objects.values_list("text", flat=True)) == {"代开发票", "刷 单"}
        assert "刷 单" in client.get("/admin/reviews/words/?q=单").content.decode()
        assert client.post("/admin/reviews/words/", {"do": "add", "lines": ""}).status_code == 422
        client.post("/admin/reviews/words/", {"do": "remove", "word": [one.pk for one in Word.objects.all()]})
        assert not Word.objects.exists()

    @pytest.mark.deny
    def test_every_text_that_others_see_is_read(
        self, listed: Callable, person: Callable, picture: Callable
    ) -> None:
        listed("代开发票", level="block")
        listed("高利贷", level="hold")
        lin, zhou = person("lin"), person("zhou")
        with pytest.raises(ValidationError):
            posts.post_status(
                by=lin, text="早", scope=Scope(PUBLIC), pictures=[picture()], descriptions=["代开★发票"]
            )
        post = posts.post_status(
            by=lin, text="早", scope=Scope(PUBLIC), pictures=[picture()], descriptions=["高利贷 找我"]
        )
        assert not posts.Post.objects.visible_to(zhou).exists()
        assert "高利贷 找我" in Case.objects.get().evidence.values(), f"the words of {post} are kept"

    def test_two_texts_make_no_word_together(self, listed: Callable, person: Callable) -> None:
        listed("高利贷", level="block")
        change_profile(
            (lin := person("lin")),
            by=lin,
            display_name="立意高",
            values={"bio": "利贷双方"},
            levels=default_levels(),
        )
        assert not Case.objects.exists()

    @pytest.mark.deny
    def test_nobody_is_told_of_an_edit_that_is_held(self, listed: Callable, person: Callable) -> None:
        listed("高利贷", level="hold")
        lin = person("lin")
        person("zhou")
        post = posts.post_status(by=lin, text="早", scope=Scope(PUBLIC))
        posts.edit_post(post, by=lin, text="高利贷 @zhou", scope=post.scope)
        assert not Notification.objects.filter(event="mentioned").exists()
        posts.edit_post(post, by=lin, text="早 @zhou", scope=post.scope)
        assert Notification.objects.filter(event="mentioned").exists()

    @pytest.mark.deny
    def test_a_nickname_cannot_be_hidden_and_is_refused_instead(
        self, listed: Callable, person: Callable
    ) -> None:
        listed("高利贷", level="hold")
        listed("便宜", level="flag")
        lin = person("lin", display="林")
        with pytest.raises(ValidationError) as refused:
            change_profile(lin, by=lin, display_name="高利贷找我", values={}, levels=default_levels())
        assert "高利贷" in refused.value.messages[0]
        lin.refresh_from_db()
        assert lin.display_name == "林"
        change_profile(lin, by=lin, display_name="真便宜", values={}, levels=default_levels())
        assert Case.objects.get().hidden_at is None

    def test_the_list_is_read_in_time(self, officer: Any) -> None:
        Word.objects.bulk_create(
            Word(text=f"贷款{number:05}号", folded=f"贷款{number:05}号", level="hold")
            for number in range(5000)
        )
        words.forget()
        words.check("")
        words.check("先读一次词表")
        began = time.perf_counter()
        assert words.check("贷款贷 款★" * 16_500 + "贷款04999号").level is Level.HOLD
        assert time.perf_counter() - began < 2

    @pytest.mark.row("A5")
    @pytest.mark.deny
    def test_a_committee_lists_no_words_that_hide_everywhere(
        self, listed: Callable, person: Callable, client: Any, portal: Any
    ) -> None:
        listed("高利贷", level="block")
        near = person("near", roles=("staff",))
        for level in ("block", "hold"):
            with pytest.raises(Refused):
                words.add_words(["修水管"], level=level, by=near)
        with pytest.raises(Refused):
            words.start_scan(by=near)
        with pytest.raises(Refused):
            words.remove_words(Word.objects.values_list("pk", flat=True), by=near)
        assert words.add_words(["高 利 贷"], level="flag", by=near) == (0, [])
        assert Word.objects.get().level == "block", "nor do they weaken one"
        client.force_login(near)
        answer = client.post("/admin/reviews/words/", {"do": "add", "lines": "修水管", "level": "hold"})
        assert answer.status_code == 422
        assert "只能由街道或管理员设置" in answer.content.decode()
        assert 'value="scan"' not in answer.content.decode()

    @pytest.mark.row("A5")
    def test_a_committee_brings_words_before_staff_and_the_street_holds(
        self, person: Callable, officer: Any
    ) -> None:
        near, boss = person("near", roles=("staff",)), person("boss", roles=("administrator",))
        assert words.add_words(["修水管"], level="flag", by=near) == (1, [])
        assert words.check("修-水-管").level is Level.FLAG
        assert words.remove_words(Word.objects.values_list("pk", flat=True), by=near) == 1
        assert words.add_words(["修水管"], level="flag", by=near) == (1, [])
        assert words.add_words(["修水管"], level="hold", by=officer) == (1, [])
        assert words.add_words(["修水管"], level="block", by=boss) == (1, [])
        assert words.start_scan(by=boss).done_at is None

    def test_a_word_that_was_listed_under_older_rules_is_found(self) -> None:
        Word.objects.create(text="高★利★贷", folded="高★利★贷", level="hold")
        Word.objects.create(text="贷★", folded="贷★", level="block")
        assert words.check("高利贷").level is Level.HOLD
        assert words.check("车贷").level is None

    def test_what_stands_already_is_read_in_chunks_that_go_on(
        self, listed: Callable, person: Callable, officer: Any, drain: Callable, monkeypatch: Any
    ) -> None:
        lin = person("lin")
        for number in range(5):
            posts.post_status(
                by=lin, text=f"刷单 {number}" if number % 2 else f"银杏 {number}", scope=Scope(PUBLIC)
            )
        listed("刷单", level="flag")
        monkeypatch.setattr(words, "CHUNK", 2)
        words.start_scan(by=officer)
        assert words.start_scan(by=officer) == WordScan.objects.get()
        drain()
        scan = WordScan.objects.get()
        assert scan.done_at is not None
        assert (scan.looked, scan.found) == (scan.total, 2)
        assert Case.objects.count() == 2
        words.start_scan(by=officer)
        drain()
        assert Case.objects.count() == 2, "what is known is not brought again"

    def test_what_cannot_be_read_is_passed_over(
        self, listed: Callable, person: Callable, officer: Any, drain: Callable, monkeypatch: Any
    ) -> None:
        broken = posts.post_status(by=person("lin"), text="真优惠", scope=Scope(PUBLIC))
        posts.post_status(by=person("zhou"), text="全场优惠", scope=Scope(PUBLIC))
        listed("优惠", level="hold")
        real = words._read

        def read(obj: Any, *given: Any) -> bool:
            if obj == broken:
                raise LookupError("its own rows do not fit together")
            return real(obj, *given)

        monkeypatch.setattr(words, "_read", read)
        scan = words.start_scan(by=officer)
        drain()
        scan.refresh_from_db()
        assert scan.done_at is not None
        assert scan.found == 1

    def test_a_scan_that_was_parked_begins_anew(
        self, listed: Callable, person: Callable, officer: Any, drain: Callable, monkeypatch: Any
    ) -> None:
        posts.post_status(by=person("lin"), text="全场优惠", scope=Scope(PUBLIC))
        listed("优惠", level="hold")

        def gone(*_all: Any) -> bool:
            raise ValueError

        monkeypatch.setattr(words, "_read", gone)
        stuck = words.start_scan(by=officer)
        for _attempt in range(outbox.ATTEMPTS):
            OutboxMessage.objects.filter(channel="scan_words").update(next_at=timezone.now())
            drain()
        monkeypatch.undo()
        assert not words.is_running(stuck)
        scan = words.start_scan(by=officer)
        assert scan != stuck
        drain()
        scan.refresh_from_db()
        assert (scan.found, scan.done_at is None) == (1, False)

    def test_what_staff_decided_or_have_before_them_is_not_brought_again(
        self, listed: Callable, person: Callable, officer: Any, drain: Callable
    ) -> None:
        listed("优惠", level="hold")
        editor = person("e", roles=("editor",))
        post = posts.post_status(by=person("lin"), text="早", scope=Scope(PUBLIC))
        passed, removed, _waiting = (
            comment(by=person(name), target=post, text="真优惠") for name in ("zhou", "wang", "chen")
        )
        for found, approved in ((passed, True), (removed, False)):
            item = ReviewItem.objects.get(kind="comment", object_id=str(found.pk))
            inbox.decide(item, approved=approved, reason="看过了", by=editor)
        words.start_scan(by=officer)
        drain()
        assert not Case.objects.exists()
        assert ReviewItem.objects.open().count() == 1
        listed("真优惠", level="flag")
        Word.objects.filter(text="优惠").delete()
        words.forget()
        words.start_scan(by=officer)
        drain()
        assert Case.objects.get().object_id == str(passed.pk), "a word that nobody had listed then is news"
