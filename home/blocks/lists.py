"""Blocks that list what others wrote: the site fills them, the editor says how many."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from foundation.accounts.models import User
from foundation.core.access.scopes import PUBLIC
from foundation.social.domain.queries.posts import as_read_by, posts_for
from foundation.social.models import Post
from groups.domain.queries import circles, groups
from helpagreements.domain.queries import agreements
from news.models import ArticlePage, NoticePage
from organisations.models import Institution


class NewsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("标题"), default="社区新闻", max_length=20)
    count = blocks.IntegerBlock(label=_("条数"), default=5, min_value=1, max_value=12)

    class Meta:
        icon = "doc-full-inverse"
        label = _("最新新闻")
        description = _("最新的几条新闻，第一条带大图。")
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
        description = _("正在有效期内的公告，新的在前。")
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
        description = _("邻居们公开说的话，最新的在前。")
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


class TodayBlock(blocks.StaticBlock):
    """The strip of the day: date, weather, flag, plate limits, warnings."""

    class Meta:
        icon = "date"
        label = _("今天")
        description = _("今天的日期和节气、天气、升降旗和限行，自动更新。")
        admin_text = _("今天的日期和节气、天气、升降旗和限行，自动更新。")
        template = "home/blocks/today.html"


class HelpBlock(blocks.StructBlock):
    """Who helps here, and what was agreed: the institutions that were admitted and the newest public cards."""

    title = blocks.CharBlock(label=_("标题"), default="互助帮扶", max_length=20)
    count = blocks.IntegerBlock(label=_("条数"), default=3, min_value=1, max_value=6)

    class Meta:
        icon = "group"
        label = _("互助帮扶")
        description = _("帮扶机构和最近签的协议；还没有就不显示。")
        template = "home/blocks/help.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        listed = Institution.objects.visible_to(AnonymousUser()).listed()
        context["institutions"] = list(
            listed.select_related("organisation__place", "logo")
            .prefetch_related("audiences", "services")
            .order_by("-pk")[: value["count"]]
        )
        context["agreements"] = list(agreements.published()[: value["count"]])
        return context


class CirclesBlock(blocks.StructBlock):
    """What neighbours do together: the groups that staff let on the portal, and the newest circles."""

    title = blocks.CharBlock(label=_("标题"), default="圈子和群组", max_length=20)
    count = blocks.IntegerBlock(label=_("条数"), default=3, min_value=1, max_value=6)

    class Meta:
        icon = "group"
        label = _("圈子和群组")
        description = _("审核通过、可以上首页的兴趣群组，和最新的圈子；还没有就不显示。")
        template = "home/blocks/circles.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["groups"] = list(groups.on_portal()[: value["count"]])
        context["circles"] = list(circles.newest(value["count"]))
        return context


class FiguresBlock(blocks.StructBlock):
    """The community in numbers (数说社区); none is shown that could point at somebody."""

    title = blocks.CharBlock(label=_("标题"), default="数说社区", max_length=20)

    class Meta:
        icon = "order"
        label = _("数说社区")
        description = _("实名邻居、帮扶机构、协议和公告的数目，每天自动数。")
        template = "home/blocks/figures.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        # Of fewer than these somebody could know who it is.
        context["figures"] = [(number, words) for number, words in figures() if number >= FEWEST]
        return context


FEWEST = 5


def figures() -> list[tuple[int, Any]]:
    """Return how many there are of what the community is proud of, each with its words."""
    nobody = AnonymousUser()
    return [
        (User.objects.filter(is_active=True, verified_at__isnull=False).count(), _("位实名邻居")),
        (Institution.objects.visible_to(nobody).listed().count(), _("家帮扶机构")),
        (agreements.published().count(), _("份帮扶协议")),
        (ArticlePage.objects.visible_to(None).in_language().count(), _("条社区新闻")),
    ]
