from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from foundation.core.facets import Erasing, SearchFacet, Without
from foundation.core.pages.found import STATE, page_scope
from foundation.moderation.page_kinds import page_kind
from home.models import CommunityPage, HomePage
from news.permissions import NewsPermission


def _words(page: CommunityPage) -> str:
    """What a community's page is found by: what it says of itself, whom to ask, what is on its plan."""
    people = [f"{one.name} {one.duty}" for one in page.contacts.all()]
    places = [f"{one.name} {one.text}" for one in page.markers.all()]
    said = [page.summary, strip_tags(page.introduction), page.address, page.phone]
    return " ".join([page.place.name, *said, *people, *places])


REVIEWED: dict[str, Any] = {
    "permission": NewsPermission.PUBLISH,
    "template": "home/page_review.html",
    "reasons": [_("请补充图片的替代文字。"), _("请核对时间、地点和联系电话。")],
    "comments": Without("looked up, not talked about"),
}
KINDS = [
    page_kind(
        "community",
        "home.CommunityPage",
        _("社区"),
        CommunityPage.objects,
        **REVIEWED,
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
    page_kind(
        "front_page",
        "home.HomePage",
        _("首页"),
        HomePage.objects,
        **REVIEWED,
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
    ),
    Erasing(
        links=[
            "wagtail_localize.StringTranslation.last_translated_by",
            "wagtail_localize.SegmentOverride.last_translated_by",
        ],
        why="the office's words; who translated them stays nameless",
    ),
]
