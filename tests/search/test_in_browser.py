"""Searching with a real browser (P9): by keyboard, on the phone, without script; the device alone remembers."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.row("P9")


@pytest.fixture
def community(article: Callable, person: Callable, say: Callable, drain: Callable) -> None:
    article("社区互助帮扶服务：老年人优先，全年开放，节假日不休息", summary="电话预约，上门服务。")
    article("银杏黄了")
    say("互助小组今天三个人", person("lin", display="阿依古丽·买买提江·吐尔逊"))
    person("zhang", display="章亮")
    drain()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_from_any_page_to_what_was_sought(
    size: str, community: None, request: pytest.FixtureRequest, axe: Callable, sign_in: Callable
) -> None:
    page = request.getfixturevalue(size)
    sign_in(page, "lin")
    axe(page)
    if size == "phone":
        page.click("header [data-search-page]")
        page.wait_for_url("**/search/")
        axe(page)
        page.fill("main [name=q]", "互助")
        page.click("main form[role=search] button")
    else:
        page.keyboard.press("/")
        page.keyboard.type("互助")
        page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    assert page.locator(".hit").count() == 2
    assert page.locator(".hit mark").first.inner_text() == "互助"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)
    page.click(".tabs a:has-text('说说')")
    page.wait_for_url("**kind=post**")
    assert page.locator(".hit").count() == 1
    page.click(".hit a")
    page.wait_for_url("**/u/lin/*/")


def test_the_keyboard_leads_to_the_box(community: None, desktop: Any) -> None:
    desktop.goto("/news/")
    desktop.keyboard.press("Control+k")
    assert desktop.evaluate("document.activeElement.id") == "header-words"
    desktop.keyboard.type("a/b")
    assert desktop.input_value("#header-words") == "a/b", "a stroke within a word is a stroke"
    desktop.goto("/search/")
    desktop.keyboard.press("/")
    assert desktop.evaluate("document.activeElement.id") == "search-words"


def test_recent_words_are_kept_on_the_device_and_can_be_cleared(
    community: None, phone: Any, axe: Callable
) -> None:
    for words in ("互助", "银杏", "没有这个"):
        phone.goto(f"/search/?q={words}")
    phone.goto("/search/")
    assert phone.locator("[data-recent-list] a").all_inner_texts() == ["银杏", "互助"], "what found something"
    axe(phone)
    phone.click("[data-recent-list] a:has-text('互助')")
    phone.wait_for_url("**/search/?q=*")
    phone.goto("/search/")
    phone.click("[data-recent-clear]")
    assert phone.locator("[data-recent]").is_hidden()
    phone.reload()
    assert phone.locator("[data-recent]").is_hidden()
    assert phone.evaluate("localStorage.getItem('searched')") is None


def test_it_works_without_script_and_in_elder_mode(community: None, chromium: Any, live_server: Any) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, base_url=live_server.url, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/?mode=elder")
    page.fill(".elder-bar [name=q]", "帮扶")
    page.click(".elder-bar form[role=search] button")
    assert page.locator(".hit").count() == 1
    box = page.locator("main form[role=search] button").bounding_box()
    assert box["height"] >= 60
    context.close()


def test_a_typing_mistake_is_one_step_from_the_right_name(
    community: None, phone: Any, sign_in: Callable
) -> None:
    sign_in(phone, "lin", after="/search/")
    phone.fill("main [name=q]", "张亮")
    phone.click("main form[role=search] button")
    phone.click(".alike a")
    phone.wait_for_url("**/search/?q=*")
    assert phone.locator(".hit__title").inner_text() == "章亮"


def test_it_is_found_by_pinyin_and_narrowed_to_a_kind(community: None, phone: Any, sign_in: Callable) -> None:
    sign_in(phone, "lin", after="/search/")
    phone.fill("main [name=q]", "huzhu")
    phone.click("main form[role=search] button")
    phone.wait_for_url("**/search/?q=huzhu*")
    assert phone.locator(".hit__title").all_inner_texts() == [
        "社区互助帮扶服务：老年人优先，全年开放，节假日不休息"
    ]
    phone.click(".tabs a:has-text('新闻')")
    phone.wait_for_url("**kind=article**")
    assert phone.locator(".hit").count() == 1


@pytest.mark.deny
def test_a_visitor_is_shown_no_hit_that_is_for_neighbours(
    community: None, say: Callable, person: Callable, drain: Callable, phone: Any, sign_in: Callable
) -> None:
    """Neither the hit, nor its number, nor that there is one."""
    say("互助缝纫今晚开门", person("zhou"), "residents")
    drain()
    phone.goto("/search/?q=互助缝纫")
    assert phone.locator(".hit").count() == 0
    assert phone.locator(".tabs a .num").count() == 0
    sign_in(phone, "zhang")
    phone.goto("/search/?q=互助缝纫")
    assert phone.locator(".hit").count() == 1


@pytest.mark.deny
def test_what_one_person_sought_is_not_shown_to_the_next_on_the_same_device(
    community: None, desktop: Any, sign_in: Callable
) -> None:
    sign_in(desktop, "lin")
    desktop.goto("/search/?q=互助")
    desktop.goto("/search/")
    assert desktop.locator("[data-recent-list] a").all_inner_texts() == ["互助"]
    desktop.context.clear_cookies()
    for name in ("", "zhang"):
        if name:
            sign_in(desktop, name)
        desktop.goto("/search/")
        assert desktop.locator("[data-recent]").is_hidden()
    assert desktop.evaluate("localStorage.getItem('searched')") is None
