"""Chinese search text (P9; DESIGN §2): one answer on SQLite and PostgreSQL."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.core.zh.text import name_readings, name_search_text, runs, segment
from news.models import ArticlePage


def test_text_becomes_overlapping_pairs_and_words() -> None:
    assert segment("社区互助ABC帮") == "社区 区互 互助 助 abc 帮"
    assert segment("社区互助", for_index=False) == "社区 区互 互助"
    assert segment("ＡＢＣ１２") == "abc12"
    assert segment("") == ""


@given(st.text())
def test_any_text_is_segmented_into_what_the_engines_take(text: str) -> None:
    assert all(character.isalnum() or character == " " for character in segment(text)) or runs(text)
    assert '"' not in segment(text)
    assert segment(text) == segment(text.upper()) or text.upper().lower() != text.lower()


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("单雄信", ["shan xiong xin", "dan xiong xin"]),
        ("曾国藩", ["zeng guo fan", "ceng guo fan"]),
        ("林秋雨", ["lin qiu yu"]),
    ],
)
def test_a_surname_is_found_by_its_own_reading_and_the_plain_one(name: str, readings: list[str]) -> None:
    assert name_readings(name) == readings


def test_a_name_is_found_by_initials_and_joined_syllables() -> None:
    words = name_search_text("林秋雨").split()
    assert {"林秋", "秋雨", "linqiuyu", "lqy", "lin", "qiu", "yu"} <= set(words)


@pytest.fixture
def found(article: Callable) -> Callable[[str], list[str]]:
    article("社区互助帮扶服务", summary="老年人优先，电话预约。")
    article(
        "银杏黄了", summary='“一老一小”照料中心 a"b 试运行', body=[("paragraph", "<p>社区食堂送餐到家</p>")]
    )

    def search(words: str) -> list[str]:
        return [page.title for page in ArticlePage.objects.live().search(words)]

    return search


@pytest.mark.django_db
@pytest.mark.row("P1")
@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("帮扶", ["社区互助帮扶服务"]),
        ("互助帮", ["社区互助帮扶服务"]),
        ("助帮", ["社区互助帮扶服务"]),
        ("扶", ["社区互助帮扶服务"]),
        ("老年人", ["社区互助帮扶服务"]),
        ("送餐到家", ["银杏黄了"]),
        ("帮扶 电话", ["社区互助帮扶服务"]),
        ("帮扶 食堂", []),
        ("银杏红了", []),
        ('a"b', ["银杏黄了"]),
        ('"', []),
        ("' OR 1=1 --", []),
        ("帮扶*", ["社区互助帮扶服务"]),
    ],
)
def test_words_inside_a_run_of_han_are_found(found: Callable, words: str, titles: list[str]) -> None:
    assert found(words) == titles


@pytest.mark.django_db
def test_heavier_matches_stand_first_and_are_counted(article: Callable) -> None:
    article("食堂换菜单", summary="冬季菜单。")
    article("通知", summary="食堂周一休息，食堂周二开门。")
    results = ArticlePage.objects.live().search("食堂")
    assert results.count() == 2
    assert next(page.title for page in results.annotate_score("score")) in ("食堂换菜单", "通知")
    assert all(page.score for page in results.annotate_score("score"))
    newest = ArticlePage.objects.live().order_by("-published_on").search("食堂", order_by_relevance=False)
    assert [page.title for page in newest] == ["通知", "食堂换菜单"]


@pytest.mark.django_db
def test_queries_can_be_joined_and_turned_round(article: Callable) -> None:
    from wagtail.search.query import And, Boost, MatchAll, Not, Or, Phrase, PlainText

    article("食堂换菜单")
    article("银杏黄了")
    titles = lambda query: sorted(page.title for page in ArticlePage.objects.live().search(query))  # noqa: E731
    assert titles(Or([PlainText("食堂"), PlainText("银杏")])) == ["银杏黄了", "食堂换菜单"]
    assert titles(And([PlainText("食堂"), PlainText("菜单")])) == ["食堂换菜单"]
    assert titles(And([PlainText("银杏"), Not(PlainText("食堂"))])) == ["银杏黄了"]
    assert titles(Boost(Phrase("换菜单"), 2)) == ["食堂换菜单"]
    assert titles(MatchAll()) == ["银杏黄了", "食堂换菜单"]
