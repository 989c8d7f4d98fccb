from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from foundation.core.access.scopes import PLACE
from foundation.core.facets import (
    CommentPolicy,
    CommentsFacet,
    Erasing,
    Event,
    EventGroup,
    ExportFacet,
    Handover,
    OwnPart,
    ProxyAct,
    SearchFacet,
    Without,
)
from foundation.core.kinds import Kind
from foundation.core.pages.found import STATE, body_text, page_scope
from foundation.moderation.page_kinds import page_kind
from news.domain import handing
from news.models import ArticlePage, NoticePage, NoticeReading
from news.permissions import NewsPermission


def _kind(key: str, model: str, name: Any, manager: Any, *, weight: int, **facets: Any) -> Kind:
    """What articles and notices have in common."""
    return page_kind(
        key,
        model,
        name,
        manager,
        permission=NewsPermission.PUBLISH,
        template=f"news/{key}_review.html",
        reasons=[_("请补充图片的替代文字。"), _("请核对时间、地点和联系电话。"), _("标题太长，请精简。")],
        audit={
            "news.hand_over": _("移交草稿和锁定的页面"),
            "news.publish_notice": _("为自己管辖的地点发布公告"),
            "news.take_back_notice": _("撤下自己管辖地点的公告"),
            "news.update_notice": _("给公告加更新"),
            "news.lift_notice": _("解除公告"),
            "news.remind_unread": _("提醒还没读公告的人"),
            "news.read_unread_names": _("查看谁还没读公告"),
        },
        search=SearchFacet(
            text=lambda page: f"{page.summary} {body_text(page.body)}",
            weight=weight,
            scope=page_scope,
            date=lambda page: page.published_on,
            language=lambda page: page.locale.language_code,
            state=STATE,
            related=["locale"],
        ),
        **facets,
    )


KINDS = [
    _kind(
        "article",
        "news.ArticlePage",
        _("新闻"),
        ArticlePage.objects,
        place_path=Without("for the whole community"),
        weight=3,
        comments=CommentsFacet(policy=CommentPolicy.REVIEWED, is_open=lambda page: page.comments_open),
        can_be_saved=True,
    ),
    _kind(
        "notice",
        "news.NoticePage",
        _("公告"),
        NoticePage.objects,
        place_path=lambda page: page.scope_ref if page.scope_level == PLACE else "",
        events={
            "urgent": Event(_("社区发布了紧急公告"), EventGroup.COMMUNITY, urgent=True),
            "updated": Event(_("紧急公告有新进展"), EventGroup.COMMUNITY, urgent=True),
            "lifted": Event(_("紧急公告已解除"), EventGroup.COMMUNITY, urgent=True),
            "must_read": Event(_("社区请您读一条必读公告"), EventGroup.COMMUNITY),
            "reminded": Event(_("提醒您：这条必读公告还没有确认"), EventGroup.COMMUNITY),
        },
        weight=4,
        comments=Without("a notice is read; questions go to the telephone beside it"),
    ),
]
NOT_KINDS = {
    "ArticleTag": "part of an article",
    "ArticleViews": "a number of an article",
    "Channel": "a column's name",
    "NewsIndexPage": "a list of articles",
    "NoticeIndexPage": "a list of notices",
    "NoticeReading": "that somebody has read a notice: hers alone, and a number for the office; goes when she leaves",
    "NoticeReminder": "when those who had not read were reminded; a number of a notice",
    "NoticeUpdate": "part of a notice",
}
PROXY_ACTS = [
    ProxyAct(
        name=_("看公告"),
        text=_("停水停电、体检、办事通知"),
        icon="megaphone",
        url=lambda: pgettext("address", "/notices/"),
    )
]
HANDOVERS = [Handover(name=_("草稿和锁定的页面"), waiting=handing.waiting, hand_over=handing.pass_on)]
OWN_DATA = [
    OwnPart(
        key="notice_readings",
        name=_("确认读过的公告"),
        facet=ExportFacet(
            rows=lambda user: NoticeReading.objects.filter(user=user).select_related("notice").order_by("pk"),
            as_data=lambda reading: {"notice": reading.notice.title, "read_at": reading.read_at},
        ),
    )
]
ERASE = [
    Erasing(
        links=["news.NoticeReading.user"],
        why="that she read it says something of her alone",
        erase=lambda user: NoticeReading.objects.filter(user=user).delete()[0],
    ),
    Erasing(
        links=["news.NoticeUpdate.by", "news.NoticeReminder.by"],
        why="the office's publication; who wrote it stays nameless",
    ),
    Erasing(
        links=[
            f"{model}.{field}"
            for model in ("news.ArticlePage", "news.NoticePage", "news.NewsIndexPage", "news.NoticeIndexPage")
            for field in ("locked_by", "owner")
        ],
        why="the office's publication; who edited it stays nameless",
    ),
]
