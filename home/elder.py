"""The elder home: six large tiles that editors choose, and little else (U2; interface.md §5)."""

from typing import Any
from uuid import uuid4

from wagtail import blocks
from wagtail.models import Page

from foundation.core.models import SiteSettings
from home.blocks.links import TileBlock, ways
from news.models import ArticlePage, NoticePage

# More than six things to choose from at once are hard to survey.
MOST_TILES = 6
LINES = 3


class TilesBlock(blocks.StreamBlock):
    tile = TileBlock()


def default_tiles(notices: Page, news: Page) -> list[dict[str, Any]]:
    """Return what stands on the elder home of every new installation, as StreamField's own JSON."""
    rows = [
        ("phone", "pine", "打电话", "社区有人接", {}),
        ("megaphone", "enamel", "看公告", "停水停电", {"page": notices.pk}),
        ("newspaper", "brick", "看新闻", "院里的事", {"page": news.pk}),
        ("message-circle", "plum", "邻居在说", "听听大家", {"address": "/feed/"}),
        ("bell", "amber", "我的消息", "谁找过我", {"address": "/notifications/"}),
        ("circle-help", "rose", "字再大些", "调字号和版式", {"address": "/account/display/"}),
    ]
    return as_tiles(
        {"icon": icon, "colour": colour, "title": title, "text": text, **way}
        for icon, colour, title, text, way in rows
    )


def as_tiles(rows: Any) -> list[dict[str, Any]]:
    """Return rows of tiles as StreamField's own JSON."""
    nothing = {"page": None, "address": "", "phone": ""}
    return [{"type": "tile", "value": {**nothing, **row}, "id": str(uuid4())} for row in rows]


def elder_context(home: Any) -> dict[str, Any]:
    """Return what the elder home shows: tiles, a few lines of notices and news, telephones.

    What is urgent stands above every page.
    """
    notices = NoticePage.objects.visible_to(None).in_language().in_force().for_list()
    return {
        "tiles": list(ways(home.elder_tiles, SiteSettings.current().hotline))[:MOST_TILES],
        "notices": list(notices.exclude(level=NoticePage.Level.URGENT)[:LINES]),
        "articles": list(ArticlePage.objects.visible_to(None).in_language().for_list()[:LINES]),
        "phones": phones_of(home),
    }


def phones_of(home: Any) -> list[Any]:
    """Return the useful numbers that editors put on the ordinary home."""
    return [phone for block in of_kind(home, "phones") for phone in block["phones"]]


def of_kind(home: Any, kind: str) -> list[Any]:
    """Return the values of the blocks of one kind that editors put on the ordinary home."""
    return [block.value for block in home.body if block.block_type == kind]
