"""The blocks that editors write themselves, and the front page made of all of them."""

from typing import Any
from urllib.parse import urlsplit

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from foundation.core.models import SiteSettings
from home.blocks.links import LinkBlock, TileBlock, ways_of
from home.blocks.lists import (
    CirclesBlock,
    FiguresBlock,
    HelpBlock,
    NeighboursBlock,
    NewsBlock,
    NoticesBlock,
    TodayBlock,
)


class HeroBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("标题"), max_length=30)
    text = blocks.TextBlock(label=_("一句话"), required=False, max_length=120)
    image = ImageBlock(label=_("大图"), required=False)
    links = blocks.ListBlock(LinkBlock(), label=_("按钮"), max_num=2)

    class Meta:
        icon = "image"
        label = _("题图")
        description = _("页面最上面的一句话和一张大图；不选图就画一条街。")
        preview_value = {
            "title": "住在银杏里，彼此有个照应",
            "text": "看通知，找师傅，和邻居说说话。",
            "links": [{"label": "看社区新闻", "address": "/news/"}],
        }
        template = "home/blocks/hero.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Give `links` without the way to sign-up for those who have been there."""
        context = super().get_context(value, parent_context=parent_context)
        user = context.get("user")
        joined = user is not None and user.is_authenticated
        context["links"] = [
            link for link in value["links"] if not (joined and _leads_to_sign_up(link["address"] or ""))
        ]
        return context


def _leads_to_sign_up(address: str) -> bool:
    return urlsplit(address).path.removeprefix("/en") == "/account/signup/"


class PhonesBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("标题"), default="常用电话", max_length=20)
    phones = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("name", blocks.CharBlock(label=_("名称"), max_length=30)),
                ("number", blocks.CharBlock(label=_("电话"), max_length=30)),
                ("hours", blocks.CharBlock(label=_("时间"), required=False, max_length=40)),
            ]
        ),
        label=_("电话"),
        max_num=12,
    )

    class Meta:
        icon = "mobile-alt"
        label = _("常用电话")
        description = _("居民最常打的电话，手机上点一下就拨出去。")
        preview_value = {
            "title": "常用电话",
            "phones": [{"name": "社区服务站", "number": "0571-5550-0112", "hours": "8:30–20:00"}],
        }
        template = "home/blocks/phones.html"


class WelcomeBlock(blocks.StructBlock):
    """First steps, for those who have not signed in or are not verified yet."""

    title = blocks.CharBlock(label=_("标题"), default="三步加入邻里", max_length=20)
    steps = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("title", blocks.CharBlock(label=_("标题"), max_length=20)),
                ("text", blocks.CharBlock(label=_("说明"), max_length=80)),
            ]
        ),
        label=_("步骤"),
        max_num=4,
    )

    class Meta:
        icon = "user"
        label = _("新邻居")
        description = _("告诉新邻居怎样注册；已经实名的人看不到。")
        preview_value = {
            "title": "三步加入邻里",
            "steps": [{"title": "填写信息", "text": "姓名、证件和电话，只用来核对身份。"}],
        }
        template = "home/blocks/welcome.html"


class GalleryBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("标题"), required=False, max_length=20)
    pictures = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("image", ImageBlock(label=_("图片"))),
                ("caption", blocks.CharBlock(label=_("说明"), required=False, max_length=60)),
            ]
        ),
        label=_("图片"),
        max_num=12,
    )

    class Meta:
        icon = "image"
        label = _("图集")
        description = _("一排照片，点开看大图。")
        template = "home/blocks/gallery.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        prefetch_related_objects([item["image"] for item in value["pictures"] if item["image"]], "renditions")
        return super().get_context(value, parent_context=parent_context)


class ServicesBlock(blocks.StructBlock):
    """Tiles to what people come for most; those of apps that are not there yet simply aren't placed."""

    title = blocks.CharBlock(label=_("标题"), default="便民服务", max_length=20)
    tiles = blocks.ListBlock(TileBlock(), label=_("按钮"), min_num=2, max_num=8)

    class Meta:
        icon = "grip"
        label = _("服务按钮")
        description = _("最多八个按钮，一眼就能找到要办的事。")
        template = "home/blocks/services.html"
        preview_value = {
            "title": "便民服务",
            "tiles": [
                {"icon": "wrench", "colour": "brick", "title": "上门维修"},
                {"icon": "soup", "colour": "rose", "title": "长者食堂"},
                {"icon": "stethoscope", "colour": "enamel", "title": "看病取药"},
                {"icon": "hand-heart", "colour": "pine", "title": "找人帮忙"},
            ],
        }

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["tiles"] = list(ways_of(value["tiles"], SiteSettings.current().hotline))
        return context


class AdSlotBlock(blocks.StructBlock):
    """A place that a business can book (AD1): empty and unseen until something is booked there."""

    slot = blocks.ChoiceBlock(
        label=_("广告位"),
        choices=[("home-wide", _("首页通栏")), ("home-side", _("首页侧栏"))],
        default="home-wide",
    )

    class Meta:
        icon = "tag"
        label = _("广告位")
        description = _("订出去之前什么也不显示；长辈版里从不显示。")
        template = "home/blocks/ad_slot.html"


class HomeBlock(blocks.StreamBlock):
    hero = HeroBlock(group=_("固定内容"))
    services = ServicesBlock(group=_("固定内容"))
    today = TodayBlock(group=_("自动更新"))
    news = NewsBlock(group=_("自动更新"))
    notices = NoticesBlock(group=_("自动更新"))
    neighbours = NeighboursBlock(group=_("自动更新"))
    help = HelpBlock(group=_("自动更新"))
    circles = CirclesBlock(group=_("自动更新"))
    figures = FiguresBlock(group=_("自动更新"))
    phones = PhonesBlock(group=_("固定内容"))
    welcome = WelcomeBlock(group=_("固定内容"))
    gallery = GalleryBlock(group=_("固定内容"))
    ad_slot = AdSlotBlock(group=_("固定内容"))
    text = blocks.RichTextBlock(
        label=_("文字"),
        features=["h2", "h3", "bold", "link", "ul", "ol"],
        template="home/blocks/text.html",
        group=_("固定内容"),
        preview_value="<h2>关于我们</h2><p>银杏里社区，四千二百户人家，一条看得见银杏的街。</p>",
        description=_("几句自己写的话，可以有小标题和链接。"),
    )
