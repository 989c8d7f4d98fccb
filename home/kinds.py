from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from foundation.core.facets import Erasing, OnErase, PrivacyFacet, SearchFacet, Without
from foundation.core.kinds import Kind
from foundation.core.pages.found import STATE, page_scope
from home.models import CommunityPage


def _words(page: CommunityPage) -> str:
    """What a community's page is found by: what it says of itself, whom to ask, what is on its plan."""
    people = [f"{one.name} {one.duty}" for one in page.contacts.all()]
    places = [f"{one.name} {one.text}" for one in page.markers.all()]
    said = [page.summary, strip_tags(page.introduction), page.address, page.phone]
    return " ".join([page.place.name, *said, *people, *places])


KINDS = [
    Kind(
        key="community",
        model="home.CommunityPage",
        name=_("社区"),
        title=lambda page: page.title,
        url=lambda page: page.get_absolute_url(),
        visible_to=CommunityPage.objects.visible_to,
        owner=lambda page: None,
        place_path=lambda page: page.place.path,
        audit=Without("written and published like every page; its history is Wagtail's"),
        privacy=PrivacyFacet(
            subject="owner",
            category="publication",
            retain="as long as it is published",
            on_erase=OnErase.ANONYMISE,
        ),
        search=SearchFacet(
            text=_words,
            weight=4,
            scope=page_scope,
            language=lambda page: page.locale.language_code,
            state=STATE,
            related=["locale", "place"],
        ),
        review=Without("written by editors; who may publish it publishes it"),
        notify=Without("looked up, not told"),
        comments=Without("what people have to say to an office they say by telephone, or to its ideas' page"),
        feed=Without("the portal shows it; the feed is for people"),
        report=Without("the office's own word: readers write to its hotline"),
        export=Without("the office's publication, not its editor's data"),
        demo=Without("the demo's pages are composed in linli"),
    )
]
NOT_KINDS = {
    "CommunityIndexPage": "a list of communities' pages",
    "Contact": "part of a community's page",
    "HomePage": "a frame: its blocks list objects of kinds, each by its own visibility",
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
