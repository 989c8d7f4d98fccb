"""Every page as it stands: nothing for axe to find, nothing that scrolls sideways, nothing too small to press."""

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from foundation.accounts.models import User
from tests.access.resolver import cases
from tests.browser.looks import DESK, PHONE, SET_THEME, faults, run_axe

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
TYPE = "parseFloat(getComputedStyle(document.body).fontSize)"
# Of those that the table of routes gives to everybody, these are no pages.
NO_PAGES = {
    "healthz",
    "readyz",
    "robots",
    "sitemap",
    "service_worker",
    "theme",
    "calendar_feed",
    "audit_head",
    "file",
    "spaces:export_book",
}
# What only staff see of the site, in the admin.
OFFICE = {
    "staff": [
        "/admin/reviews/",
        "/admin/reviews/words/",
        "/admin/reviews/sanctions/",
        "/admin/reviews/reasons/",
        "/admin/family/",
        "/admin/institutions/",
        "/admin/daily/",
        "/admin/daily/warn/",
        "/admin/daily/rules/",
        "/admin/daily/rules/new/",
    ],
    "admin": [
        "/admin/roles/",
        "/admin/rights/",
        "/admin/audit/",
        "/admin/audit/alarms/",
        "/admin/community/",
        "/admin/community/oversight/",
        "/admin/community/places/",
        "/admin/community/places/add/",
        "/admin/reviews/settings/",
    ],
}


def _enter(page: Any, name: str) -> None:
    """Begin a session without the form: signing in has tests of its own."""
    client = Client()
    client.force_login(User.objects.get(username=name))
    page.context.add_cookies(
        [
            {
                "name": "sessionid",
                "value": client.cookies["sessionid"].value,
                "url": page.evaluate("location.origin"),
            }
        ]
    )


def _resident_routes(community: dict[str, str]) -> list[str]:
    """Every page that the table of routes gives to a resident, by its own address."""
    words = {"owner": "lin", "post": community["status"].rstrip("/").rsplit("/", 1)[1], "topic": "秋天"}
    today = timezone.localdate()
    words |= {"near_day": f"{today}", "near_month": f"{today:%Y-%m}"}
    found = []
    for case in cases():
        shown = case.method == "GET" and case.expected["owner"] == "200" and case.route not in NO_PAGES
        if shown and not case.args.startswith(("{secret", "{picture")):
            with contextlib.suppress(KeyError):
                found.append(reverse(case.route, args=[p.format(**words) for p in case.args.split("/") if p]))
    return found


def _walk(page: Any, paths: Iterable[str], mode: str) -> list[str]:
    page.context.add_cookies(
        [{"name": "elder", "value": "1" if mode == "elder" else "0", "url": page.evaluate("location.origin")}]
    )
    found = []
    for path in dict.fromkeys(paths):
        answer = page.goto(path)
        # None: only the place on the same page changed.
        if answer is not None and not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        found += [f"{mode} {path} {what}" for what in faults(page, mode)]
    return found


@pytest.mark.row("U2", "U3", "A1", "P1", "P3", "P8", "S1", "S2", "S9", "S11", "A6", "A7")
@pytest.mark.parametrize("mode", ["ordinary", "elder"])
def test_every_page_of_a_resident_stands_up_to_everything(desktop: Any, community: dict, mode: str) -> None:
    """axe at two sizes, by day and night; targets; reflow at 320 px; text twice as large and spaced out."""
    desktop.goto("/healthz")
    _enter(desktop, "lin")
    paths = [*RESIDENT, *_resident_routes(community), *community.values()]
    assert len(set(paths)) > 25
    found = _walk(desktop, paths, mode)
    assert not found, "\n".join(found)


@pytest.mark.row("U2", "U3", "A1", "P1", "P3", "P8", "S1", "S2")
@pytest.mark.parametrize("mode", ["ordinary", "elder"])
def test_every_page_of_visitors_and_newcomers_does(desktop: Any, community: dict, mode: str) -> None:
    desktop.goto("/healthz")
    own = [path for name, path in community.items() if name != "guide"]
    found = _walk(desktop, [*VISITOR, *own], mode)
    _enter(desktop, "new")
    found += _walk(desktop, [*NEWCOMER, community["status"], community["space"]], mode)
    assert not found, "\n".join(found)


@pytest.mark.row("U2", "U3", "O1", "O6")
def test_axe_finds_nothing_in_the_office(desktop: Any, community: dict, person: Callable) -> None:
    """Every page that staff have in the admin, at the desk and on a phone, by day and by night."""
    person("admin", display="管理员", roles=("administrator",))
    found = []
    for name, paths in OFFICE.items():
        desktop.context.clear_cookies()
        desktop.goto("/healthz")
        _enter(desktop, name)
        for path in paths:
            answer = desktop.goto(path)
            assert answer.status == 200, (name, path, answer.status)
            for size in (DESK, PHONE):
                desktop.set_viewport_size(size)
                for theme in ("light", "dark"):
                    desktop.evaluate(SET_THEME, theme)
                    found += [f"{path} {size['width']} {theme} {what}" for what in run_axe(desktop)]
    assert not found, "\n".join(found)


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


@pytest.mark.row("U2", "U3")
def test_elder_mode_is_large_remembered_and_left_again(phone: Any, community: dict) -> None:
    """A plain link on every page; type of 24 px, up to 30, a bar that leaves room, and the way back."""
    phone.goto("/news/")
    phone.get_by_role("link", name="长辈版", exact=True).click()
    phone.wait_for_url("**/news/")
    for path in ("/", "/news/", "/account/signup/"):
        phone.goto(path)
        assert phone.evaluate(TYPE) == pytest.approx(24, abs=0.1)
        bar = phone.locator(".tabbar")
        assert bar.bounding_box()["height"] < 100
        assert all(box.bounding_box()["height"] >= 60 for box in bar.locator("a:visible").all())
    for words, size in (("特大", 30), ("大", 20), ("标准", 17), ("长辈", 24)):
        phone.get_by_text("字号", exact=True).click()
        phone.get_by_role("link", name=words, exact=True).click()
        phone.wait_for_url("**/account/signup/")
        assert phone.evaluate(TYPE) == pytest.approx(size, abs=0.1)
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
