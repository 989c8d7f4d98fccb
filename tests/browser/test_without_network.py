"""Without a network a phone shows what every visitor may read, and one person's agenda to her alone (U1)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from foundation.core.pages import agenda
from tests.conftest import PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.row("U1")]


@pytest.fixture
def phone(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """A phone on which the worker may run: localhost counts as secure."""
    origin = live_server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=origin, viewport=PHONE, service_workers="allow")
    yield context
    context.close()


@pytest.fixture
def waiting(monkeypatch: Any) -> None:
    monkeypatch.setattr(
        agenda,
        "_sources",
        [lambda user: [agenda.Entry(words=f"{user.display_name}的事", url="/feed/", waits=True)]],
    )


def ready(page: Page) -> None:
    """Wait until the worker has everything that it keeps."""
    page.wait_for_function("navigator.serviceWorker.controller !== null", timeout=20_000)
    page.wait_for_function(
        "async () => Boolean(await (await caches.open('public')).match('/offline/'))", timeout=20_000
    )


def sign_in(page: Page, name: str) -> None:
    page.goto("/account/login/")
    page.fill("[name=login]", f"{name}@example.org")
    page.fill("[name=password]", f"pw-{name}-2026")
    page.locator("main form button.btn--lg, main form .btn").first.click()
    page.wait_for_url(lambda address: "/account/login/" not in address)


def test_telephones_and_notices_are_read_without_a_network(
    phone: BrowserContext, community: dict[str, str]
) -> None:
    page = phone.new_page()
    page.goto("/")
    ready(page)
    page.goto(community["notice"])
    expect(page.locator("h1")).to_have_text("六七八号楼停水")
    page.wait_for_function(
        "async address => Boolean(await (await caches.open('public')).match(address))",
        arg=community["notice"],
    )
    phone.set_offline(True)
    page.goto("/feed/")
    expect(page.locator("h1")).to_have_text("现在没有网络")
    page.get_by_role("link", name="六七八号楼停水").click()
    expect(page.locator("h1")).to_have_text("六七八号楼停水")


@pytest.mark.deny
def test_nobody_reads_another_one_s_agenda_or_page(
    phone: BrowserContext, community: dict[str, str], waiting: None
) -> None:
    page = phone.new_page()
    sign_in(page, "lin")
    page.goto("/agenda/")
    ready(page)
    expect(page.get_by_text("林秋雨的事")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="存在这台设备上").click()
    page.wait_for_function("async () => Boolean(await (await caches.open('own')).match('/agenda/'))")
    phone.set_offline(True)
    page.goto("/agenda/")
    expect(page.get_by_text("林秋雨的事")).to_be_visible()
    phone.set_offline(False)
    # What is kept for everybody was never read with her session.
    kept = page.evaluate(
        """async () => {
            const store = await caches.open("public"), texts = [];
            for (const request of await store.keys()) texts.push(await (await store.match(request)).text());
            return texts.join();
        }"""
    )
    assert "林秋雨的事" not in kept
    assert "data-person" not in kept
    phone.clear_cookies()
    sign_in(page, "zhou")
    page.goto("/news/")
    page.wait_for_function(
        "async () => !(await (await caches.open('own')).match('/agenda/'))", timeout=20_000
    )
    phone.set_offline(True)
    page.goto("/agenda/")
    expect(page.locator("h1")).to_have_text("现在没有网络")


def test_signing_out_takes_the_agenda_away(
    phone: BrowserContext, community: dict[str, str], waiting: Callable
) -> None:
    page = phone.new_page()
    sign_in(page, "lin")
    page.goto("/agenda/")
    ready(page)
    page.reload()
    page.get_by_role("button", name="存在这台设备上").click()
    page.wait_for_function("async () => Boolean(await (await caches.open('own')).match('/agenda/'))")
    phone.clear_cookies()
    page.goto("/")
    page.wait_for_function(
        "async () => !(await (await caches.open('own')).match('/agenda/'))", timeout=20_000
    )
