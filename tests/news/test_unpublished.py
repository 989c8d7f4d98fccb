"""What is not for everybody shows nowhere: drafts, private pages, pages whose time is over (P1, P2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from foundation.core.pages import version
from news.models import ArticlePage

pytestmark = [pytest.mark.django_db, pytest.mark.row("P1", "P2"), pytest.mark.deny]
MARK, TAG = "拆迁补偿方案", "暗号标签"


@pytest.fixture
def secret(portal: Any, article: Callable) -> ArticlePage:
    """An article that was published, read by everybody, and will be hidden in one way or another."""
    portal.home.body = [("news", {"title": "社区新闻", "count": 5})]
    portal.home.save_revision().publish()
    article("银杏黄了")
    page = article(MARK, summary=MARK, slug="chaiqian")
    page.tags.add(TAG)
    page.save_revision().publish()
    return page


def surfaces(page: ArticlePage) -> dict[str, str]:
    """Return every address at which a visitor could meet an article, with what it answers."""
    paths = [
        "/",
        "/news/",
        "/news/?q=拆迁",
        f"/news/?tag={page.tags.get().slug}",
        "/news/rss/",
        "/news/atom/",
    ]
    paths += [f"/news/?channel={page.channel.slug}", "/sitemap.xml", "/news/a1/", page.url_path[5:]]
    return {path: Client().get(path).content.decode() for path in paths}


def leaks(page: ArticlePage) -> list[str]:
    # Its own address stands on the page that says it is gone: the visitor brought it.
    return [
        path
        for path, html in surfaces(page).items()
        if MARK in html or TAG in html or (page.slug in html and page.slug not in path)
    ]


def test_it_is_seen_everywhere_while_it_is_public(secret: ArticlePage) -> None:
    assert {"/", "/news/", "/news/rss/", "/sitemap.xml"} <= set(leaks(secret))


@pytest.mark.parametrize("way", ["draft", "withdrawn", "private", "over"])
def test_hidden_it_is_seen_nowhere(secret: ArticlePage, way: str, monkeypatch: Any) -> None:
    surfaces(secret)
    if way == "withdrawn":
        secret.unpublish()
    elif way == "draft":
        ArticlePage.objects.filter(pk=secret.pk).update(live=False, has_unpublished_changes=True)
        version.portal_changed()
    elif way == "private":
        PageViewRestriction.objects.create(page=secret, restriction_type="login")
    else:
        secret.expire_at = timezone.now() + timedelta(seconds=60)
        secret.save_revision().publish()
        surfaces(secret)
        later = timezone.now() + timedelta(seconds=61)
        monkeypatch.setattr(timezone, "now", lambda: later)
    assert leaks(secret) == []


def test_a_waiting_change_of_the_title_is_told_to_no_reader(secret: ArticlePage, person: Callable) -> None:
    page = ArticlePage.objects.exclude(pk=secret.pk).get()
    page.title = "还没发布的标题"
    page.save_revision()
    client = Client()
    client.force_login(person("lin"))
    answer = client.post(f"/social/comments/article/{page.public_id}/", {"text": ""})
    assert answer.status_code == 422
    assert "还没发布的标题" not in answer.content.decode()
