"""The elder home: six large tiles that editors choose, and little else (U2; interface.md §5)."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import StreamValue
from wagtail.models import Page

from foundation.core.models import SiteSettings
from foundation.core.templatetags.linli import tel
from home.blocks import ADDRESS
from news.models import ArticlePage, NoticePage

# More than six things to choose from at once are hard to survey.
MOST_TILES = 6
LINES = 3
ICONS = [
    ("phone", _("电话")),
    ("megaphone", _("喇叭")),
    ("newspaper", _("报纸")),
    ("message-circle", _("说话")),
    ("soup", _("吃饭")),
    ("stethoscope", _("看病")),
    ("wrench", _("修理")),
    ("hand-heart", _("帮忙")),
    ("calendar-days", _("日历")),
    ("map-pin", _("地点")),
    ("users", _("邻居")),
    ("bell", _("铃铛")),
    ("file-text", _("证件")),
    ("package", _("快递")),
    ("shield-check", _("安全")),
    ("circle-help", _("问一问")),
]
COLOURS = [
    ("pine", _("松绿")),
    ("enamel", _("瓷蓝")),
    ("rose", _("玫红")),
    ("brick", _("柿红")),
    ("amber", _("杏黄")),
    ("plum", _("梅紫")),
]


class TileBlock(blocks.StructBlock):
    """One large tile; where nothing is given to lead to, it calls the office."""

    icon = blocks.ChoiceBlock(label=_("图标"), choices=ICONS, default="phone")
    colour = blocks.ChoiceBlock(label=_("颜色"), choices=COLOURS, default="pine")
    title = blocks.CharBlock(
        label=_("要做的事"), max_length=6, help_text=_("动词开头，最好四个字：“看公告”。")
    )
    text = blocks.CharBlock(label=_("一句说明"), max_length=12, required=False)
    page = blocks.PageChooserBlock(label=_("打开页面"), required=False)
    address = blocks.CharBlock(label=_("或打开网址"), required=False, max_length=200)
    phone = blocks.CharBlock(
        label=_("或拨打电话"),
        required=False,
        max_length=30,
        help_text=_("三样都不填，就拨打社区的值班电话。"),
    )

    class Meta:
        icon = "tick-inverse"
        label = _("大按钮")

    def clean(self, value: Any) -> Any:
        """Take one way only, and addresses that lead somewhere."""
        cleaned = super().clean(value)
        given = [name for name in ("page", "address", "phone") if cleaned[name]]
        errors = {}
        if len(given) > 1:
            errors[given[-1]] = ValidationError(_("页面、网址、电话只填一样。"))
        if cleaned["address"] and not ADDRESS.match(cleaned["address"]):
            errors["address"] = ValidationError(_("请填写以 https:// 或 / 开头的网址。"))
        if cleaned["phone"] and not any(sign.isdigit() for sign in cleaned["phone"]):
            errors["phone"] = ValidationError(_("请填写电话号码。"))
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned


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


def _ways(tiles: StreamValue, hotline: str) -> Iterator[dict[str, Any]]:
    for tile in tiles:
        value = tile.value
        if value["page"] is not None:
            # A page that was withdrawn since leads nowhere.
            href = value["page"].get_url() if value["page"].live else ""
        else:
            number = value["phone"] or ("" if value["address"] else hotline)
            href = value["address"] or (tel(number) if number else "")
        if href:
            yield {"href": href, "calls": href.startswith("tel:"), **value}


def elder_context(home: Any) -> dict[str, Any]:
    """Return what the elder home shows: tiles, a few lines of notices and news, telephones.

    What is urgent stands above every page.
    """
    notices = NoticePage.objects.visible_to(None).in_force().for_list()
    return {
        "tiles": list(_ways(home.elder_tiles, SiteSettings.current().hotline))[:MOST_TILES],
        "notices": list(notices.exclude(level=NoticePage.Level.URGENT)[:LINES]),
        "articles": list(ArticlePage.objects.visible_to(None).for_list()[:LINES]),
        "phones": phones_of(home),
    }


def phones_of(home: Any) -> list[Any]:
    """Return the useful numbers that editors put on the ordinary home."""
    return [phone for block in of_kind(home, "phones") for phone in block["phones"]]


def of_kind(home: Any, kind: str) -> list[Any]:
    """Return the values of the blocks of one kind that editors put on the ordinary home."""
    return [block.value for block in home.body if block.block_type == kind]
