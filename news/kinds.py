from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from foundation.core.facets import (
    CommentPolicy,
    CommentsFacet,
    Erasing,
    Event,
    EventGroup,
    Handover,
    OnErase,
    PrivacyFacet,
    ProxyAct,
    ReviewFacet,
    SearchFacet,
    Without,
    WorkFacet,
)
from foundation.core.kinds import Kind
from foundation.core.pages.found import STATE, body_text, page_scope
from foundation.moderation.domain.pages import decide_page
from news.domain import handing
from news.models import ArticlePage, NoticePage
from news.permissions import NewsPermission


def _review(template: str) -> ReviewFacet:
    return ReviewFacet(
        decide=decide_page,
        permission=NewsPermission.PUBLISH,
        template=template,
        context=lambda page, by: {"page": page.get_latest_revision_as_object()},
        version=lambda page: str(page.latest_revision_id),
        title=lambda page: page.draft_title or page.title,
        reasons=[_("请补充图片的替代文字。"), _("请核对时间、地点和联系电话。"), _("标题太长，请精简。")],
    )


def _kind(key: str, model: str, name: Any, manager: Any, *, weight: int, **facets: Any) -> Kind:
    """What articles and notices have in common."""
    return Kind(
        key=key,
        model=model,
        name=name,
        title=lambda page: page.title,
        url=lambda page: page.get_absolute_url(),
        visible_to=manager.visible_to,
        owner=lambda page: None,
        place_path=Without("for the whole community; places come with the audience of notices"),
        audit={
            "moderation.approve": _("审核通过并发布"),
            "moderation.refuse": _("退回修改"),
            "moderation.publish": _("未经审核直接发布"),
            "news.hand_over": _("移交草稿和锁定的页面"),
            "news.publish_notice": _("为自己管辖的地点发布公告"),
            "news.take_back_notice": _("撤下自己管辖地点的公告"),
        },
        privacy=PrivacyFacet(
            subject="owner",
            category="publication",
            retain="as long as it is published",
            on_erase=OnErase.ANONYMISE,
        ),
        search=SearchFacet(
            text=lambda page: f"{page.summary} {body_text(page.body)}",
            weight=weight,
            scope=page_scope,
            date=lambda page: page.published_on,
            language=lambda page: page.locale.language_code,
            state=STATE,
            related=["locale"],
        ),
        notify={
            "approved": Event(_("您提交的内容已发布"), EventGroup.WORK),
            "returned": Event(_("您提交的内容被退回修改"), EventGroup.WORK),
        },
        feed=Without("the portal shows it; the feed is for people"),
        report=Without("the office's own word: readers write to its hotline"),
        export=Without("the office's publication, not its editor's data"),
        demo=Without("the demo's pages are composed in linli"),
        work=WorkFacet(
            events=frozenset({"returned"}),
            rows=lambda user: manager.filter(Q(owner=user) | Q(latest_revision__user=user)),
            title=lambda page: page.draft_title or page.title,
            url=lambda page: reverse("wagtailadmin_pages:edit", args=[page.pk]),
        ),
        **facets,
    )


KINDS = [
    _kind(
        "article",
        "news.ArticlePage",
        _("新闻"),
        ArticlePage.objects,
        weight=3,
        review=_review("news/article_review.html"),
        comments=CommentsFacet(policy=CommentPolicy.REVIEWED, is_open=lambda page: page.comments_open),
    ),
    _kind(
        "notice",
        "news.NoticePage",
        _("公告"),
        NoticePage.objects,
        weight=4,
        review=_review("news/notice_review.html"),
        comments=Without("a notice is read; questions go to the telephone beside it"),
    ),
]
NOT_KINDS = {
    "ArticleTag": "part of an article",
    "ArticleViews": "a number of an article",
    "Channel": "a column's name",
    "NewsIndexPage": "a list of articles",
    "NoticeIndexPage": "a list of notices",
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
ERASE = [
    Erasing(
        links=[
            f"{model}.{field}"
            for model in ("news.ArticlePage", "news.NoticePage", "news.NewsIndexPage", "news.NoticeIndexPage")
            for field in ("locked_by", "owner")
        ],
        why="the office's publication; who edited it stays nameless",
    )
]
