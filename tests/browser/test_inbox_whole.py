"""The inbox and reports as hands meet them: bulk by keyboard, a report from the phone, the way to an appeal (O1, O2)."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect


@pytest.mark.row("O1")
def test_the_list_by_keyboard_and_many_at_once(
    desktop: Any, community: dict, sign_in: Callable, article: Callable, axe: Callable
) -> None:
    from foundation.accounts.models import User
    from foundation.moderation.models import ReviewItem
    from foundation.social.domain.comments import comment

    page = article("第二篇")
    for number in range(3):
        comment(by=User.objects.get(username="zhou"), target=page, text=f"第 {number} 条")
    sign_in(desktop, "staff", after="/admin/reviews/")
    desktop.wait_for_timeout(900)
    desktop.keyboard.press("?")
    expect(desktop.get_by_role("dialog")).to_be_visible()
    axe(desktop)
    desktop.keyboard.press("Escape")
    for _row in range(2):
        desktop.keyboard.press("j")
        desktop.keyboard.press("x")
    expect(desktop.locator("input[name=pick]:checked")).to_have_count(2)
    desktop.get_by_role("button", name="通过勾选的").click()
    expect(desktop.get_by_text("已通过 2 项。")).to_be_visible()
    assert ReviewItem.objects.filter(state="waiting").count() == 2
    axe(desktop)


@pytest.mark.row("O2")
def test_from_the_report_to_the_appeal(phone: Any, community: dict, sign_in: Callable, axe: Callable) -> None:
    from foundation.accounts.models import User
    from foundation.moderation.models import ReviewItem

    sign_in(phone, "zhou")
    phone.goto(community["status"])
    phone.get_by_role("link", name="举报").first.click()
    axe(phone)
    phone.get_by_label("广告、刷屏").check()
    phone.get_by_role("button", name="提交举报").click()
    expect(phone.get_by_text("已收到，工作人员会尽快查看")).to_be_visible()
    phone.context.clear_cookies()
    sign_in(phone, "staff", after="/admin/reviews/?kind=case")
    phone.locator(".review-list a").first.click()
    phone.locator(".review-form").wait_for()
    axe(phone)
    phone.select_option("[name=action]", "mute")
    phone.locator("#id_reason").fill("广告请发到供求。")
    phone.get_by_role("button", name="举报成立").click()
    expect(phone.get_by_text("已通过。").or_(phone.get_by_text("都处理完了。")).first).to_be_visible()
    assert ReviewItem.objects.get(kind="case").state == "approved"
    phone.context.clear_cookies()
    sign_in(phone, "lin")
    phone.goto(community["status"])
    expect(phone.get_by_text("已被社区隐藏").first).to_be_visible()
    axe(phone)
    phone.get_by_role("link", name="查看原因和申诉办法").first.click()
    axe(phone)
    phone.get_by_role("link", name="我要申诉").click()
    phone.get_by_label("想说的话").fill("只是转告邻居")
    phone.get_by_role("button", name="提交申诉").click()
    expect(phone.get_by_text("会由另一位工作人员处理")).to_be_visible()
    axe(phone)
    assert ReviewItem.objects.filter(kind="appeal", state="waiting").exists()
    assert User.objects.get(username="lin").is_muted
