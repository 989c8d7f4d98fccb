"""Pieces of portal pages are drawn once for everybody (P1, P3, P8) and never outlive what they show."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from foundation.core.models import SiteSettings
from foundation.core.pages import version
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
