"""An idea from the telephone of its author to the road map, with a neighbour and staff between (O3)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from feedback.models import Category, Idea
from tests.browser.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.row("O3")]


def _sound(page: Any) -> None:
    """Nothing for axe to find, by day and by night, at two sizes; nothing sideways, nothing too small."""
    page.wait_for_load_state()
    found = list(faults(page, "ordinary"))
    assert not found, f"{page.url}\n" + "\n".join(found)


def test_written_with_a_screenshot_supported_answered_and_on_the_road_map(
    phone: Any,
    desktop: Any,
    person: Callable,
    portal: Any,
    sign_in: Callable,
    drain: Callable,
    axe: Callable,
    picture: Callable,
    tmp_path: Path,
) -> None:
    Category.objects.get_or_create(name="公共设施")
    person("lin", display="林秋雨")
    person("zhou", display="周叶")
    person("staff", display="小孟", roles=("staff",))
    shot = tmp_path / "bench.jpg"
    shot.write_bytes(picture("bench.jpg").read())

    sign_in(phone, "lin", after="/feedback/")
    _sound(phone)
    phone.get_by_role("link", name="提建议").first.click()
    _sound(phone)
    phone.get_by_label("一句话说说您的建议").fill("广场东边装两张长椅")
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("分类").select_option(label="公共设施")
    phone.get_by_label("详细说明").fill("最近的椅子在南门，腿脚不好的走不过去。")
    phone.get_by_label("照片或截图").set_input_files(shot)
    phone.get_by_label("这张照片上有什么").fill("空地上没有椅子")
    _sound(phone)
    phone.get_by_role("button", name="提交建议").click()
    expect(phone.get_by_role("heading", name="广场东边装两张长椅")).to_be_visible()
    drain()
    phone.reload()
    expect(phone.get_by_role("img", name="空地上没有椅子")).to_be_visible()
    _sound(phone)
    idea = Idea.objects.get()

    sign_in(desktop, "zhou", after="/feedback/new/?title=放长椅")
    expect(desktop.get_by_text("这些是不是您想说的？")).to_be_visible()
    axe(desktop)
    desktop.goto("/feedback/")
    button = desktop.get_by_role("button", name="支持“广场东边装两张长椅”")
    button.click()
    expect(desktop.get_by_role("button", name="已有 2 人支持")).to_have_attribute("aria-pressed", "true")
    axe(desktop)

    desktop.context.clear_cookies()
    sign_in(desktop, "staff", after=f"/admin/feedback/{idea.public_id}/")
    axe(desktop)
    desktop.get_by_label("接下来").select_option(label="列入计划")
    desktop.get_by_role("textbox", name="答复").fill("现场看过了，下个月装。")
    desktop.get_by_role("button", name="发布答复").click()
    expect(desktop.get_by_text("现场看过了，下个月装。").first).to_be_visible()
    axe(desktop)
    for path in ("", "categories/"):
        desktop.goto(f"/admin/feedback/{path}")
        axe(desktop)

    phone.goto("/feedback/roadmap/")
    expect(phone.get_by_role("region", name="已列入计划").get_by_text("广场东边装两张长椅")).to_be_visible()
    _sound(phone)
    phone.get_by_role("link", name="广场东边装两张长椅").click()
    expect(phone.get_by_text("现场看过了，下个月装。")).to_be_visible()
    _sound(phone)
    phone.goto("/notifications/")
    expect(phone.get_by_text("您的建议有了答复")).to_be_visible()


def test_without_scripts_a_vote_is_a_press_of_a_button(
    chromium: Any, live_server: Any, transactional_db: None, person: Callable, portal: Any, places: dict
) -> None:
    from feedback.domain import writing

    category = Category.objects.get_or_create(name="公共设施")[0]
    author = person("lin")
    person("zhou")
    idea = writing.write_idea(by=author, place=places["ginkgo"], category=category, title="装长椅")
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/account/login/?next=/feedback/")
    page.fill("[name=login]", "zhou")
    page.fill("[name=password]", "pw-zhou-2026")
    page.click("main form button")
    page.wait_for_url("**/feedback/")
    page.get_by_role("button", name="支持“装长椅”").click()
    expect(page.get_by_role("button", name="已有 2 人支持")).to_be_visible()
    page.get_by_role("button", name="支持“装长椅”").click()
    expect(page.get_by_role("button", name="已有 1 人支持")).to_be_visible()
    context.close()
    idea.refresh_from_db()
    assert idea.vote_count == 1
