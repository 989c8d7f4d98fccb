"""A circle from the telephone of its founder to the second neighbour in it, with staff between (G3, G4)."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from groups.models import Circle
from tests.browser.looks import faults
from tests.groups.conftest import item_of

pytestmark = [pytest.mark.browser, pytest.mark.row("G3", "G4")]


def _sound(page: Any) -> None:
    """Nothing for axe to find, by day and by night, at two sizes; nothing sideways, nothing too small."""
    page.wait_for_load_state()
    found = list(faults(page, "ordinary"))
    assert not found, f"{page.url}\n" + "\n".join(found)


def test_founded_approved_joined_talked_in_and_left(
    phone: Any,
    desktop: Any,
    person: Callable,
    portal: Any,
    sign_in: Callable,
    drain: Callable,
    axe: Callable,
) -> None:
    person("lin", display="林秋雨")
    person("zhou", display="周叶")
    person("staff", display="小孟", roles=("staff",))
    sign_in(phone, "lin", after="/circles/")
    _sound(phone)
    phone.get_by_role("link", name="创建圈子").first.click()
    phone.get_by_label("名称").fill("银杏舞队")
    phone.get_by_label("一句话介绍").fill("每天早上七点，广场见。")
    phone.get_by_label("兴趣").fill("广场舞")
    phone.get_by_label("由哪个社区审核").select_option(label="银杏里社区")
    _sound(phone)
    phone.get_by_role("button", name="提交审核").click()
    expect(phone.get_by_text("社区正在审核")).to_be_visible()
    _sound(phone)

    circle = Circle.objects.get()
    sign_in(desktop, "staff", after=item_of(circle).get_absolute_url())
    expect(desktop.get_by_role("heading", name="银杏舞队").first).to_be_visible()
    desktop.get_by_role("button", name="通过").first.click()
    desktop.wait_for_load_state()
    drain()
    circle.refresh_from_db()
    assert circle.state == "live"

    desktop.context.clear_cookies()
    sign_in(desktop, "zhou", after="/")
    desktop.get_by_role("navigation", name="主导航").get_by_role("link", name="圈子").click()
    axe(desktop)
    desktop.get_by_role("button", name="加入").click()
    expect(desktop.get_by_text("已加入“银杏舞队”。")).to_be_visible()
    expect(desktop.get_by_role("button", name="撤销")).to_be_visible()
    axe(desktop)
    desktop.get_by_role("link", name="银杏舞队").click()
    desktop.get_by_label("想和圈友说的话").fill("元旦跳什么？")
    desktop.get_by_text("发起投票").click()
    desktop.get_by_label("选项 1", exact=True).fill("茉莉花")
    desktop.get_by_label("选项 2", exact=True).fill("最炫民族风")
    axe(desktop)
    desktop.get_by_role("button", name="发布").click()
    expect(desktop.get_by_text("元旦跳什么？")).to_be_visible()
    axe(desktop)

    phone.goto(circle.get_absolute_url())
    phone.get_by_label("茉莉花").check()
    phone.get_by_role("button", name="投票", exact=True).click()
    expect(phone.get_by_text("1 人投票，不记名")).to_be_visible()
    _sound(phone)
    phone.locator("article.post time").first.click()
    phone.get_by_role("button", name="置顶", exact=True).click()
    expect(phone.get_by_role("button", name="取消置顶")).to_be_visible()
    _sound(phone)
    for tab in ("members", "waiting", "files", "about", "edit"):
        phone.goto(f"{circle.get_absolute_url()}{tab}/")
        _sound(phone)
    phone.goto(f"{circle.get_absolute_url()}members/")
    phone.get_by_role("button", name="生成邀请链接和海报").click()
    expect(phone.get_by_role("img", name="扫码加入圈子的二维码")).to_be_visible()
    _sound(phone)

    desktop.goto(circle.get_absolute_url())
    expect(desktop.get_by_role("region", name="置顶")).to_be_visible()
    desktop.locator("header.circle-head summary").click()
    desktop.get_by_role("button", name="退出").click()
    expect(desktop.get_by_text("已退出“银杏舞队”。")).to_be_visible()
    axe(desktop)
    circle.refresh_from_db()
    assert circle.member_count == 1


@pytest.mark.row("G1", "G2")
def test_a_group_is_begun_and_shown_on_the_portal(
    phone: Any, person: Callable, portal: Any, sign_in: Callable, places: dict
) -> None:
    person("lin", display="林秋雨")
    sign_in(phone, "lin", after="/groups/")
    _sound(phone)
    phone.get_by_role("link", name="建一个群组").click()
    phone.get_by_label("名称").fill("夕阳合唱团")
    phone.get_by_label("一句话介绍").fill("周三唱歌。")
    phone.get_by_label("对辖区人员公开").check()
    _sound(phone)
    phone.get_by_role("button", name="建好群组").click()
    phone.get_by_role("button", name="申请上首页").click()
    expect(phone.get_by_role("button", name="审核中，点此撤回")).to_be_visible()
    _sound(phone)
