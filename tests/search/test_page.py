"""The page of the search (P9): what it shows, and that nobody keeps what was asked."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from foundation.core.models import AuditEntry
from tests.api.device import Device, device_of

pytestmark = [pytest.mark.row("P9"), pytest.mark.django_db]
BOX = re.compile(r'role="search"\s+action="/search/"')


@pytest.fixture
def town_hall(article: Callable, person: Callable, say: Callable, drain: Callable) -> Any:
    article("社区互助帮扶服务", summary="老年人优先。")
    lin = person("lin", display="林秋雨")
    say("互助真好", lin)
    say("互助小组的私房话", lin, "residents")
    drain()
    return lin


def test_one_list_with_a_tab_for_each_kind(client: Any, town_hall: Any) -> None:
    page = client.get("/search/", {"q": "互助"}).content.decode()
    assert "社区<mark>互助</mark>帮扶服务" in page
    assert "林秋雨的说说" in page
    assert 'href="?q=%E4%BA%92%E5%8A%A9&amp;kind=post"' in page
    assert "私房话" not in page
    only = client.get("/search/", {"q": "互助", "kind": "post"})
    assert [hit.kind for hit in only.context["found"].hits] == ["post"]


def test_it_speaks_english(client: Any, town_hall: Any) -> None:
    page = client.get("/en/search/", {"q": "互助"}).content.decode()
    assert 'href="/en/news/a1/"' in page
    assert "林秋雨's status" in page.replace("&#x27;", "'")


def test_every_page_leads_there(client: Any, portal: Any) -> None:
    for path in ("/", "/news/", "/account/login/"):
        page = client.get(path).content.decode()
        assert BOX.search(page), path
    client.cookies["elder"] = "1"
    assert BOX.search(client.get("/news/").content.decode())


def test_nothing_found_helps_on(client: Any, portal: Any, settings: Any) -> None:
    from wagtail.models import Site

    from foundation.core.models import SiteSettings

    office = SiteSettings.for_site(Site.objects.get())
    office.hotline = "0571-5550-0112"
    office.save()
    page = client.get("/search/", {"q": "没有的东西"}).content.decode()
    assert "没有找到“没有的东西”" in page
    assert 'href="tel:057155500112"' in page
    assert "/account/login/?next=%2Fsearch%2F%3Fq%3D" in page
    assert "请输入汉字" in client.get("/search/", {"q": "？！"}).content.decode()


def test_what_sounds_alike_is_one_step_away(client: Any, person: Callable, drain: Callable) -> None:
    person("zhang", display="章亮")
    reader = person("lin")
    drain()
    client.force_login(reader)
    page = client.get("/search/", {"q": "张亮"}).content.decode()
    assert 'href="/search/?q=%E7%AB%A0%E4%BA%AE">章亮</a>' in page


@pytest.mark.deny
@pytest.mark.security(2)
def test_no_cache_and_no_search_engine_keeps_an_answer(client: Any, portal: Any) -> None:
    answer = client.get("/search/", {"q": "互助"})
    assert "no-store" in answer.headers["Cache-Control"]
    assert "private" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert 'name="robots" content="noindex"' in answer.content.decode()
    assert "Disallow: /search/" in client.get("/robots.txt").content.decode()


@pytest.mark.deny
def test_what_was_asked_reaches_no_log_and_nobody_else(
    client: Any, town_hall: Any, caplog: Any, drain: Callable
) -> None:
    from foundation.core.models import OutboxMessage

    entries, messages = AuditEntry.objects.count(), OutboxMessage.objects.count()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("django.db.backends").setLevel(logging.INFO)
        client.get("/search/", {"q": "只有我知道的词"})
        client.get("/search/", {"q": "只有我知道的词", "page": "x\x00"})
        client.get("/en/search/nothing/", {"q": "只有我知道的词"})
    assert "只有我知道的词" not in caplog.text
    assert "%E5%8F%AA%E6%9C%89" not in caplog.text
    assert (AuditEntry.objects.count(), OutboxMessage.objects.count()) == (entries, messages)
    assert "只有我知道的词" not in Client().get("/search/").content.decode()


@pytest.mark.deny
@pytest.mark.security(40)
def test_who_asks_too_often_waits(client: Any, portal: Any, person: Callable, settings: Any) -> None:
    settings.RATES = {**settings.RATES, "search": "3/m"}
    answers = [client.get("/search/", {"q": "银杏"}).status_code for _time in range(4)]
    assert answers == [200, 200, 200, 429]
    assert client.get("/search/").status_code == 200, "the empty box is nothing that was asked"
    other = Client()
    other.force_login(person("lin"))
    assert other.get("/search/", {"q": "银杏"}).status_code == 200


@pytest.mark.row("U5")
class TestTheApi:
    def test_it_gives_what_the_page_gives_and_goes_on(self, town_hall: Any, person: Callable) -> None:
        device = device_of(person("zhou"))
        first = device.get("/search?q=互助&limit=2").json()
        assert [item["kind"] for item in first["items"]] == ["article", "post"]
        assert [(count["kind"], count["number"]) for count in first["counts"]] == [
            ("article", 1),
            ("post", 2),
        ]
        second = device.get(f"/search?q=互助&limit=2&cursor={first['next']}").json()
        assert [item["excerpt"] for item in second["items"]] in (["互助真好"], ["互助小组的私房话"])
        assert second["next"] is None

    @pytest.mark.deny
    def test_another_question_does_not_go_on_there(self, town_hall: Any) -> None:
        device = Device()
        place = device.get("/search?q=互助&limit=1").json()["next"]
        assert device.get(f"/search?q=帮扶&limit=1&cursor={place}").status_code == 422
        assert device.get(f"/search?q={'长' * 61}").status_code == 422
        assert "私房话" not in str(device.get("/search?q=互助").json())
