"""The guide, read from the first page of the admin on a phone and on a desk (O7)."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.row("O7")]

LOADED = "one => one.complete && one.naturalWidth > 300"


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_an_editor_finds_out_how_to_publish_a_notice(
    size: str, request: Any, portal: Any, person: Callable, sign_in: Callable, axe: Callable
) -> None:
    """From the first page to the contents, by a word to the chapter, and from there to the page it speaks of."""
    page = request.getfixturevalue(size)
    person("writer", display="编辑甲", roles=("editor",))
    sign_in(page, "writer", after="/admin/")
    page.get_by_role("link", name="不知道怎样做？看使用指南").click()
    expect(page.get_by_role("heading", name="使用指南", level=1)).to_be_visible()
    axe(page)
    page.get_by_label("在指南里找").fill("我已阅读")
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".guide-found mark").first).to_have_text("我已阅读")
    axe(page)
    page.locator(".guide-found").get_by_role("link", name="发公告和紧急公告").click()
    expect(page.get_by_role("heading", name="发公告和紧急公告", level=1)).to_be_visible()
    picture = page.get_by_role("img", name="发布公告的页面：标题、摘要、级别、发给谁、正文、有效期")
    picture.scroll_into_view_if_needed()
    page.wait_for_function(LOADED, arg=picture.element_handle())
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("link", name="请居民点“我已阅读”").click()
    expect(page.get_by_role("heading", name="请居民点“我已阅读”")).to_be_in_viewport()
    page.get_by_role("article").get_by_role("link", name="发布公告", exact=True).click()
    expect(page.get_by_role("heading", name="发布公告", level=1)).to_be_visible()
    page.get_by_role("link", name="指南：发公告和紧急公告").click()
    page.wait_for_url("**/admin/guide/notices/")


def test_the_picture_opens_by_itself(phone: Any, portal: Any, person: Callable, sign_in: Callable) -> None:
    """On a phone whoever wants to read what stands on it makes it larger with two fingers."""
    person("writer", display="编辑甲", roles=("editor",))
    sign_in(phone, "writer", after="/admin/guide/articles/")
    phone.locator(".guide-picture").first.click()
    phone.wait_for_url("**/guide/zh-hans/article-new*.webp")
