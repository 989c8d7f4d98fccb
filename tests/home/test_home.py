"""The front page (P8) and the frame of a new installation."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.sites.models import Site as PlainSite
from django.core.management import call_command
from wagtail.models import Page, Site

from foundation.accounts.models import Organisation
from foundation.core.access.scopes import Scope
from foundation.core.models import PortalImage, SiteSettings
from foundation.core.pages.version import portal_version
from foundation.social.domain import posts
from home.domain.frame import make_frame
from home.models import HomePage
from home.models.front import rows

pytestmark = [pytest.mark.django_db, pytest.mark.row("P8")]


def test_the_frame_is_made_once(portal: Any) -> None:
    again = make_frame(name="银杏里社区")
    assert again == portal
    assert Site.objects.get().root_page.specific == portal.home
    assert (
        Site.objects.get().root_url == "http://127.0.0.1:8000" == f"http://{PlainSite.objects.get().domain}"
    )
    assert Page.objects.count() == 5


def test_a_new_installation_is_ready_by_one_command(ground: None, client: Any, places: dict) -> None:
    call_command("create_site", "青石桥社区", stdout=StringIO())
    call_command("create_site", "青石桥社区", stdout=StringIO())
    assert SiteSettings.objects.get().community_name == "青石桥社区"
    assert HomePage.objects.count() == 1
    assert "青石桥社区" in client.get("/").content.decode()
    # Its street and its committees can sign.
    offices = Organisation.objects.filter(type="office", stands=True)
    assert set(offices.values_list("place__slug", flat=True)) == {"wutong", "ginkgo", "bridge"}


def test_blocks_stand_where_their_kind_belongs(portal: Any) -> None:
    portal.home.body = [
        ("hero", {"title": "题图", "links": []}),
        ("news", {"title": "新闻", "count": 3}),
        ("notices", {"title": "公告", "count": 3}),
        ("neighbours", {"title": "说", "count": 3}),
        ("text", "<p>文字</p>"),
        ("phones", {"title": "电话", "phones": []}),
    ]
    laid = [
        (row.wide and row.wide.block_type, [b.block_type for b in row.main], [b.block_type for b in row.side])
        for row in rows(portal.home.body)
    ]
    assert laid == [
        ("hero", [], []),
        (None, ["news", "neighbours"], ["notices"]),
        ("text", [], []),
        (None, [], ["phones"]),
    ]


def test_an_arranged_page_shows_every_block(
    client: Any, portal: Any, article: Callable, person: Callable, picture: Callable
) -> None:
    image = PortalImage.objects.create(title="银杏", description="银杏", file=picture())
    article("银杏黄了")
    lin = person("lin", display="林秋雨")
    posts.post_status(by=lin, text="给大家看的", scope=Scope("public"))
    posts.post_status(by=lin, text="给邻居看的", scope=Scope("residents"))
    portal.home.body = [
        (
            "hero",
            {"title": "彼此有个照应", "image": image, "links": [{"label": "看新闻", "page": portal.news}]},
        ),
        ("news", {"title": "社区新闻", "count": 3}),
        ("notices", {"title": "通知公告", "count": 3}),
        ("neighbours", {"title": "邻居们在说", "count": 3}),
        (
            "phones",
            {"title": "电话", "phones": [{"name": "服务站", "number": "0571-5550-0112", "hours": ""}]},
        ),
        ("welcome", {"title": "三步", "steps": [{"title": "填写信息", "text": "核对身份"}]}),
        ("gallery", {"title": "四季", "pictures": [{"image": image, "caption": "大道"}]}),
        ("text", "<p>一段文字</p>"),
    ]
    portal.home.save_revision().publish()
    html = client.get("/").content.decode()
    for words in (
        "彼此有个照应",
        "银杏黄了",
        "给大家看的",
        "tel:057155500112",
        "填写信息",
        "大道",
        "一段文字",
    ):
        assert words in html, words
    assert "给邻居看的" not in html
    client.force_login(lin)
    assert "给邻居看的" not in client.get("/").content.decode(), "the block is the same for everybody"


def test_publishing_and_settings_make_cached_fragments_stale(portal: Any, article: Callable) -> None:
    versions = [portal_version()]
    page = article()
    versions.append(portal_version())
    page.unpublish()
    versions.append(portal_version())
    SiteSettings.objects.create(site=Site.objects.get(), hotline="1")
    versions.append(portal_version())
    assert len(set(versions)) == 4
    assert portal_version() == versions[-1]


def test_pictures_are_cut_by_a_worker_when_a_page_is_published(
    article: Callable, picture: Callable, drain: Callable
) -> None:
    image = PortalImage.objects.create(title="银杏", file=picture(size=(1600, 900)))
    article(cover=image)
    assert not image.renditions.exists()
    drain()
    assert image.renditions.exists()


class TestTheSiteItself:
    def test_it_answers_for_its_health(self, client: Any) -> None:
        assert client.get("/healthz").content == b"ok"
        assert client.get("/readyz").content == b"ready"

    def test_robots_and_sitemap_name_what_is_public(self, client: Any, article: Callable) -> None:
        page = article()
        robots = client.get("/robots.txt").content.decode()
        assert "Disallow: /admin/" in robots
        assert "Disallow: /u/*/*/" in robots
        assert "Disallow: /account/*?" in robots
        assert "Sitemap: http://testserver/sitemap.xml" in robots
        assert page.slug in client.get("/sitemap.xml").content.decode()


def test_the_title_of_the_front_page_follows_the_setting(portal: Any, client: Any) -> None:
    settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    settings.community_name = "改名社区"
    settings.save()
    page = client.get("/").content.decode()
    assert "<title>改名社区</title>" in page
