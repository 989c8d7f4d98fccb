"""Where a block leads to: a link, and a tile with a picture."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import StreamValue

from foundation.core.templatetags.linli import tel

ADDRESS = re.compile(r"https?://|mailto:|tel:|/(?![/\\])|#")
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


class LinkBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("文字"), max_length=20)
    page = blocks.PageChooserBlock(label=_("页面"), required=False)
    address = blocks.CharBlock(label=_("或网址"), required=False, max_length=200)

    class Meta:
        icon = "link"
        label = _("链接")

    def clean(self, value: Any) -> Any:
        """Take addresses that lead somewhere only: `javascript:` would run in the preview, inside the admin."""
        cleaned = super().clean(value)
        if cleaned["address"] and not ADDRESS.match(cleaned["address"]):
            raise blocks.StructBlockValidationError(
                block_errors={"address": ValidationError(_("请填写以 https:// 或 / 开头的网址。"))}
            )
        return cleaned


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


def ways(tiles: StreamValue, hotline: str) -> Iterator[dict[str, Any]]:
    """Give each tile of a stream with its `href` and whether it `calls`; one that leads nowhere is left out."""
    yield from ways_of((tile.value for tile in tiles), hotline)


def ways_of(tiles: Iterable[Any], hotline: str) -> Iterator[dict[str, Any]]:
    """Like `ways`, of the tiles' values themselves."""
    for value in tiles:
        if value["page"] is not None:
            # A page that was withdrawn since leads nowhere.
            href = value["page"].localized.get_url() if value["page"].live else ""
        else:
            number = value["phone"] or ("" if value["address"] else hotline)
            href = value["address"] or (tel(number) if number else "")
        if href:
            yield {"href": href, "calls": href.startswith("tel:"), **value}
