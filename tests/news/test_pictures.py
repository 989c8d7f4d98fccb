"""Editors' pictures: cut when a page is published, in AVIF and WebP, in more than one size (P1)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from foundation.core.models import PortalImage

pytestmark = [pytest.mark.django_db, pytest.mark.row("P1")]


@pytest.fixture
def image(db: None, picture: Callable) -> PortalImage:
    return PortalImage.objects.create(title="银杏", description="银杏", file=picture(size=(1600, 900)))


def _pictures(html: str) -> list[str]:
    return re.findall(r"<picture>.*?</picture>", html, re.DOTALL)


def test_an_article_s_readers_make_no_size_and_choose_among_those_there_are(
    client: Client, article: Callable, image: PortalImage, drain: Callable
) -> None:
    shown = {"image": image, "caption": ""}
    page = article(cover=image, body=[("picture", shown), ("gallery", {"pictures": [shown, shown]})])
    drain()
    made = set(image.renditions.values_list("filter_spec", flat=True))
    html = client.get(page.url).content.decode()
    assert set(image.renditions.values_list("filter_spec", flat=True)) == made
    pictures = _pictures(html)
    assert len(pictures) == 4, "the cover, one in the text, two of a gallery"
    for one in pictures:
        assert 'type="image/avif"' in one
        assert ".webp" in one
        assert one.count("w, ") >= 2, "more than one size in each kind"
    # A gallery's large ones are links, the one that others share is for their machines.
    assert len(re.findall("<img", html)) - len(pictures) <= 1


def test_the_front_page_s_picture_is_cut_too(
    client: Client, portal: Any, image: PortalImage, drain: Callable
) -> None:
    portal.home.body = [("hero", {"title": "彼此有个照应", "image": image, "links": []})]
    portal.home.save_revision().publish()
    drain()
    made = image.renditions.count()
    (hero,) = _pictures(client.get("/").content.decode())
    assert image.renditions.count() == made == 4
    assert "760w" in hero
    assert "1520w" in hero
