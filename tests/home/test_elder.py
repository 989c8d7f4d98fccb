"""The elder home: made from what the office keeps, six tiles, no advertisement, nothing that moves (U2)."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError
from wagtail.models import Site

from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.models import SiteSettings
from foundation.social.domain.posts import post_status
from home.blocks.links import TileBlock
from home.elder import MOST_TILES, as_tiles
from home.models import HomePage
from news.models import NoticePage

pytestmark = [pytest.mark.django_db, pytest.mark.row("U2", "P8")]
HOTLINE = "0571-5550-0112"


@pytest.fixture
def office(portal: Any) -> Any:
    settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    settings.hotline, settings.office_hours = HOTLINE, "周一至周五 9:00–17:30"
    settings.save()
    return portal


@pytest.fixture
def elder(client: Client) -> Client:
    client.cookies["elder"] = "1"
    return client


def notice(office: Any, title: str, level: str = "normal") -> NoticePage:
    page = NoticePage(
        title=title, slug=f"n{NoticePage.objects.count()}", summary=f"{title}的摘要", level=level
    )
    office.notices.add_child(instance=page)
    page.save_revision().publish()
    return page


def test_it_has_the_day_the_urgent_word_the_news_and_the_telephones(
    elder: Client, office: Any, article: Callable
) -> None:
    article("银杏黄了")
    notice(office, "今晚停水", "urgent")
    notice(office, "医保缴费")
    office.home.body = [
        (
            "phones",
            {"title": "电话", "phones": [{"name": "社区医院", "number": "0571-5550-0120", "hours": ""}]},
        )
    ]
    office.home.save_revision().publish()
    html = elder.get("/").content.decode()
    today = timezone.localdate()
    assert f"{today.month}月{today.day}日" in html
    for words in ("今晚停水的摘要", "医保缴费", "银杏黄了", "社区医院", 'href="tel:057155500120"'):
        assert words in html, words
    assert html.index("今晚停水") < html.index('class="big') < html.index("医保缴费") < html.index("社区医院")


def test_a_new_installation_has_tiles_that_lead_somewhere(ground: None, elder: Client) -> None:
    call_command("create_site", "青石桥社区", stdout=StringIO())
    settings = SiteSettings.objects.get()
    settings.hotline = HOTLINE
    settings.save()
    html = elder.get("/").content.decode()
    for way in ("tel:057155500112", "/notices/", "/news/", "/feed/", "/notifications/", "/account/display/"):
        assert f'href="{way}"' in html, way


def test_without_a_telephone_no_tile_calls_nowhere(elder: Client, portal: Any) -> None:
    assert "tel:" not in elder.get("/").content.decode()


def test_editors_choose_the_tiles(elder: Client, office: Any) -> None:
    office.home.elder_tiles = as_tiles(
        [{"icon": "soup", "colour": "rose", "title": "订饭", "text": "", "phone": "0571-5550-0128"}]
    )
    office.home.save_revision().publish()
    html = elder.get("/").content.decode()
    assert 'class="k-rose" href="tel:057155500128"' in html
    assert "看公告" not in html


def test_a_page_that_was_withdrawn_is_no_tile_any_more(elder: Client, office: Any, article: Callable) -> None:
    page = article("食堂菜单")
    office.home.elder_tiles = as_tiles(
        [{"icon": "soup", "colour": "rose", "title": "看菜单", "text": "", "page": page.pk}]
    )
    office.home.save_revision().publish()
    assert "看菜单" in elder.get("/").content.decode()
    page.unpublish()
    assert "看菜单" not in elder.get("/").content.decode()


@pytest.mark.deny
@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"address": "javascript:alert(1)"}, "address"),
        ({"address": "//evil.example"}, "address"),
        ({"phone": "打给小宋"}, "phone"),
        ({"address": "/feed/", "phone": "110"}, "phone"),
    ],
)
def test_a_tile_that_leads_nowhere_or_twice_is_refused(given: dict, where: str) -> None:
    block = TileBlock()
    value = block.to_python({"icon": "phone", "colour": "pine", "title": "打电话", "text": "", **given})
    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(value)
    assert set(refused.value.block_errors) == {where}


@pytest.mark.deny
def test_more_than_six_tiles_are_refused(office: Any) -> None:
    field = HomePage._meta.get_field("elder_tiles")
    row = {"icon": "phone", "colour": "pine", "title": "打电话", "text": ""}
    many = field.stream_block.to_python(as_tiles([row] * (MOST_TILES + 1)))
    with pytest.raises(StreamBlockValidationError) as refused:
        field.stream_block.clean(many)
    assert str(MOST_TILES) in str(refused.value.non_block_errors)


def test_it_says_what_is_published_at_once(elder: Client, office: Any) -> None:
    assert "明天停电" not in elder.get("/").content.decode()
    page = notice(office, "明天停电", "urgent")
    assert "明天停电" in elder.get("/").content.decode()
    page.unpublish()
    assert "明天停电" not in elder.get("/").content.decode()


def test_nothing_on_it_advertises_or_moves(elder: Client, office: Any, article: Callable) -> None:
    article("银杏黄了")
    html = elder.get("/").content.decode()
    for word in ('class="ad', "carousel", "<marquee", "autoplay", "shelf"):
        assert word not in html


def test_the_ordinary_home_is_as_it_was(client: Client, office: Any) -> None:
    assert 'class="big' not in client.get("/").content.decode()


def test_editors_look_at_both_homes_before_they_publish(office: Any, rf: Any) -> None:
    shown = {
        mode: office.home.make_preview_request(preview_mode=mode).rendered_content
        for mode, _words in office.home.preview_modes
    }
    assert 'class="big' in shown["elder"]
    assert 'class="big' not in shown["ordinary"]


def test_it_asks_the_database_no_more_often_because_more_is_said(
    elder: Client, office: Any, person: Callable, article: Callable
) -> None:
    def count() -> int:
        caches["fragments"].clear()
        elder.get("/")
        with CaptureQueriesContext(connection) as asked:
            assert elder.get("/").status_code == 200
        return len(asked)

    office.home.body = [("neighbours", {"title": "说", "count": 12})]
    office.home.save_revision().publish()
    lin = person("lin")
    post_status(by=lin, text="一", scope=Scope(PUBLIC))
    first = count()
    for number in range(8):
        post_status(by=lin, text=f"又一条 {number}", scope=Scope(PUBLIC))
        notice(office, f"公告 {number}")
        article(f"新闻 {number}")
    assert count() == first
