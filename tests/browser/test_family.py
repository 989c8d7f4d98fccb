"""Family proxies on the telephone and at the desk (U2): asked, agreed, acted, ended; and recorded at the counter."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from foundation.accounts.models import FamilyProxy

# The window is chosen by a parameter, which the suite cannot see when it sorts out what needs a browser.
pytestmark = [pytest.mark.browser, pytest.mark.row("U2")]


def _sees_for_whom(page: Any) -> None:
    """The band stays in sight, as wide as the page or short, and hides nothing that has the focus."""
    band = page.get_by_role("banner").get_by_role("region", name="亲情代办")
    expect(band.get_by_text("为林秋雨代办").locator("visible=true")).to_have_count(1)
    page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    expect(band).to_be_in_viewport(ratio=1)
    assert page.evaluate("""() => parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop)
        >= document.querySelector(".site-head").offsetHeight""")
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    page.emulate_media(media="print")
    expect(band).to_be_hidden()
    page.emulate_media(media="screen")


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_she_asks_her_relative_who_acts_for_her_until_she_ends_it(
    request: Any, device: str, community: dict, sign_in: Callable, axe: Callable, transactional_db: None
) -> None:
    page = request.getfixturevalue(device)
    sign_in(page, "lin", after="/account/family/")
    axe(page)
    page.get_by_label("请家人替我办").check()
    page.get_by_label("家人的昵称或网址").fill("nobody")
    page.get_by_label("代办人是对方的什么人").select_option("child")
    page.get_by_role("button", name="发给家人确认").click()
    expect(page.get_by_text("没有找到这位居民").first).to_be_visible()
    expect(page.get_by_label("家人的昵称或网址")).to_have_value("nobody")
    axe(page)
    page.get_by_label("家人的昵称或网址").fill("zhou")
    page.get_by_role("button", name="发给家人确认").click()
    expect(page.get_by_role("heading", name="等对方确认")).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, "zhou", after="/account/family/")
    axe(page)
    page.get_by_role("button", name="同意", exact=True).click()
    page.get_by_role("link", name="去代办").click()
    axe(page)
    page.get_by_role("button", name="开始代办").click()
    _sees_for_whom(page)
    axe(page)
    page.get_by_role("main").get_by_role("link", name="看公告").click()
    expect(page.get_by_role("link", name="六七八号楼停水").first).to_be_visible()
    _sees_for_whom(page)
    for mode in ("elder", "ordinary"):
        page.goto(f"/mode/{mode}/?next=/healthz")
        page.goto("/notices/")
        _sees_for_whom(page)
        axe(page)
    page.goto("/feed/post/")
    page.locator("textarea[name=text]").fill("替她发一条")
    page.locator("main form").get_by_role("button", name="发布").last.click()
    expect(page.get_by_text("这件事只能由本人来做").first).to_be_visible()
    axe(page)
    page.get_by_role("banner").get_by_role("button", name="结束代办").click()
    expect(page.get_by_text("现在是您自己的账号")).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, "lin", after="/account/family/")
    page.get_by_role("button", name="结束").first.click()
    expect(page.get_by_text("已结束")).to_be_visible()
    assert not FamilyProxy.objects.in_force().exists()


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_staff_record_it_at_the_counter(
    request: Any, device: str, community: dict, sign_in: Callable, axe: Callable, transactional_db: None
) -> None:
    page = request.getfixturevalue(device)
    sign_in(page, "staff", after="/admin/family/")
    page.get_by_label("被代办人的网址名").fill("lin")
    page.get_by_label("代办人的网址名", exact=True).fill("zhou")
    page.get_by_label("代办人是对方的什么人").select_option("child")
    page.get_by_label("怎样确认的").fill("两人带身份证到窗口，当面同意")
    axe(page)
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("小宋登记于")).to_be_visible()
    axe(page)
    page.locator("summary", has_text="结束").click()
    page.get_by_label("理由").fill("女儿来电")
    page.locator("details").get_by_role("button", name="结束").click()
    expect(page.get_by_text("还没有亲情代办")).to_be_visible()
    assert not FamilyProxy.objects.standing().exists()
