"""Pieces of portal pages are drawn once for everybody (P1, P3, P8) and never outlive what they show."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from foundation.core.access.scopes import Scope
from foundation.core.models import SiteSettings
from foundation.core.pages import version
from foundation.social.domain.posts import post_status
from news.models import ArticlePage, NoticePage

pytestmark = [pytest.mark.django_db, pytest.mark.row("P8")]


@pytest.fixture
def home(portal: Any, article: Callable) -> Any:
    portal.home.body = [
        ("news", {"title": "社区新闻", "count": 3}),
        ("notices", {"title": "公告", "count": 3}),
    ]
    portal.home.save_revision().publish()
    article("银杏黄了")
    return portal


def read(path: str = "/") -> str:
    return Client().get(path).content.decode()


def test_what_is_published_withdrawn_or_renamed_shows_at_the_next_request(
    home: Any, article: Callable
) -> None:
    assert "银杏黄了" in read()
    second = article("食堂换菜单")
    assert "食堂换菜单" in read()
    second.title = "食堂又换菜单"
    second.save_revision().publish()
    assert "食堂又换菜单" in read()
    assert "食堂又换菜单" in read(second.get_url())
    second.unpublish()
    assert "食堂又换菜单" not in read()
    assert Client().get(second.get_url()).status_code == 404
    third = article("消防演练")
    assert "消防演练" in read()
    third.delete()
    assert "消防演练" not in read()
    assert Client().get(third.get_url()).status_code == 404


def test_a_channel_that_is_renamed_shows_so(home: Any) -> None:
    page = ArticlePage.objects.get()
    assert page.channel.name in read(page.get_url())
    page.channel.name = "院里新闻"
    page.channel.save()
    assert "院里新闻" in read()
    assert "院里新闻" in read(page.get_url())


def test_a_setting_shows_on_every_page(home: Any) -> None:
    read()
    SiteSettings.objects.update_or_create(site=Site.objects.get(), defaults={"hotline": "0571-5550-0112"})
    assert "0571-5550-0112" in read()


@pytest.mark.deny
def test_a_page_made_private_is_shut_at_once(home: Any) -> None:
    page = ArticlePage.objects.get()
    assert page.title in read()
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert page.title not in read()
    assert Client().get(page.get_url()).status_code == 302


@pytest.mark.deny
def test_a_page_whose_time_is_over_is_shut_at_once(home: Any) -> None:
    page = ArticlePage.objects.get()
    page.expire_at = timezone.now() + timedelta(seconds=30)
    page.save_revision().publish()
    assert Client().get(page.get_url()).status_code == 200
    ArticlePage.objects.update(expire_at=timezone.now() - timedelta(seconds=1))
    version.portal_changed()
    assert Client().get(page.get_url()).status_code == 404


@pytest.mark.deny
def test_one_readers_address_is_not_written_into_anothers_page(home: Any) -> None:
    for number in range(25):
        home.notices.add_child(instance=NoticePage(title=f"公告 {number}", slug=f"n{number}", summary="x"))
    version.portal_changed()
    assert "token=secret" in read("/notices/?token=secret")
    assert "secret" not in read("/notices/")


def test_another_node_that_changed_something_is_heard(home: Any, monkeypatch: Any) -> None:
    before = version.portal_version()
    cache.set(version.KEY, "of-another-node", None)
    assert version.portal_version() == before, "asked again only after a moment"
    monkeypatch.setattr(version, "READ_AGAIN", -1.0)
    assert version.portal_version() == "of-another-node"
    cache.delete(version.KEY)
    assert version.portal_version() not in {before, "of-another-node"}, "an emptied cache begins anew"


def test_a_draft_is_previewed_as_it_is(home: Any, person: Callable) -> None:
    page = ArticlePage.objects.get()
    read(page.get_url())
    page.summary = "还没发布的摘要"
    page.save_revision()
    draft = page.get_latest_revision_as_object()
    assert "还没发布的摘要" in draft.make_preview_request().content.decode()
    assert "还没发布的摘要" not in read(page.get_url())


def test_what_ends_by_itself_ends_at_its_minute(home: Any, monkeypatch: Any) -> None:
    now = timezone.now()
    soon, later = now + timedelta(seconds=20), now + timedelta(seconds=21)
    notice = NoticePage(title="停水通知", slug="water", summary="x", valid_until=soon)
    home.notices.add_child(instance=notice)
    coming = NoticePage(title="明天供暖", slug="heat", summary="x", published_on=soon)
    home.notices.add_child(instance=coming)
    version.portal_changed()
    front = read()
    assert "停水通知" in front
    assert "明天供暖" not in front
    monkeypatch.setattr(timezone, "now", lambda: later)
    front = read()
    assert "停水通知" not in front
    assert "明天供暖" in front


def test_first_steps_are_for_those_who_have_not_taken_them(home: Any, person: Callable) -> None:
    home.home.body = [("welcome", {"title": "三步加入", "steps": []})]
    home.home.save_revision().publish()
    shown = {}
    for name, account in (("visitor", None), ("new", person("new", verified=False)), ("lin", person("lin"))):
        client = Client()
        if account:
            client.force_login(account)
        html = client.get("/").content.decode().partition("<main")[2].partition("</main>")[0]
        shown[name] = ("三步加入" in html, "/account/signup/" in html, "/account/verification/" in html)
    assert shown == {
        "visitor": (True, True, False),
        "new": (True, False, True),
        "lin": (False, False, False),
    }


def test_the_own_tab_is_marked_in_both_languages(home: Any, person: Callable) -> None:
    client = Client()
    client.force_login(person("lin"))
    for address in ("/u/lin/", "/en/u/lin/"):
        bar = client.get(address).content.decode().partition('<nav class="tabbar"')[2].partition("</nav>")[0]
        assert f'<a href="{address}" aria-current="page">' in bar


def test_the_own_tab_is_not_marked_with_somebody_else(home: Any, person: Callable) -> None:
    """Neither by a name that begins alike nor on somebody's status."""
    client = Client()
    client.force_login(person("lin"))
    post = post_status(by=person("lin2"), text="银杏黄了", scope=Scope("public"))
    for address in ("/u/lin2/", post.url, "/en/u/lin2/", "/topics/lin/"):
        bar = client.get(address).content.decode().partition('<nav class="tabbar"')[2].partition("</nav>")[0]
        assert "aria-current" not in bar, address


def test_who_has_joined_is_not_asked_to_join(home: Any, person: Callable) -> None:
    links = [
        {"label": "注册成为邻居", "address": "/account/signup/"},
        {"label": "看新闻", "address": "/news/"},
    ]
    home.home.body = [("hero", {"title": "彼此有个照应", "links": links})]
    home.home.save_revision().publish()
    client = Client()
    client.force_login(person("lin"))
    for _time in range(2):
        visitor, resident = read(), client.get("/").content.decode()
        assert ("注册成为邻居" in visitor, "注册成为邻居" in resident) == (True, False)
        assert "看新闻" in resident


def test_the_front_page_is_named_once(home: Any) -> None:
    SiteSettings.objects.update_or_create(site=Site.objects.get(), defaults={"community_name": "银杏里社区"})
    assert "<title>银杏里社区</title>" in read().replace("\n", "")
    home.home.seo_title = "通知与邻里往来"
    home.home.save_revision().publish()
    assert "<title>银杏里社区 · 通知与邻里往来</title>" in " ".join(read().split())


@pytest.mark.deny
def test_the_language_switch_leads_to_no_other_site(home: Any) -> None:
    html = Client().get("/en//evil.example/x/").content.decode()
    assert 'href="//evil.example' not in html
