"""Small acts with scripts: sharing, liking, pasting, choosing photographs, menus."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.row("S2")
LABEL = "今天有什么想和邻居说的？"


@pytest.mark.row("U2", "U3")
def test_sharing_opens_under_the_row(phone: Any, community: dict, sign_in: Callable, axe: Callable) -> None:
    """From a list and from the page itself; one of its own, seen by axe, closed again, sent."""
    sign_in(phone, "zhou", after="/feed/")
    phone.locator(".post", has_text="早上六点").get_by_role("link", name="转发").first.click()
    form = phone.get_by_role("form", name="转发")
    expect(form).to_be_visible()
    axe(phone)
    row, box = phone.locator(".post__act").bounding_box(), form.bounding_box()
    assert box["y"] >= row["y"] + row["height"] - 12
    assert box["width"] > 300
    form.get_by_role("link", name="不转发了").click()
    expect(form).to_be_hidden()
    phone.get_by_role("link", name="转发").click()
    form.get_by_label("想说的话").fill("一起去看")
    form.get_by_role("button", name="转发到我的空间").click()
    expect(phone.get_by_text("已转发到您的空间。")).to_be_visible()


@pytest.mark.row("U2")
def test_a_like_keeps_the_focus(desktop: Any, community: dict, sign_in: Callable) -> None:
    sign_in(desktop, "zhou")
    desktop.goto(community["status"])
    button = desktop.get_by_role("button", name="赞，已有 1 个")
    button.focus()
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_role("button", name="赞，已有 0 个")).to_be_focused()


@pytest.mark.deny
@pytest.mark.row("A1")
def test_a_like_after_the_session_ended_leads_to_the_door_and_back(
    phone: Any, community: dict, sign_in: Callable
) -> None:
    sign_in(phone, "zhou")
    phone.goto(community["status"])
    phone.context.clear_cookies(name="sessionid")
    phone.get_by_role("button", name="赞，已有 1 个").click()
    phone.wait_for_url("**/account/login/?next=**")
    phone.fill("[name=login]", "zhou")
    phone.fill("[name=password]", "pw-zhou-2026")
    phone.locator("main form button").first.click()
    phone.wait_for_url(f"**{community['status']}")


@pytest.mark.deny
def test_a_refused_like_says_one_sentence(
    phone: Any, community: dict, sign_in: Callable, axe: Callable
) -> None:
    """The card stays as it is; also where the server does not answer at all."""
    sign_in(phone, "new")
    phone.goto(community["status"])
    button = phone.get_by_role("button", name="赞，已有 1 个")
    button.click()
    expect(phone.get_by_role("alert")).to_contain_text("完成实名认证后")
    expect(button).to_be_visible()
    axe(phone)
    phone.route("**/like/", lambda route: route.fulfill(status=500, body="<html><h1>Oops</h1></html>"))
    button.click()
    expect(phone.get_by_role("alert")).to_contain_text("没有成功")
    expect(phone.get_by_text("Oops")).to_have_count(0)


def test_what_is_pasted_is_kept_counted_and_not_sent(
    phone: Any, community: dict, sign_in: Callable, axe: Callable
) -> None:
    """Code points, as the server counts: an emoji is one."""
    sign_in(phone, "lin")
    for path, label, limit in (("/feed/post/", LABEL, 500), (community["article"], "写评论", 1000)):
        phone.goto(path)
        field = phone.get_by_label(label)
        counter = phone.locator(f"[data-count-for='{field.get_attribute('id')}']")
        field.focus()
        phone.keyboard.insert_text("🍂" * (limit + 1))
        expect(counter).to_contain_text(f"{limit + 1} / {limit} · 最多 {limit} 个字")
        axe(phone)
        phone.get_by_role("button", name="发布" if limit == 500 else "发表").click()
        assert phone.url.endswith(path)
        assert field.evaluate("field => field.validationMessage").startswith(f"最多 {limit} 个字")
        phone.keyboard.press("Backspace")
        expect(counter).to_have_text(f"{limit} / {limit}")
        assert field.evaluate("field => field.validationMessage") == ""


def test_of_too_many_photographs_the_good_ones_stay(
    phone: Any, community: dict, sign_in: Callable, picture: Callable
) -> None:
    """Too many, one too large, only one too large: said, and no text goes without its picture unasked."""
    good = picture().read()

    def choose(*names: str) -> None:
        phone.evaluate(
            """([input, good, names]) => {
                const kept = new DataTransfer()
                for (const name of names) kept.items.add(new File([name.startsWith("heavy") ? new Uint8Array(10485761)
                    : Uint8Array.from(good)], name, { type: "image/jpeg" }))
                input = document.querySelector(input)
                input.files = kept.files
                input.dispatchEvent(new Event("change"))
            }""",
            ["[name=pictures]", list(good), names],
        )

    sign_in(phone, "lin")
    phone.goto("/feed/post/")
    problem, rows = phone.locator("[data-picture-problem]"), phone.locator("#chosen li")
    chosen = "() => [...document.querySelector('[name=pictures]').files].map(file => file.name)"
    choose(*(f"{number}.jpg" for number in range(10)))
    expect(problem).to_contain_text("只留下了前 9 张")
    assert phone.evaluate(chosen) == [f"{number}.jpg" for number in range(9)]
    expect(rows).to_have_count(9)
    choose("a.jpg", "heavy.jpg", "b.jpg")
    expect(problem).to_contain_text("“heavy.jpg”超过 10 MB")
    assert phone.evaluate(chosen) == ["a.jpg", "b.jpg"]
    choose("heavy.jpg")
    phone.get_by_label(LABEL).fill("银杏黄了")
    asked: list[str] = []
    phone.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    phone.get_by_role("button", name="发布").click()
    assert "没有照片，仍然发布吗" in asked[0]
    assert phone.url.endswith("/feed/post/")
    choose("a.jpg")
    expect(problem).to_be_hidden()
    phone.get_by_role("button", name="发布").click()
    expect(phone.get_by_text("照片处理中")).to_have_count(1)


@pytest.mark.row("U2")
def test_a_menu_closes_by_escape_and_by_a_click_elsewhere(
    desktop: Any, community: dict, sign_in: Callable
) -> None:
    sign_in(desktop, "lin")
    face = desktop.locator(".site-head .menu > summary")
    way = desktop.get_by_role("link", name="退出登录")
    face.focus()
    desktop.keyboard.press("Enter")
    expect(way).to_be_visible()
    desktop.keyboard.press("Tab")
    desktop.keyboard.press("Escape")
    expect(way).to_be_hidden()
    expect(face).to_be_focused()
    face.click()
    expect(way).to_be_visible()
    desktop.locator("main").click(position={"x": 4, "y": 4})
    expect(way).to_be_hidden()
