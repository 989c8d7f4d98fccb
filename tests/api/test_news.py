"""News and notices by the API: found as on the page, told block by block (P1, P3, U5)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model

from foundation.core.models import PortalImage
from news.domain.reading import READERS
from news.models import Channel, NoticePage
from tests.api.device import Device, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("U5", "P1")]


def ids(path: str) -> list[str]:
    return [one["id"] for one in Device().get(path).json()["items"]]


def test_news_are_filtered_as_on_the_page(portal: Any, article: Callable) -> None:
    sport = Channel.objects.create(slug="sport", name="体育")
    first = article("银杏黄了", tags=[])
    second = article("篮球赛", summary="周六下午")
    second.channel = sport
    second.tags.add("秋天")
    second.save_revision().publish()
    hidden = article("没发布", live=False)
    assert ids("/news") == [second.public_id, first.public_id]
    assert ids("/news?channel=sport") == [second.public_id]
    assert ids("/news?tag=秋天") == [second.public_id]
    assert ids("/news?q=银杏") == [first.public_id]
    assert ids("/news?channel=none") == []
    assert ids("/news?limit=1") == [second.public_id]
    assert [one["slug"] for one in Device().get("/news/channels").json()] == ["street", "sport"]
    assert problem(Device().get(f"/news/{hidden.public_id}")) == "not_found"


def test_an_article_is_told_block_by_block(portal: Any, article: Callable, picture: Callable) -> None:
    image = PortalImage.objects.create(title="银杏", file=picture("a.jpg", (1000, 800)))
    image.contextual_alt_text, image.decorative = "一棵树", False
    document = get_document_model().objects.create(title="报名表", file=ContentFile(b"x", "a.docx"))
    page = article(
        "银杏黄了",
        cover=image,
        body=[
            ("heading", "去哪儿看"),
            ("paragraph", "<p>银杏里<b>东门</b></p>"),
            ("picture", {"image": image, "caption": "东门"}),
            ("gallery", {"pictures": [{"image": image}, {"image": image}]}),
            ("quote", {"text": "真美", "source": "林秋雨"}),
            ("table", {"data": [["日期", "人数"], ["周六", 30]], "first_row_is_table_header": True}),
            ("call", {"label": "物业", "number": "010-1111", "hours": "全天"}),
            ("attachment", {"document": document, "note": "请打印"}),
        ],
    )
    said = Device().get(f"/news/{page.public_id}").json()
    blocks = {block["type"]: block for block in said["body"]}
    assert list(blocks) == [
        "heading",
        "paragraph",
        "picture",
        "gallery",
        "quote",
        "table",
        "call",
        "attachment",
    ]
    assert blocks["heading"]["text"] == "去哪儿看"
    assert "<b>东门</b>" in blocks["paragraph"]["html"]
    assert blocks["table"]["rows"] == [["日期", "人数"], ["周六", "30"]]
    assert len(blocks["gallery"]["images"]) == 2
    (shown,) = blocks["picture"]["images"]
    assert (shown["caption"], shown["alt"]) == ("东门", "一棵树")
    html = Client().get(page.url).content.decode()
    for address in (
        *shown["sizes"].values(),
        *blocks["gallery"]["images"][0]["sizes"].values(),
        *said["cover"]["sizes"].values(),
        blocks["attachment"]["address"],
    ):
        assert address in html, "no other size than the page's own"
    assert b"".join(Client().get(shown["sizes"]["max-480x480"]).streaming_content)[8:12] == b"WEBP"


def test_reading_is_counted_as_on_the_page(portal: Any, article: Callable) -> None:
    page = article()
    before = Device().get(f"/news/{page.public_id}").json()["readers"]
    assert Device().get(f"/news/{page.public_id}").json()["readers"] == before + 1
    READERS.forget()


@pytest.mark.row("P3")
def test_notices_say_how_long_they_hold(portal: Any) -> None:
    now = timezone.now()
    over = NoticePage(title="停水", slug="a", summary="检修", level="urgent")
    over.published_on, over.valid_until = now - timedelta(days=3), now - timedelta(days=1)
    holds = NoticePage(title="停电", slug="b", summary="检修", audience="3 号楼")
    for page in (over, holds):
        portal.notices.add_child(instance=page)
        page.save_revision().publish()
    assert ids("/notices") == [holds.public_id, over.public_id]
    assert ids("/notices?in_force=true") == [holds.public_id]
    assert ids("/notices?level=urgent") == [over.public_id]
    said = Device().get(f"/notices/{over.public_id}").json()
    assert (said["is_over"], said["level_words"]) == (True, "紧急")
    assert Device().get(f"/notices/{holds.public_id}").json()["audience"] == "3 号楼"


@pytest.mark.deny
def test_what_is_kept_from_the_public_is_kept_here_too(portal: Any, article: Callable) -> None:
    from wagtail.models import PageViewRestriction

    page = article("内部")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert ids("/news") == []
    assert problem(Device().get(f"/news/{page.public_id}")) == "not_found"
    assert problem(Device().get(f"/comments/article/{page.public_id}")) == "not_found"
