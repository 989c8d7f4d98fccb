"""Passing on what was published: share card, copied address, a poster with a code (P1)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from foundation.core.access.scopes import PLACE, RESIDENTS, Scope
from foundation.core.models import PortalImage
from news.domain import posters

pytestmark = [pytest.mark.django_db, pytest.mark.row("P1")]


def test_a_shared_article_brings_its_title_words_and_picture(article: Callable, picture: Callable) -> None:
    cover = PortalImage.objects.create(title="银杏", description="金黄的银杏", file=picture())
    page = article("银杏黄了", cover=cover)
    html = Client().get(page.url).content.decode()
    for name in ("title", "description", "url", "image", "image:alt"):
        assert f'property="og:{name}" content="' in html, name
    assert 'content="http' in html.split('og:image"')[1][:60], "whole addresses: others fetch them"
    assert 'data-share="http' in html
    assert reverse("news:poster", args=["article", page.public_id]) in html


def test_the_poster_says_what_it_is_and_its_code_leads_to_the_page(
    article: Callable, notice: Callable
) -> None:
    for kind, page in (("article", article("银杏黄了")), ("notice", notice("停水通知"))):
        html = Client().get(reverse("news:poster", args=[kind, page.public_id])).content.decode()
        assert page.title in html
        assert page.summary in html
        assert "<svg" in html.split('class="poster__code"')[1][:200]
    assert posters.code("https://example.org/a") != posters.code("https://example.org/b")


@pytest.mark.deny
def test_what_is_not_for_everybody_has_no_poster_and_no_share_card(
    article: Callable, notice: Callable, places: dict, person: Callable
) -> None:
    hidden = [
        ("article", article("草稿", live=False)),
        ("notice", notice("给三号楼", scope=Scope(PLACE, places["ginkgo"].path))),
        ("notice", notice("给邻居", scope=Scope(RESIDENTS))),
    ]
    member = Client()
    member.force_login(person("lin"))
    for kind, page in hidden:
        for client in (Client(), member):
            assert client.get(reverse("news:poster", args=[kind, page.public_id])).status_code == 404
    html = member.get(hidden[1][1].url).content.decode()
    assert "og:title" not in html
    assert "data-share" not in html
    assert "noindex" in html
    assert Client().get(reverse("news:poster", args=["status", "x"])).status_code == 404


def test_a_gallery_says_what_its_pictures_show(article: Callable, picture: Callable) -> None:
    image = PortalImage.objects.create(title="银杏", file=picture())
    shown = [{"image": image, "caption": words} for words in ("东门", "西门")]
    html = Client().get(article("图集", body=[("gallery", {"pictures": shown})]).url).content.decode()
    assert "东门" in html
    assert "西门" in html


@pytest.mark.row("P2")
def test_editors_preview_a_page_in_both_modes(article: Callable, notice: Callable, person: Callable) -> None:
    client = Client()
    client.force_login(person("editor", roles=("editor",)))
    for page in (article("银杏黄了"), notice("停水")):
        address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
        assert client.get(f"{address}?mode=elder").status_code == 200
        assert 'data-mode="elder"' in page.make_preview_request(preview_mode="elder").content.decode()
        assert 'data-mode="elder"' not in page.make_preview_request(preview_mode="ordinary").content.decode()
