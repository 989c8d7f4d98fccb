"""How the site behaves in the hand: without scripts, by keyboard, pressed twice, left and come back to."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect


@pytest.fixture
def bare(desktop: Any, chromium: Any, live_server: Any) -> Iterator[Any]:
    """A page in a browser that runs no scripts."""
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    yield context.new_page()
    context.close()


@pytest.mark.row("A1", "A2", "A3")
def test_signing_up_needs_no_script(bare: Any, portal: Any, places: dict) -> None:
    """What is wrong is said in words, with what was typed still there; then it goes through."""
    from foundation.accounts.models import User

    bare.goto("/account/signup/")
    bare.fill("[name=email]", "qiuyu@example.org")
    bare.fill("[name=password1]", "ginkgo-leaves-1958")
    bare.fill("[name=real_name]", "林秋雨")
    bare.get_by_label("女").check()
    bare.fill("[name=birthday]", "1958-06-07")
    bare.fill("[name=number]", "110102195806071244")
    bare.fill("[name=phone]", "13900001234")
    bare.select_option("[name=place]", label="银杏里社区")
    bare.get_by_label("我同意").check()
    bare.get_by_role("button", name="注册").click()
    expect(bare.get_by_role("alert")).to_contain_text("证件号码")
    expect(bare.locator("[name=real_name]")).to_have_value("林秋雨")
    bare.fill("[name=number]", "110102195806071243")
    bare.fill("[name=password1]", "ginkgo-leaves-1958")
    bare.get_by_role("button", name="注册").click()
    expect(bare.get_by_role("heading", name="请查收激活邮件")).to_be_visible()
    assert User.objects.filter(email="qiuyu@example.org").count() == 1


@pytest.mark.row("S2", "P1")
def test_writing_needs_no_script(bare: Any, community: dict, sign_in: Callable) -> None:
    """A status with a picture, a like and a comment by plain forms."""
    sign_in(bare, "lin")
    bare.goto("/feed/post/")
    bare.get_by_label("今天有什么想和邻居说的？").fill("没有脚本也能发")
    bare.get_by_role("button", name="发布").click()
    expect(bare.get_by_text("已发布。")).to_be_visible()
    bare.get_by_label("写评论").fill("也能评论")
    bare.get_by_role("button", name="发表").click()
    expect(bare.locator(".talk__item", has_text="也能评论")).to_be_visible()
    bare.get_by_role("button", name="赞，已有 0 个").click()
    expect(bare.get_by_role("button", name="赞，已有 1 个")).to_be_visible()


@pytest.mark.row("S2")
def test_pressing_twice_posts_once(phone: Any, community: dict, sign_in: Callable) -> None:
    """A double click, and a second copy of the form sent from another tab."""
    from foundation.social.models import Post

    sign_in(phone, "lin")
    phone.goto("/feed/post/")
    phone.get_by_label("今天有什么想和邻居说的？").fill("只有一条")
    copy = phone.evaluate("""() => [...new FormData(document.querySelector("form.compose"))]
        .filter(([name, value]) => typeof value === "string").map(pair => pair)""")
    phone.get_by_role("button", name="发布").dblclick()
    expect(phone.get_by_text("已发布。")).to_be_visible()
    again = phone.request.post(
        "/feed/post/", form=dict(copy), headers={"Referer": phone.url}, max_redirects=0
    )
    assert again.status == 302
    assert Post.objects.filter(text="只有一条").count() == 1


@pytest.mark.row("S2", "P1")
def test_what_is_typed_stands_there_again(phone: Any, community: dict, sign_in: Callable) -> None:
    """A text that was left behind waits as a draft, for statuses and for comments."""
    sign_in(phone, "lin")
    for path, label in (("/feed/post/", "今天有什么想和邻居说的？"), (community["article"], "写评论")):
        phone.goto(path)
        with phone.expect_response("**/social/draft/"):
            phone.get_by_label(label).fill("写到一半，锅开了")
            phone.get_by_label(label).blur()
        phone.goto("/news/")
        phone.goto(path)
        expect(phone.get_by_label(label)).to_have_value("写到一半，锅开了")


@pytest.mark.row("U2")
def test_the_way_in_by_keyboard(desktop: Any, community: dict) -> None:
    """The first stop leads to the content; each stop is visible and not hidden under the bar on top."""
    desktop.goto("/news/")
    desktop.keyboard.press("Tab")
    expect(desktop.get_by_role("link", name="跳到正文")).to_be_focused()
    desktop.keyboard.press("Enter")
    expect(desktop.locator("main")).to_be_focused()
    for _stop in range(12):
        desktop.keyboard.press("Tab")
        seen = desktop.evaluate("""() => {
            const one = document.activeElement, box = one.getBoundingClientRect()
            const ring = one.matches(".search input") ? one.closest(".search") : one
            const style = getComputedStyle(ring)
            const under = one.closest("header") ? 0 : document.querySelector(".site-head").getBoundingClientRect().bottom
            return { what: one.outerHTML.slice(0, 90), ring: parseFloat(style.outlineWidth), style: style.outlineStyle,
                     clear: box.top >= under - 1 && box.bottom <= innerHeight + 1 }
        }""")
        assert seen["ring"] >= 2, seen
        assert seen["style"] != "none", seen
        assert seen["clear"], seen


@pytest.mark.row("U3")
def test_day_and_night_are_remembered(desktop: Any, community: dict) -> None:
    """Pressed once, dark on every page until pressed again."""
    desktop.goto("/")
    expect(desktop.locator("html")).to_have_attribute("data-theme", "light")
    desktop.get_by_role("banner").get_by_role("button", name="切换深浅色").click()
    desktop.goto("/news/")
    expect(desktop.locator("html")).to_have_attribute("data-theme", "dark")
    assert desktop.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(24, 21, 18)"


@pytest.mark.row("U2", "S2")
def test_pictures_large_by_keyboard(desktop: Any, community: dict) -> None:
    """Enter opens, arrows go round, Escape closes and the focus is where it was."""
    desktop.goto(community["status"])
    first = desktop.locator(".pics a").first
    first.focus()
    desktop.keyboard.press("Enter")
    box = desktop.get_by_role("dialog", name="看大图")
    expect(box).to_be_visible()
    expect(box.get_by_role("img", name="树")).to_be_visible()
    expect(box).to_contain_text("1 / 3")
    desktop.keyboard.press("ArrowLeft")
    expect(box).to_contain_text("3 / 3")
    desktop.keyboard.press("ArrowRight")
    desktop.keyboard.press("ArrowRight")
    expect(box).to_contain_text("2 / 3")
    desktop.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(first).to_be_focused()


@pytest.mark.row("A1", "A4", "S9")
@pytest.mark.deny
def test_a_visitor_is_brought_to_the_door_and_back(phone: Any, community: dict, person: Callable) -> None:
    """The feed needs an account: sign in, and be where one wanted to go; a wrong password says so and no more."""
    phone.goto("/feed/")
    phone.wait_for_url("**/account/login/**")
    phone.fill("[name=login]", "lin")
    phone.fill("[name=password]", "wrong")
    phone.locator("main form button").first.click()
    expect(phone.get_by_role("alert")).to_be_visible()
    phone.fill("[name=password]", "pw-lin-2026")
    phone.locator("main form button").first.click()
    phone.wait_for_url("**/feed/")
    expect(phone.get_by_role("heading", name="邻里动态")).to_be_visible()


@pytest.mark.row("U4", "A1")
def test_the_demo_lists_its_accounts_and_lets_them_in(
    phone: Any, portal: Any, settings: Any, axe: Callable
) -> None:
    """The sign-in page names everybody; each bare name and the one password open the door."""
    from allauth.account.models import EmailAddress

    from foundation.accounts.models import User
    from linli.demo.accounts import ACCOUNTS, PASSWORD

    settings.DEMO = True
    settings.ACCOUNT_LOGIN_METHODS = {"email", "phone", "username"}
    for name, _who in ACCOUNTS:
        user = User.objects.create_user(name, f"{name}@demo.example", PASSWORD, display_name=name)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    phone.goto("/account/login/")
    shown = phone.locator(".demo-list dt").all_inner_texts()
    assert shown == [name for name, _who in ACCOUNTS]
    axe(phone)
    phone.fill("[name=login]", "resident")
    phone.fill("[name=password]", phone.locator("#demo-accounts + p code").inner_text())
    phone.locator("main form button").first.click()
    phone.wait_for_url("**/")
    expect(phone.get_by_label("我的：resident")).to_be_visible()
