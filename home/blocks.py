"""What editors arrange the front page from (P8); a block without content hides."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from foundation.core.access.scopes import PUBLIC
from foundation.social.domain.queries.posts import as_read_by, posts_for
from foundation.social.models import Post
from news.models import ArticlePage, NoticePage

ADDRESS = re.compile(r"https?://|mailto:|tel:|/(?![/\\])|#")


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


class HeroBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("标题"), max_length=30)
    text = blocks.TextBlock(label=_("一句话"), required=False, max_length=120)
    image = ImageBlock(label=_("大图"), required=False)
    links = blocks.ListBlock(LinkBlock(), label=_("按钮"), max_num=2)

    class Meta:
        icon = "image"
        label = _("题图")
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


class NewsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("标题"), default="社区新闻", max_length=20)
    count = blocks.IntegerBlock(label=_("条数"), default=5, min_value=1, max_value=12)

    class Meta:
        icon = "doc-full-inverse"
        label = _("最新新闻")
        template = "home/blocks/news.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["articles"] = list(
            ArticlePage.objects.visible_to(None).in_language().for_list()[: value["count"]]
        )
        return context


class NoticesBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("标题"), default="通知公告", max_length=20)
    count = blocks.IntegerBlock(label=_("条数"), default=5, min_value=1, max_value=12)

    class Meta:
        icon = "warning"
        label = _("最新公告")
        template = "home/blocks/notices.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["notices"] = list(
            NoticePage.objects.visible_to(None).in_language().in_force().for_list()[: value["count"]]
        )
        return context


class NeighboursBlock(blocks.StructBlock):
    """The newest statuses that everybody may see: the same for every reader, so that it can be cached."""

    title = blocks.CharBlock(label=_("标题"), default="邻居们在说", max_length=20)
    count = blocks.IntegerBlock(label=_("条数"), default=4, min_value=1, max_value=12)

    class Meta:
        icon = "group"
        label = _("邻居们在说")
        template = "home/blocks/neighbours.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["posts"] = newest_public(value["count"])
        return context


def newest_public(count: int) -> list[Any]:
    """Return the newest statuses that everybody may see."""
    nobody = AnonymousUser()
    public = Post.objects.visible_to(nobody).filter(scope_level=PUBLIC, is_share=False)
    return list(posts_for(nobody, as_read_by(public, nobody).order_by("-pk")[:count]))


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
        template = "home/blocks/gallery.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        prefetch_related_objects([item["image"] for item in value["pictures"] if item["image"]], "renditions")
        return super().get_context(value, parent_context=parent_context)


class HomeBlock(blocks.StreamBlock):
    hero = HeroBlock()
    news = NewsBlock()
    notices = NoticesBlock()
    neighbours = NeighboursBlock()
    phones = PhonesBlock()
    welcome = WelcomeBlock()
    gallery = GalleryBlock()
    text = blocks.RichTextBlock(
        label=_("文字"), features=["h2", "h3", "bold", "link", "ul", "ol"], template="home/blocks/text.html"
    )
