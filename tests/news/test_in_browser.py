"""Notices and the editors' day in a browser: folding, four presses to an urgent word, nothing typed is lost (P2, P3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from foundation.core.access.scopes import PLACE, Scope
from foundation.core.models import PortalImage
from news.domain import urgent
from news.models import ArticlePage, NoticePage, NoticeReading
from tests.browser.looks import faults

pytestmark = [pytest.mark.browser]


def _sound(page: Any, mode: str = "ordinary") -> None:
    """Nothing for axe to find, nothing sideways, nothing too small."""
    page.wait_for_load_state()
    found = list(faults(page, mode))
    assert not found, f"{page.url}\n" + "\n".join(found)


# What is typed before the editor has taken down how the page began is part of that beginning.
WATCHING = "addEventListener('w-unsaved:watch-edits', () => { document.documentElement.dataset.watching = '' }, true)"


def _typing_counts(page: Any) -> None:
    page.wait_for_selector("html[data-watching]")


class Presses:
    """Counts what somebody really presses, on whatever page it is."""

    def __init__(self, page: Any) -> None:
        self.number = 0
        page.expose_function("pressed", self.one)
        page.add_init_script(
            "addEventListener('click', (event) => { if (event.isTrusted && event.detail) pressed(); }, true)"
        )

    def one(self) -> None:
        self.number += 1


@pytest.mark.row("P3")
def test_a_folded_urgent_notice_stays_folded_on_this_device_until_there_is_news(
    phone: Any, chromium: Any, live_server: Any, notice: Callable, person: Callable
) -> None:
    page = notice(
        "今晚十点起停水四小时，请提前储水，七号楼居民到东门取水", level="urgent", summary="请提前储水。"
    )
    editor = person("editor", roles=("editor",))
    phone.goto("/")
    band = phone.locator("[data-urgent]")
    expect(band.get_by_text("请提前储水。")).to_be_visible()
    _sound(phone)
    band.locator("summary").click()
    expect(band.get_by_text("请提前储水。")).to_be_hidden()
    assert band.bounding_box()["height"] < 60, "one line"
    _sound(phone)
    phone.goto("/news/")
    expect(band.get_by_text("请提前储水。")).to_be_hidden()
    urgent.add_update(page, text="提前到九点恢复", by=editor)
    phone.goto("/news/")
    expect(band.get_by_text("提前到九点恢复")).to_be_visible()
    other = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    plain = other.new_page()
    plain.goto("/")
    expect(plain.get_by_text("提前到九点恢复")).to_be_visible()
    other.close()
    urgent.add_update(page, text="", ends=True, by=editor)
    phone.goto("/news/")
    expect(band).to_have_count(0)
    phone.goto(page.url)
    expect(phone.get_by_text("这条公告已于")).to_be_visible()
    expect(phone.get_by_role("link", name="二维码海报")).to_be_visible()
    _sound(phone)


@pytest.mark.row("P3")
def test_four_presses_from_the_dashboard_to_an_urgent_notice_and_its_end(
    desktop: Any, portal: Any, person: Callable, sign_in: Callable
) -> None:
    person("editor", roles=("editor",))
    presses = Presses(desktop)
    sign_in(desktop, "editor", after="/admin/")
    presses.number = 0
    desktop.locator("main").get_by_role("link", name="紧急公告").click()
    desktop.get_by_label("标题").fill("燃气抢修，八号楼停气")
    desktop.get_by_label("摘要").fill("今天 14:00 到 18:00。")
    _sound(desktop)
    desktop.get_by_role("button", name="发布").click()
    expect(desktop.locator(".urgent__title")).to_contain_text("燃气抢修，八号楼停气")
    assert presses.number <= 4, presses.number
    page = NoticePage.objects.get()
    desktop.goto(f"/admin/notices/{page.public_id}/")
    _sound(desktop)
    desktop.get_by_role("button", name="解除公告").click()
    expect(desktop.get_by_text("公告已解除")).to_be_visible()
    desktop.goto("/")
    expect(desktop.locator("[data-urgent]")).to_have_count(0)


@pytest.mark.row("P2")
def test_six_presses_from_the_dashboard_to_an_article_with_a_new_picture(
    desktop: Any, portal: Any, person: Callable, sign_in: Callable, picture: Callable
) -> None:
    person("editor", roles=("editor",))
    presses = Presses(desktop)
    sign_in(desktop, "editor", after="/admin/")
    presses.number = 0
    desktop.add_init_script(WATCHING)
    desktop.get_by_role("link", name="写新闻").click()
    _typing_counts(desktop)
    desktop.get_by_role("textbox", name="标题").first.fill("银杏黄了")
    desktop.fill("[name=summary]", "周末来树下走走。")
    desktop.get_by_role("button", name="选择一个图片").first.click()
    desktop.get_by_role("tab", name="上传").click()
    # Choosing the file is one press more, in the system's own window.
    desktop.set_input_files(
        "#id_image-chooser-upload-file",
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(1200, 900)).read()},
    )
    presses.number += 1
    desktop.fill("#id_image-chooser-upload-title", "银杏大道")
    desktop.fill("#id_image-chooser-upload-description", "两排银杏，叶子全黄了")
    desktop.locator("#tab-upload button[type=submit]").click()
    desktop.locator(".modal-content").wait_for(state="detached")
    desktop.wait_for_url("**/edit/")
    desktop.get_by_role("button", name="提交给先审后发").click()
    desktop.wait_for_url("**/admin/pages/*/")
    assert presses.number <= 6, presses.number
    made = ArticlePage.objects.get()
    assert made.get_latest_revision_as_object().cover == PortalImage.objects.get()
    assert made.current_workflow_state is not None


@pytest.mark.row("P2")
def test_nothing_typed_is_lost_and_two_who_write_at_once_are_told(
    desktop: Any, chromium: Any, live_server: Any, article: Callable, person: Callable, sign_in: Callable
) -> None:
    page = article("银杏黄了")
    person("editor", display="李编辑", roles=("editor",))
    person("second", display="王编辑", roles=("editor",))
    address = f"/admin/pages/{page.pk}/edit/"
    desktop.add_init_script(WATCHING)
    sign_in(desktop, "editor", after=address)
    _typing_counts(desktop)
    assert desktop.locator("[data-session-end]").count() == 1, "the end of the session is said beforehand"
    with desktop.expect_response(lambda answer: address in answer.url and answer.request.method == "POST"):
        desktop.fill("[name=summary]", "自己存下来的一句话")
    desktop.on("dialog", lambda dialog: dialog.accept())
    desktop.goto(address)
    expect(desktop.locator("[name=summary]")).to_have_value("自己存下来的一句话")
    assert ArticlePage.objects.get(pk=page.pk).summary != "自己存下来的一句话", "readers see the old word"
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN")
    other = context.new_page()
    other.add_init_script(WATCHING)
    sign_in(other, "second", after=address)
    _typing_counts(other)
    other.locator(".w-editing-sessions__session").first.hover(timeout=20_000)
    expect(other.locator(".w-editing-sessions__name", has_text="李编辑").last).to_be_visible()
    with other.expect_response(lambda answer: address in answer.url and answer.request.method == "POST"):
        other.fill("[name=summary]", "王编辑的一句话")
    # What the first one types now is not written over it unseen.
    desktop.fill("[name=summary]", "李编辑又写的一句话")
    saved = desktop.locator('.w-editing-sessions [aria-label*="王编辑"]').first
    expect(saved).to_be_visible(timeout=30_000)
    other.reload()
    expect(other.locator("[name=summary]")).to_have_value("王编辑的一句话")
    context.close()


@pytest.mark.row("P2")
def test_the_findings_follow_what_is_typed(
    desktop: Any, notice: Callable, person: Callable, sign_in: Callable
) -> None:
    page = notice("供水", summary="请注意")
    person("editor", roles=("editor",))
    desktop.add_init_script(WATCHING)
    sign_in(desktop, "editor", after=f"/admin/pages/{page.pk}/edit/")
    _typing_counts(desktop)
    desktop.locator('[data-side-panel-toggle="checks"]').click()
    found = desktop.locator("[data-writing-checks]")
    expect(found).to_contain_text("哪一天")
    desktop.fill("[name=summary]", "周六 9:00 到 17:00 停水。")
    expect(found).not_to_contain_text("哪一天", timeout=20_000)


@pytest.mark.row("P3")
def test_a_resident_confirms_and_the_office_sees_it(
    phone: Any, desktop: Any, notice: Callable, person: Callable, places: dict, sign_in: Callable
) -> None:
    page = notice(
        "消防通道清理",
        must_read=True,
        level="important",
        summary="周日前请挪走杂物。",
        scope=Scope(PLACE, places["ginkgo"].path),
        valid_until=timezone.now() + timedelta(days=3),
    )
    person("lin", display="林秋雨")
    person("door", place="ginkgo-3")
    person("clerk", roles=("staff",))
    sign_in(phone, "lin", after="/")
    _sound(phone)
    phone.get_by_role("link", name="消防通道清理").first.click()
    phone.get_by_role("button", name="我已阅读").click()
    expect(phone.get_by_text("您已确认读过这条公告")).to_be_visible()
    _sound(phone)
    assert NoticeReading.objects.count() == 1
    sign_in(desktop, "clerk", after=f"/admin/notices/{page.public_id}/")
    expect(desktop.get_by_text("已读 1/3")).to_be_visible()
    _sound(desktop)
    desktop.get_by_role("button", name="提醒未读的 2 人").click()
    expect(desktop.get_by_text("已提醒 2 人")).to_be_visible()
    desktop.get_by_label("用途").fill("上门通知没有手机的老人")
    desktop.get_by_role("button", name="查看姓名").click()
    expect(desktop.get_by_text("实名door")).to_be_visible()
    _sound(desktop)
