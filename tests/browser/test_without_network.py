"""Without a network a phone shows what every visitor may read, and one person's agenda to her alone (U1)."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from foundation.core.pages import agenda

pytestmark = [pytest.mark.browser, pytest.mark.row("U1")]

# Everything that the device keeps of this site's pages, as one text.
KEPT = """async () => {
    const texts = [];
    for (const name of await caches.keys()) {
        if (name.startsWith("files-")) continue;
        const store = await caches.open(name);
        for (const request of await store.keys()) texts.push(request.url, await (await store.match(request)).text());
    }
    return texts.join("\\n");
}"""


@pytest.fixture(params=["phone", "desktop"])
def device(request: pytest.FixtureRequest) -> Page:
    """A telephone, and the computer at home."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def telephones(portal: Any) -> None:
    portal.home.body = [
        ("phones", {"title": "电话", "phones": [{"name": "物业", "number": "0571-5550-0119", "hours": ""}]})
    ]
    portal.home.save_revision().publish()


@pytest.fixture
def waiting(monkeypatch: Any) -> None:
    monkeypatch.setattr(
        agenda,
        "_sources",
        [lambda user: [agenda.Entry(words=f"{user.display_name}的事", url="/feed/", waits=True)]],
    )


def _until(page: Page, holds: str, *given: str) -> None:
    """Wait until something holds; asked from outside, for the policy of the page lets nothing wait within it."""
    for _turn in range(200):
        if page.evaluate(holds, given):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never came true: {holds} {given}")


def _until_kept(page: Page, address: str, store: str = "public") -> None:
    _until(
        page, "async ([store, path]) => Boolean(await (await caches.open(store)).match(path))", store, address
    )


def _until_gone(page: Page, address: str) -> None:
    _until(page, "async ([path]) => !(await (await caches.open('own')).match(path))", address)


def _ready(page: Page) -> None:
    """Wait until the worker has everything that it keeps."""
    _until(page, "() => navigator.serviceWorker.controller !== null")
    _until_kept(page, "/offline/")


def _keep_agenda(page: Page) -> None:
    page.goto("/agenda/")
    _ready(page)
    page.get_by_role("button", name="存在这台设备上").click()
    _until_kept(page, "/agenda/", store="own")


def test_it_can_be_put_on_the_home_screen(device: Page, portal: Any) -> None:
    """What a browser asks for before it offers that: a manifest, icons of the size they say, a worker."""
    device.goto("/")
    told = device.evaluate(
        "async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json()"
    )
    assert told["display"] == "standalone"
    for icon in told["icons"]:
        size = device.evaluate(
            "async address => { const i = new Image(); i.src = address; await i.decode(); return `${i.width}x${i.height}` }",
            icon["src"],
        )
        assert size == icon["sizes"]
    _ready(device)


def test_telephones_and_notices_are_read_without_a_network(
    device: Page, community: dict[str, str], telephones: None
) -> None:
    device.goto("/")
    _ready(device)
    device.goto(community["notice"])
    expect(device.locator("h1")).to_have_text("六七八号楼停水")
    _until_kept(device, community["notice"])
    device.context.set_offline(True)
    device.goto("/feed/")
    expect(device.locator("h1")).to_have_text("现在没有网络")
    expect(device.get_by_role("link", name="物业")).to_have_attribute("href", "tel:057155500119")
    assert device.evaluate("document.documentElement.scrollWidth <= innerWidth"), "and it is drawn as a page"
    device.locator("main").get_by_role("link", name="六七八号楼停水").click()
    expect(device.locator("h1")).to_have_text("六七八号楼停水")


@pytest.mark.deny
def test_nobody_reads_another_one_s_agenda_or_page(
    device: Page, community: dict[str, str], waiting: None, sign_in: Callable
) -> None:
    sign_in(device, "lin")
    _keep_agenda(device)
    device.context.set_offline(True)
    device.goto("/agenda/")
    expect(device.locator("main").get_by_text("林秋雨的事")).to_be_visible()
    device.context.set_offline(False)
    # What is kept for everybody was never read with her session.
    device.goto("/news/")
    _until_kept(device, "/news/")
    kept = device.evaluate(
        """async () => {
            const store = await caches.open("public"), texts = [];
            for (const request of await store.keys()) texts.push(await (await store.match(request)).text());
            return texts.join();
        }"""
    )
    assert "社区" in kept
    assert "林秋雨的事" not in kept
    assert "data-person" not in kept
    # Her session ends without a word, and another person signs in.
    device.context.clear_cookies()
    sign_in(device, "zhou")
    device.goto("/news/")
    _until_gone(device, "/agenda/")
    device.context.set_offline(True)
    device.goto("/agenda/")
    expect(device.locator("h1")).to_have_text("现在没有网络")
    assert "林秋雨" not in device.evaluate(KEPT)


@pytest.mark.deny
def test_signing_out_takes_everything_of_hers_away(
    device: Page, community: dict[str, str], waiting: None, sign_in: Callable
) -> None:
    sign_in(device, "lin")
    _keep_agenda(device)
    assert "林秋雨的事" in device.evaluate(KEPT)
    device.goto("/account/logout/")
    device.locator("main").get_by_role("button", name="退出").click()
    device.wait_for_url(lambda address: "logout" not in address)
    _until_gone(device, "/agenda/")
    assert "林秋雨" not in device.evaluate(KEPT)
    device.context.set_offline(True)
    device.goto("/agenda/")
    expect(device.locator("h1")).to_have_text("现在没有网络")
