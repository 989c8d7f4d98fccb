"""Naming a neighbour with keys, with a finger, and in peace with a Chinese keyboard (S2)."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from foundation.core.access.scopes import PUBLIC, Scope
from foundation.social.domain import posts
from foundation.social.domain.follows import follow

pytestmark = [pytest.mark.browser, pytest.mark.row("S2")]


@pytest.fixture
def people(person: Callable, portal: Any) -> dict[str, Any]:
    made = {
        name: person(name, display=display)
        for name, display in (("lin", "林秋雨"), ("zhou", "周叶"), ("zhong", "钟华"))
    }
    for name in ("zhou", "zhong"):
        follow(made[name], by=made["lin"])
    return made


def box(page: Any) -> Any:
    return page.locator("textarea[data-mention]").first


def test_by_keys(desktop: Any, people: dict, sign_in: Callable, axe: Callable) -> None:
    sign_in(desktop, "lin", after="/feed/")
    field, options = box(desktop), desktop.get_by_role("option")
    field.click()
    desktop.keyboard.type("早 @zh")
    expect(options).to_have_count(2)
    assert field.get_attribute("aria-expanded") == "true"
    axe(desktop)
    first = desktop.get_by_role("option", selected=True).inner_text()
    desktop.keyboard.press("ArrowDown")
    expect(desktop.get_by_role("option", selected=True)).not_to_have_text(first)
    desktop.keyboard.press("ArrowUp")
    desktop.keyboard.type("ou")
    expect(options).to_have_count(1)
    desktop.keyboard.press("Enter")
    expect(options).to_have_count(0)
    assert field.input_value() == "早 @周叶 "
    assert field.get_attribute("role") is None
    desktop.keyboard.type("@zhong")
    expect(options).to_have_count(1)
    desktop.keyboard.press("Escape")
    expect(options).to_have_count(0)
    assert field.input_value() == "早 @周叶 @zhong"


def test_by_touch_under_a_status(phone: Any, people: dict, sign_in: Callable) -> None:
    post = posts.post_status(by=people["zhou"], text="早", scope=Scope(PUBLIC))
    sign_in(phone, "lin", after=post.url)
    field = box(phone)
    field.tap()
    field.press_sequentially("@钟")
    phone.get_by_role("option", name="钟华").tap()
    assert field.input_value() == "@钟华 "
    assert phone.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_the_pure_parts(desktop: Any, people: dict, sign_in: Callable) -> None:
    sign_in(desktop, "lin", after="/feed/")
    src = desktop.locator("script[src*='mention']").first.get_attribute("src")
    found = desktop.evaluate(
        """async (src) => {
            const { asked, filled, stepped } = await import(src);
            return [
                asked("a@b.cn", 6), asked("早@周", 3), asked("@周 叶", 4), asked("@周叶", 2),
                filled("早@zh了", { start: 1, words: "zh" }, "周叶"), filled("@z 早", { start: 0, words: "z" }, "周叶"),
                stepped(0, -1, 3), stepped(2, 1, 3), stepped(0, 1, 0),
            ];
        }""",
        src,
    )
    assert found == [
        None,
        {"words": "周", "start": 1},
        None,
        {"words": "周", "start": 0},
        {"text": "早@周叶 了", "caret": 5},
        {"text": "@周叶 早", "caret": 4},
        2,
        0,
        -1,
    ]
