"""One search over everything (P9): what is found and in which order, alike on both engines."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from foundation.core.search.finding import PER_KIND, find
from foundation.core.search.words import MOST_SIGNS, Asked
from news.models import NoticePage

pytestmark = [pytest.mark.row("P9"), pytest.mark.django_db]
DEMO = Path(settings.BASE_DIR) / "site" / "linli" / "demo"


@pytest.fixture
def pages(article: Callable, drain: Callable) -> None:
    article("社区互助帮扶服务", summary="老年人优先，电话预约。")
    article(
        "银杏黄了", summary='“一老一小”照料中心 a"b 试运行', body=[("paragraph", "<p>社区食堂送餐到家</p>")]
    )
    drain()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("帮扶", ["社区互助帮扶服务"]),
        ("互助帮", ["社区互助帮扶服务"]),
        ("助帮", ["社区互助帮扶服务"]),
        ("扶", ["社区互助帮扶服务"]),
        ("务", ["社区互助帮扶服务"]),
        ("老年人", ["社区互助帮扶服务"]),
        ("送餐到家", ["银杏黄了"]),
        ("帮扶 电话", ["社区互助帮扶服务"]),
        ("帮扶 食堂", []),
        ("银杏红了", []),
        ("社区", ["社区互助帮扶服务", "银杏黄了"]),
        ("ＡＢ", []),
        ('a"b', ["银杏黄了"]),
    ],
)
def test_words_inside_a_run_of_han_are_found(
    pages: None, hits: Callable, words: str, found: list[str]
) -> None:
    assert hits(words) == found


@pytest.mark.parametrize(
    "words", ["bangfu", "huzhubangfu", "bang fu", "hzbf", "SQHZBFFW", "bang 互助", "huzhubangf"]
)
def test_titles_are_found_by_pinyin_and_initials(pages: None, hits: Callable, words: str) -> None:
    assert hits(words) == ["社区互助帮扶服务"]


def test_english_words_are_no_pinyin_and_pinyin_no_english(
    article: Callable, drain: Callable, hits: Callable
) -> None:
    article("和睦院落评比", summary="He and she.")
    article("消防演练", summary="Bring the key.")
    drain()
    assert hits("he") == ["和睦院落评比"]
    assert hits("key") == ["消防演练"]
    assert hits("ke") == ["消防演练"], "the beginning of a word of letters finds it"


def test_every_piece_of_two_of_every_demo_title_is_found_and_no_hit_lacks_it(
    article: Callable, drain: Callable
) -> None:
    told = json.loads((DEMO / "articles.json").read_text(encoding="utf-8"))["articles"]
    told += json.loads((DEMO / "notices.json").read_text(encoding="utf-8"))
    titles = [one["title"] for one in told]
    texts = {}
    for one in told:
        article(one["title"], summary=one["summary"])
        texts[one["title"]] = f"{one['title']} {one['summary']}"
    drain()
    pieces = {title[at : at + 2] for title in titles for at in range(len(title) - 1)}
    han = sorted(piece for piece in pieces if all("\u4e00" <= sign <= "\u9fff" for sign in piece))
    assert len(han) > 150
    for piece in han:
        found = {hit.title for hit in find(piece, None, per_page=PER_KIND).hits}
        assert found == {title for title, text in texts.items() if piece in text}, piece


def test_a_longer_piece_stands_there_as_a_whole(article: Callable, drain: Callable, hits: Callable) -> None:
    """Its pairs alone are not it, however many of them crowd in front of it."""
    old = timezone.now() - timedelta(days=90)
    article("真的", summary="社区人民的社区", published_on=old)
    for number in range(3):
        article(f"像的{number}", summary="社区的区人说：人民来了")
    drain()
    assert hits("社区人民") == ["真的"]


def test_pieces_that_only_seem_to_fit_keep_nothing_out(
    article: Callable, drain: Callable, hits: Callable, monkeypatch: Any
) -> None:
    from foundation.core.search import finding

    monkeypatch.setattr(finding, "PER_KIND", 2)
    old = timezone.now() - timedelta(days=90)
    article("真的", summary="社区人民的社区", published_on=old)
    for number in range(3):
        article(f"像的{number}", summary="社区的区人说：人民来了")
    drain()
    assert hits("社区人民") == ["真的"]


class TestTheOrder:
    def test_title_before_text_and_the_same_title_first(
        self, article: Callable, drain: Callable, hits: Callable
    ) -> None:
        now = timezone.now()
        article("周末安排", summary="社区食堂照常开。", published_on=now)
        article("社区食堂换菜单", published_on=now - timedelta(days=20))
        article("社区食堂", published_on=now - timedelta(days=300))
        drain()
        assert hits("社区食堂") == ["社区食堂", "社区食堂换菜单", "周末安排"]

    def test_the_newer_before_the_older(self, article: Callable, drain: Callable, hits: Callable) -> None:
        now = timezone.now()
        article("食堂甲", published_on=now - timedelta(days=2))
        article("食堂乙", published_on=now)
        article("食堂丙", published_on=now - timedelta(days=1))
        drain()
        assert hits("食堂") == ["食堂乙", "食堂丙", "食堂甲"]

    def test_notices_before_news_before_statuses_of_the_same_day(
        self, article: Callable, portal: Any, person: Callable, say: Callable, drain: Callable, hits: Callable
    ) -> None:
        say("停水了，去接点水", person("lin"))
        article("昨天的事", summary="停水的一天")
        notice = NoticePage(title="后勤", slug="n", summary="停水通知")
        portal.notices.add_child(instance=notice)
        notice.save_revision().publish()
        drain()
        assert hits("停水") == ["后勤", "昨天的事", "停水了，去接点水"]

    def test_numbers_by_kind_and_pages(
        self, article: Callable, person: Callable, say: Callable, drain: Callable
    ) -> None:
        for number in range(3):
            article(f"第{number}次演练")
        say("演练好玩", person("lin"))
        drain()
        found = find("演练", None, per_page=2)
        assert [(count.kind, count.number, count.more) for count in found.counts] == [
            ("article", 3, False),
            ("post", 1, False),
        ]
        assert (found.total, found.page.paginator.num_pages) == (4, 2)
        assert [hit.kind for hit in find("演练", None, kind="post").hits] == ["post"]
        assert len(find("演练", None, per_page=2, page=2).hits) == 2
        assert find("演练", None, kind="nothing").hits == []
        assert len(find("演练", None, page="x").hits) == 4


class TestPeople:
    @pytest.fixture
    def zhang(self, person: Callable, drain: Callable) -> Any:
        made = person("zhang", display="章亮")
        drain()
        return made

    @pytest.mark.parametrize("words", ["章亮", "章", "zhangliang", "zl", "zhang liang", "liang", "zhangl"])
    def test_neighbours_find_her_by_name_and_pinyin(
        self, zhang: Any, person: Callable, hits: Callable, words: str
    ) -> None:
        assert hits(words, person("lin")) == ["章亮"]

    @pytest.mark.parametrize("words", ["shanxiongxin", "danxiongxin", "sxx", "dxx", "xiongxin"])
    def test_a_surname_is_found_by_its_own_reading_and_the_plain_one(
        self, person: Callable, drain: Callable, hits: Callable, words: str
    ) -> None:
        person("shan", display="单雄信")
        drain()
        assert hits(words, person("lin")) == ["单雄信"]

    def test_what_sounds_alike_is_offered_where_nothing_is_found(self, zhang: Any, person: Callable) -> None:
        found = find("张亮", person("lin"))
        assert (found.hits, found.alike) == ([], ["章亮"])
        assert find("章亮", person("wang")).alike == []

    def test_also_of_titles_within_what_was_typed(self, pages: None) -> None:
        assert find("帮服", None).alike == ["帮扶"]
        assert find("银幸 黄了", None).alike == []


class TestWhateverIsTyped:
    @pytest.mark.parametrize(
        "words",
        [
            "",
            " ",
            '"',
            "'; DROP TABLE core_searchtext; --",
            "%",
            "_",
            "\x00",
            "\x00帮扶",
            "帮扶\ud800",
            "🙂",
            "NEAR(帮 扶)",
            "帮 OR 扶 NOT AND",
            "^帮*",
            "words:帮",
            "a & b | !c <-> d:*",
            "\\",
            "帮" * 10_000,
            "a" * 10_000,
            "a " * 5_000,
            "〇𠮷𬀩",
            "ﷺ",
        ],
    )
    def test_nothing_is_an_error(self, pages: None, person: Callable, words: str) -> None:
        for reader in (None, person("lin")):
            assert isinstance(find(words, reader).hits, list)

    @tries(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(words=st.text(max_size=80))
    def test_not_even_what_nobody_thought_of(self, pages: None, words: str) -> None:
        found = find(words, None)
        assert len(found.asked.typed) <= MOST_SIGNS
        assert found.asked.typed.isprintable()

    def test_sixty_signs_are_read(self) -> None:
        assert Asked.of("  帮\n扶 \x00 " + "长" * 100).typed == "帮 扶 " + "长" * 56

    def test_rare_characters_are_found(self, article: Callable, drain: Callable, hits: Callable) -> None:
        article("𬀩𠮷老人的歌")
        drain()
        assert hits("𬀩𠮷") == hits("𠮷") == ["𬀩𠮷老人的歌"]


class TestWhatIsShown:
    def test_the_words_are_marked_and_everything_else_is_escaped(
        self, article: Callable, drain: Callable
    ) -> None:
        article(
            "<b>帮扶</b> & 互助",
            summary=f"{'很长的开头，' * 6}这里写着<i>帮扶</i>两个字{'，后面也很长' * 16}",
        )
        drain()
        (hit,) = find("帮扶", None).hits
        assert hit.title_html == "&lt;b&gt;<mark>帮扶</mark>&lt;/b&gt; &amp; 互助"
        assert "&lt;i&gt;<mark>帮扶</mark>&lt;/i&gt;" in hit.excerpt_html
        assert hit.excerpt.startswith("…")
        assert hit.excerpt.endswith("…")
        assert len(hit.excerpt) < 130

    def test_wide_letters_are_marked_as_they_stand(self, article: Callable, drain: Callable) -> None:
        article("ＷｉＦｉ 开通")
        drain()
        assert find("wifi", None).hits[0].title_html == "<mark>ＷｉＦｉ</mark> 开通"

    def test_in_english_the_addresses_are_english(self, pages: None) -> None:
        from django.utils import translation

        assert find("帮扶", None).hits[0].address == "/news/a1/"
        with translation.override("en"):
            assert find("帮扶", None).hits[0].address == "/en/news/a1/"
