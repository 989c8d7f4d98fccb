"""One more page of a community, one more front page: published, or a draft for the inbox."""

from typing import TYPE_CHECKING, Any

from wagtail.models import Page

from foundation.core.models import Place
from home.models import CommunityPage, HomePage

if TYPE_CHECKING:
    from tests.lists.scene import Scene


def portal_pages(scene: "Scene", number: int, *, live: bool) -> dict[str, Any]:
    """Return them by their kinds."""
    return {
        "community": _community(scene, number, live=live),
        "front_page": _front_page(number, live=live),
    }


def _community(scene: "Scene", number: int, *, live: bool) -> CommunityPage:
    street = Place.objects.get(slug="wutong")
    name = f"{'c' if live else 'd'}{number}"
    place = street.add_child(name=f"社区{name}", slug=name, level="committee")
    page = CommunityPage(title=f"社区{name}", slug=name, place=place, summary="12 幢楼。", live=live)
    return _stored(type(scene.portal.communities).objects.get(), page)


def _front_page(number: int, *, live: bool) -> HomePage:
    name = f"{'h' if live else 'g'}{number}"
    return _stored(Page.get_first_root_node(), HomePage(title=f"首页{name}", slug=name, live=live))


def _stored(parent: Page, page: Any) -> Any:
    parent.add_child(instance=page)
    if page.live:
        page.save_revision().publish(skip_permission_checks=True)
    return page
