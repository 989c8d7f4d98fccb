"""Every page as it stands: nothing for axe to find, nothing that scrolls sideways, nothing too small to press."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

VISITOR = [
    "/",
    "/news/",
    "/notices/",
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
    "/nowhere/",
]
RESIDENT = [
    "/",
    "/feed/",
    "/feed/post/",
    "/notifications/",
    "/account/profile/",
    "/account/verification/",
    "/account/email/",
]
NEWCOMER = ["/feed/post/", "/account/profile/", "/account/verification/"]
NARROW = (320, 360, 390)
# Links in a sentence are as tall as their line; everything else is a target of its own.
TOO_SMALL = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")].filter(one => {
    const box = one.getBoundingClientRect()
    if (!box.width || !one.checkVisibility({ visibilityProperty: true }) || box.right < 0 || box.bottom < 0) return false
    if (one.closest(".vh, .skip, .prose, .sent, .alert, .errsum, .talk__who, .post__body, .post__shared")) return false
    if (one.matches("p a, dd a, small a, label a, .board a, .newslist a, .lead a, .post__who small a")
        && getComputedStyle(one).display === "inline") return false
    const label = one.matches("input") && one.closest("label")
    const whole = one.matches(".stretch") ? one.closest(".rel, li") : label || one
    const {width, height} = whole.getBoundingClientRect()
    // The line under a name is a sentence of links, apart from each other as WCAG 2.5.8 asks.
    const least = one.closest(".post__who small") ? 24 : 43.5
    return height < least || width < least
}).map(one => `${one.outerHTML.slice(0, 120)} ${JSON.stringify(one.getBoundingClientRect())}`)"""


def _everywhere(page: Any, community: dict[str, str], sign_in: Callable, look: Callable[[], None]) -> None:
    """Open every page as a visitor, as a resident and as somebody not verified yet."""
    for name, paths in ((None, VISITOR), ("lin", RESIDENT), ("new", NEWCOMER)):
        page.context.clear_cookies()
        if name:
            sign_in(page, name)
        for path in [*paths, *community.values()]:
            page.goto(path)
            look()


@pytest.mark.row("U2", "U3", "A1", "P1", "S1", "S2", "S9")
def test_axe_finds_nothing_on_a_phone(phone: Any, community: dict, sign_in: Callable, axe: Callable) -> None:
    _everywhere(phone, community, sign_in, lambda: axe(phone))


@pytest.mark.row("U2", "U3", "A1", "P1", "S1", "S2", "S9")
def test_axe_finds_nothing_on_a_desktop(
    desktop: Any, community: dict, sign_in: Callable, axe: Callable
) -> None:
    _everywhere(desktop, community, sign_in, lambda: axe(desktop))


@pytest.mark.row("U2", "P2", "A2")
def test_axe_finds_nothing_in_the_inbox(
    phone: Any, community: dict, sign_in: Callable, axe: Callable
) -> None:
    """List, one item, a refusal without a reason, what was decided."""
    sign_in(phone, "staff", after="/admin/reviews/")
    axe(phone)
    phone.locator(".review-list a").first.click()
    phone.locator(".review-form").wait_for()
    axe(phone)
    phone.get_by_role("button", name="不通过").click()
    expect(phone.get_by_role("alert")).to_be_visible()
    axe(phone)
    phone.goto("/admin/reviews/?state=decided")
    axe(phone)


@pytest.mark.row("U3")
def test_nothing_scrolls_sideways_and_everything_can_be_pressed(
    phone: Any, community: dict, sign_in: Callable
) -> None:
    """At 320, 360 and 390 px; a target is at least 44 px wide and high."""
    found: list[str] = []

    def look() -> None:
        found.extend(f"{phone.url} {one}" for one in phone.evaluate(TOO_SMALL))
        for width in NARROW:
            phone.set_viewport_size({"width": width, "height": 844})
            wide = phone.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                found.append(f"{phone.url} is {wide} px wide at {width}")

    _everywhere(phone, community, sign_in, look)
    assert not found, "\n".join(found)


@pytest.mark.row("U2", "U3")
def test_elder_mode_is_large_remembered_and_left_again(phone: Any, community: dict, axe: Callable) -> None:
    """A plain link on every page; type of 24 px, targets of 60, nothing cut off, and the way back."""
    phone.goto("/news/")
    phone.get_by_role("link", name="长辈版", exact=True).click()
    phone.wait_for_url("**/news/")
    for path in ("/", "/news/", community["article"], community["space"], "/account/signup/"):
        phone.goto(path)
        assert phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == pytest.approx(
            24, abs=0.1
        )
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        bar = phone.locator(".tabbar")
        assert bar.bounding_box()["height"] < 100
        assert all(box.bounding_box()["height"] >= 60 for box in bar.locator("a:visible").all())
        axe(phone)
    phone.get_by_role("link", name="普通版").click()
    phone.wait_for_url("**/account/signup/")
    expect(phone.locator("html")).not_to_have_attribute("data-mode", "elder")


@pytest.mark.row("U3")
def test_the_navigation_of_elder_mode_does_not_break_words(desktop: Any, community: dict) -> None:
    """From the narrowest desktop on, every entry stands on one line."""
    desktop.goto("/mode/elder/?next=/")
    for width in (960, 1280):
        desktop.set_viewport_size({"width": width, "height": 900})
        heights = {round(link.bounding_box()["height"]) for link in desktop.locator(".site-nav a").all()}
        assert heights == {60}
        assert desktop.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.row("O1", "A2")
@pytest.mark.deny
def test_a_key_held_down_decides_on_nothing_unseen(desktop: Any, community: dict, sign_in: Callable) -> None:
    from foundation.moderation.models import ReviewItem

    sign_in(desktop, "staff", after="/admin/reviews/")
    desktop.locator(".review-list a").first.click()
    desktop.locator(".review-form").wait_for()
    waiting = ReviewItem.objects.filter(state="waiting").count()
    pressed = "repeat => document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', repeat, bubbles: true}))"
    desktop.reload(wait_until="domcontentloaded")
    desktop.evaluate(pressed, False)  # just opened
    desktop.wait_for_timeout(1000)
    desktop.evaluate(pressed, True)  # still held down
    desktop.wait_for_timeout(300)
    assert ReviewItem.objects.filter(state="waiting").count() == waiting
    desktop.evaluate(pressed, False)
    desktop.get_by_text("已通过。").wait_for()
    assert ReviewItem.objects.filter(state="waiting").count() == waiting - 1
