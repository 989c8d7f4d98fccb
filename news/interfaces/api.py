"""News and notices (P1, P3, U5)."""

from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import Paging
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import PublicId
from foundation.core.api.scope import TokenScope
from news.domain import reading, receipts
from news.domain.finding import MOST_SIGNS, with_words
from news.interfaces.schemas import (
    COVERS,
    ArticleList,
    ArticleOut,
    ChannelOut,
    NoticeList,
    NoticeOut,
    article_row,
    body_out,
    notice_row,
)
from news.models import ArticlePage, Channel, NoticePage
from news.permissions import NewsPermission

routes = Routes("news")
NEWEST = ["-published_on", "-pk"]
OPEN = {"scope": TokenScope.READ, "open_because": "what is published is for everybody"}


class WhichArticles(Paging):
    channel: str = Field("", max_length=30, description="The slug of a channel.")
    tag: str = Field("", max_length=100, description="The slug or the name of a tag.")
    q: str = Field("", max_length=MOST_SIGNS, description="Words that stand in it.")


@routes.reads("/news", returns=ArticleList, **OPEN)
def list_articles(request: ApiRequest, which: Query[WhichArticles]) -> dict[str, Any]:
    """List the news, the newest first."""
    found: Any = ArticlePage.objects.visible_to(request.user).in_language().for_list()
    if which.channel:
        found = found.filter(channel__slug=which.channel)
    if which.tag:
        found = found.with_tag(which.tag)
    if which.q:
        found = with_words(found, which.q)
    place = f"news:{which.channel}:{which.tag}:{which.q}"
    shown, following = paging.page_of(found, by=NEWEST, paging=which, of=place, user=request.user)
    return {"items": [article_row(page) for page in shown], "next": following}


@routes.reads("/news/channels", returns=list[ChannelOut], **OPEN)
def list_channels(request: ApiRequest) -> list[dict[str, str]]:
    """List the channels of the news."""
    return [{"slug": channel.slug, "name": channel.label} for channel in Channel.objects.columns()]


@routes.reads("/news/{id}", returns=ArticleOut, **OPEN)
def read_article(request: ApiRequest, id: PublicId) -> dict[str, Any]:  # noqa: A002
    """Read an article; its comments stand under `/comments/article/{id}`."""
    visible = ArticlePage.objects.visible_to(request.user).select_related("channel", "cover")
    page = get_object_or_404(visible, public_id=id)
    return {
        **article_row(page, cuts=COVERS),
        "source": page.source,
        "byline": page.byline,
        "tags": sorted(tag.name for tag in page.tags.all()),
        "readers": reading.count(page),
        "comments_open": page.comments_open and not page.get_view_restrictions(),
        "body": body_out(page.body),
        "related": [article_row(other) for other in reading.related(page)],
    }


class WhichNotices(Paging):
    level: Literal["", *NoticePage.Level.values] = ""  # type: ignore[valid-type]
    in_force: bool = Field(False, description="Only those that are valid now.")


@routes.reads("/notices", returns=NoticeList, **OPEN)
def list_notices(request: ApiRequest, which: Query[WhichNotices]) -> dict[str, Any]:
    """List the notices, the newest first."""
    found: Any = NoticePage.objects.visible_to(request.user).in_language().for_list()
    if which.level:
        found = found.filter(level=which.level)
    if which.in_force:
        found = found.in_force()
    place = f"notices:{which.level}:{which.in_force}"
    shown, following = paging.page_of(found, by=NEWEST, paging=which, of=place, user=request.user)
    return {"items": [notice_row(page) for page in shown], "next": following}


@routes.reads("/notices/{id}", returns=NoticeOut, **OPEN)
def read_notice(request: ApiRequest, id: PublicId) -> dict[str, Any]:  # noqa: A002
    """Read a notice."""
    page = get_object_or_404(NoticePage.objects.visible_to(request.user), public_id=id)
    asked = receipts.asked_of(page, request.user)
    return {
        **notice_row(page),
        "ended_at": page.ended_at,
        "updates": list(page.original.updates.order_by("-at", "-pk").values("text", "at", "ends")),
        "confirmed": asked.confirmed if asked else None,
        "body": body_out(page.body),
    }


@routes.writes(
    "PUT",
    "/notices/{id}/read",
    scope=TokenScope.WRITE,
    may=NewsPermission.CONFIRM_NOTICE,
    returns=None,
    status=204,
)
def confirm_notice(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Confirm that a notice which must be read was read; again changes nothing."""
    receipts.confirm(
        get_object_or_404(NoticePage.objects.visible_to(request.user), public_id=id), by=request.user
    )
