"""The word filter (O2): found in every disguise, not in ordinary text; block, hold, flag; reading anew."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.accounts.domain.profile import change_profile
from foundation.accounts.models.profile import default_levels
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.text import Level
from foundation.moderation.domain import inbox, words
from foundation.moderation.models import Case, ReviewItem, Word, WordScan
from foundation.moderation.rules import SEPARATORS, folded
from foundation.social.domain import posts
from foundation.social.domain.comments import comment

pytestmark = pytest.mark.row("O2")
HIDING = st.text(
    st.sampled_from([*sorted(SEPARATORS - {"'", '"'}), "\u200b", "\u200d", "\u2060", "\u0301"]), max_size=3
)
FULL_WIDTH = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}


@st.composite
def disguised(draw: Any, word: str) -> str:
    shown = ""
    for sign in word:
        forms = [sign, sign.upper(), FULL_WIDTH.get(sign, sign)]
        shown += draw(st.sampled_from(forms)) + draw(HIDING)
    return shown


@pytest.mark.deny
@given(st.data(), st.sampled_from(["代开发票", "加微信vx88", "刷单100"]))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_disguise_is_seen_through(data: Any, word: str) -> None:
    assert folded(word)[0] in folded(f"您好。{data.draw(disguised(word))}！")[0]


@given(st.text(st.characters(whitelist_categories=["Lo", "Ll", "Nd"]), max_size=60))
def test_folding_says_where_each_sign_stood(text: str) -> None:
    plain, places = folded(text)
    assert len(plain) == len(places)
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)


@pytest.fixture
def officer(person: Callable) -> Any:
    return person("officer", roles=("staff",))


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
