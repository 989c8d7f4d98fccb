"""Before an elder page lets go of its reader it says whose page comes next (U2; security.md 18)."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.row("U2"), pytest.mark.security(18)]
AWAY = "https://bank.example/pay?a=1&b=2"


@pytest.fixture
def page(article: Callable) -> Any:
    return article(
        body=[
            (
                "paragraph",
                f'<p>缴费见 <a href="{AWAY.replace("&", "&amp;")}">银行</a>，或 <a href="http://testserver/news/">新闻</a></p>',
            )
        ]
    )


def links(html: str) -> list[str]:
    return [unescape(address) for address in re.findall(r'<a [^>]*?href="([^"]+)"', html)]


def test_an_ordinary_page_links_straight(client: Client, page: Any) -> None:
    assert AWAY in links(client.get(page.url).content.decode())


def test_an_elder_page_asks_first(client: Client, page: Any) -> None:
    client.cookies["elder"] = "1"
    found = links(client.get(page.url).content.decode())
    assert AWAY not in found
    assert "http://testserver/news/" in found, "the own site is not outside"
    asking = next(one for one in found if one.startswith("/outside/"))
    html = client.get(asking, headers={"Referer": f"http://testserver{page.url}"}).content.decode()
    assert "bank.example" in html
    assert AWAY in links(html)
    assert page.url in links(html), "and the way back comes first"
    assert links(html).index(page.url) < links(html).index(AWAY)


@pytest.mark.deny
def test_nobody_can_make_such_a_page_for_an_address_of_his_own(client: Client, portal: Any) -> None:
    for wanted in ("", "https://evil.example/", f"{AWAY}:forged"):
        assert client.get("/outside/", {"to": wanted}).status_code == 404
