"""The office on a phone and on a desk (A5, O4, O6): roles by two persons, the log, the settings."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

# The window is chosen by a parameter, which the suite can't see when it sorts out what needs a browser.
pytestmark = pytest.mark.browser


@pytest.fixture
def office(community: dict, person: Callable) -> None:
    person("chief", display="管理员甲", roles=("administrator",))
    person("second", display="管理员乙", roles=("administrator",))
    person("auditor", display="审计员", roles=("auditor",))


def _no_wider(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


@pytest.mark.row("A5")
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_strong_role_takes_two_people(
    size: str, request: Any, office: None, sign_in: Callable, axe: Callable
) -> None:
    """One administrator finds the neighbour and asks; the other one confirms it in the inbox."""
    page = request.getfixturevalue(size)
    sign_in(page, "chief", after="/admin/roles/")
    page.get_by_label("找人").fill("林秋雨")
    page.get_by_role("button", name="查找").click()
    axe(page)
    _no_wider(page)
    page.get_by_role("link", name="林秋雨").first.click()
    axe(page)
    page.get_by_role("radio", name="审计员").check()
    page.get_by_label("理由").fill("接替王敏查看日志")
    page.get_by_role("button", name="授予", exact=True).click()
    expect(page.get_by_text("另一位管理员在统一审核里确认后生效")).to_be_visible()
    expect(page.get_by_text("没有后台角色。")).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, "second", after="/admin/reviews/")
    page.get_by_role("link", name="林秋雨 · 审计员").click()
    expect(page.get_by_text("接替王敏查看日志")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="通过", exact=False).first.click()
    page.wait_for_url("**/admin/reviews/**")
    page.goto("/admin/roles/lin/")
    expect(page.get_by_text("管理员乙授予于")).to_be_visible()


@pytest.mark.row("A5")
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_table_of_rights_is_read(
    size: str, request: Any, office: None, sign_in: Callable, axe: Callable
) -> None:
    page = request.getfixturevalue(size)
    sign_in(page, "auditor", after="/admin/rights/")
    expect(page.get_by_role("rowheader", name="授予和收回角色")).to_be_visible()
    axe(page)
    _no_wider(page)


@pytest.mark.row("O4")
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_log_is_narrowed_down_and_taken_along(
    size: str, request: Any, office: None, sign_in: Callable, axe: Callable
) -> None:
    page = request.getfixturevalue(size)
    sign_in(page, "auditor", after="/admin/audit/")
    axe(page)
    _no_wider(page)
    page.get_by_label("谁", exact=True).fill("林秋雨")
    page.get_by_label("做了什么").select_option(label="发布说说")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator(".office-log tbody tr")).to_have_count(1)
    page.locator(".office-log tbody a").first.click()
    axe(page)
    page.go_back()
    page.get_by_label("用途").fill("年度检查")
    with page.expect_download() as taken:
        page.get_by_role("button", name="导出 Excel").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    page.goto("/admin/audit/alarms/")
    axe(page)


@pytest.mark.row("O6")
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_community_gets_its_name_and_colour(
    size: str, request: Any, office: None, sign_in: Callable, axe: Callable
) -> None:
    """A colour that nobody can read is refused with what was typed still there; a good one is everywhere."""
    page = request.getfixturevalue(size)
    sign_in(page, "chief", after="/admin/community/")
    axe(page)
    _no_wider(page)
    page.get_by_label("社区名称").fill("金桂里社区")
    page.get_by_label("主色").fill("#ffcc00")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".office-summary")).to_be_focused()
    expect(page.locator(".office-summary")).to_contain_text("太浅")
    expect(page.get_by_label("社区名称")).to_have_value("金桂里社区")
    page.get_by_label("主色").fill("#1e6152")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("页面上立即生效")).to_be_visible()
    page.goto("/")
    expect(page.locator(".brand__place")).to_have_text("金桂里社区")
    colour = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brick').trim()")
    assert colour == "#1e6152"
    axe(page)


@pytest.mark.row("O6")
def test_options_and_places_on_a_phone(phone: Any, office: None, sign_in: Callable, axe: Callable) -> None:
    sign_in(phone, "chief", after="/admin/community/oversight/")
    axe(phone)
    phone.get_by_label("夜间从几点开始").fill("23")
    phone.get_by_role("button", name="保存").click()
    expect(phone.get_by_text("已保存")).to_be_visible()
    phone.goto("/admin/community/channels/")
    axe(phone)
    _no_wider(phone)
    phone.goto("/admin/community/places/")
    axe(phone)
    _no_wider(phone)
    phone.locator("summary", has_text="银杏里社区").click()
    phone.get_by_label("名称").locator("visible=true").fill("银杏里（新）")
    phone.get_by_role("button", name="改名").locator("visible=true").click()
    expect(phone.get_by_text("已改名")).to_be_visible()
    axe(phone)


@pytest.mark.row("O9")
def test_all_rows_come_out_on_paper(desktop: Any, office: None, sign_in: Callable) -> None:
    """Wagtail scrolls within one window; on paper nothing may be cut off after the first sheet."""
    sign_in(desktop, "auditor", after="/admin/rights/")
    desktop.emulate_media(media="print")
    for gone in ("#wagtail-sidebar", ".button:visible"):
        for one in desktop.locator(gone).all():
            expect(one).to_be_hidden()
    cut = desktop.evaluate("""() => {
        const found = [], last = [...document.querySelectorAll(".rights tr")].at(-1).getBoundingClientRect().bottom
        for (let one = document.querySelector(".rights"); one; one = one.parentElement) {
            const { overflowY } = getComputedStyle(one)
            if (overflowY !== "visible" && one.getBoundingClientRect().bottom < last - 1) found.push(one.className || one.tagName)
        }
        return found
    }""")
    assert cut == []
    sheets = desktop.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) > 1
