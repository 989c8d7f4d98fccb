from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from foundation.core.facets import (
    Erasing,
    Event,
    EventGroup,
    OnErase,
    PrivacyFacet,
    ReviewFacet,
    SearchFacet,
    Without,
    WorkFacet,
)
from foundation.core.kinds import Kind
from foundation.core.pages.found import STATE, page_scope
from foundation.moderation.domain.pages import decide_page
from home.models import CommunityPage, HomePage
from news.permissions import NewsPermission


def _words(page: CommunityPage) -> str:
    """What a community's page is found by: what it says of itself, whom to ask, what is on its plan."""
    people = [f"{one.name} {one.duty}" for one in page.contacts.all()]
    places = [f"{one.name} {one.text}" for one in page.markers.all()]
    said = [page.summary, strip_tags(page.introduction), page.address, page.phone]
    return " ".join([page.place.name, *said, *people, *places])


def _kind(key: str, model: str, name: Any, manager: Any, **facets: Any) -> Kind:
    """What the pages of this app have in common."""
    return Kind(
        key=key,
        model=model,
        name=name,
        title=lambda page: page.title,
        url=lambda page: page.get_absolute_url(),
        visible_to=manager.visible_to,
        owner=lambda page: None,
        audit={
            "moderation.approve": _("审核通过并发布"),
            "moderation.refuse": _("退回修改"),
            "moderation.publish": _("未经审核直接发布"),
        },
        privacy=PrivacyFacet(
            subject="owner",
            category="publication",
            retain="as long as it is published",
            on_erase=OnErase.ANONYMISE,
        ),
        review=ReviewFacet(
            decide=decide_page,
            permission=NewsPermission.PUBLISH,
            template="home/page_review.html",
            context=lambda page, by: {"page": page.get_latest_revision_as_object()},
            version=lambda page: str(page.latest_revision_id),
            title=lambda page: page.draft_title or page.title,
            reasons=[_("请补充图片的替代文字。"), _("请核对时间、地点和联系电话。")],
        ),
        notify={
            "approved": Event(_("您提交的内容已发布"), EventGroup.WORK),
            "returned": Event(_("您提交的内容被退回修改"), EventGroup.WORK),
        },
        comments=Without("looked up, not talked about"),
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
        "community",
        "home.CommunityPage",
        _("社区"),
        CommunityPage.objects,
        place_path=lambda page: page.place.path,
        search=SearchFacet(
            text=_words,
            weight=4,
            scope=page_scope,
            language=lambda page: page.locale.language_code,
            state=STATE,
            related=["locale", "place"],
        ),
    ),
    _kind(
        "front_page",
        "home.HomePage",
        _("首页"),
        HomePage.objects,
        place_path=Without("for the whole community"),
        search=Without("its blocks list what is found by itself"),
    ),
]
NOT_KINDS = {
    "CommunityIndexPage": "a list of communities' pages",
    "Contact": "part of a community's page",
    "OpeningHours": "part of a community's page",
    "PlanMarker": "part of a community's page",
}
ERASE = [
    Erasing(
        links=[
            f"home.{model}.{field}"
            for model in ("HomePage", "CommunityIndexPage", "CommunityPage")
            for field in ("locked_by", "owner")
        ],
        why="the office's page; who edited it stays nameless",
    )
]
