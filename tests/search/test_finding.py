"""One search over everything (P9): what is found, in which order, on both engines."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.core.search.finding import find

pytestmark = [pytest.mark.row("P9"), pytest.mark.django_db]


def titles(words: str, user: Any = None, **options: Any) -> list[str]:
    return [hit.title for hit in find(words, user, **options).hits]


@pytest.fixture
def pages(article: Callable, drain: Callable) -> None:
    article("社区互助帮扶服务", summary="老年人优先，电话预约。")
    article("银杏黄了", summary='“一老一小”照料中心 a"b 试运行', body=[("paragraph", "<p>社区食堂送餐到家</p>")])
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
        ("bangfu", ["社区互助帮扶服务"]),
        ("hzbf", ["社区互助帮扶服务"]),
        ("yxhl", ["银杏黄了"]),
        ("yin xing", ["银杏黄了"]),
        ('a"b', ["银杏黄了"]),
        ('"', []),
    ],
)
def test_words_inside_a_run_of_han_are_found(pages: None, words: str, found: list[str]) -> None:
    assert titles(words) == found
