"""A community's page on a telephone and at a desk, and the plan in an editor's hands (P12)."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from playwright.sync_api import Route, expect
from wagtail.models import Locale

from foundation.core.models import PortalImage
from home.models import CommunityPage, Contact, OpeningHours, PlanMarker
from tests.browser.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.row("P12")]


@pytest.fixture
def lane(portal: Any, transactional_db: None, places: dict[str, Any], picture: Callable) -> CommunityPage:
    plan = PortalImage.objects.create(
        title="平面图", description="花园在正中，四面各有一个门。", file=picture("plan.jpg", (1600, 1200))
    )
    locale = Locale.get_default()
    page = CommunityPage(
        title="银杏里社区",
        slug="ginkgo",
        place=places["ginkgo"],
        summary="12 幢楼、2,140 户，院子中间有一片六十年的银杏。",
        introduction="<p>建于一九六四年。</p>",
        address="银杏南路 12 号",
        phone="0571-5550-0112",
        email="ginkgo@demo.example",
        plan=plan,
        latitude="30.25000",
        longitude="120.16000",
        hours=[OpeningHours(first_day=1, last_day=7, opens=time(0), closes=time(23, 59), on_holidays=True)],
        contacts=[
            Contact(name="欧阳建国主任", duty="居民议事", phone="0571-5550-0113", locale=locale),
        ],
        markers=[
            PlanMarker(name="服务站", text="办事", type="landmark", x="20.00", y="30.00", locale=locale),
            PlanMarker(name="北门", text="", type="map-pin", x="50.00", y="9.00", locale=locale),
        ],
    )
    portal.communities.add_child(instance=page)
    page.save_revision().publish()
    return page


def _sound(page: Any, mode: str = "ordinary") -> None:
    page.wait_for_load_state()
    found = list(faults(page, mode))
    assert not found, f"{page.url}\n" + "\n".join(found)


def test_from_the_list_to_whom_to_call(phone: Any, lane: CommunityPage) -> None:
    phone.goto("/communities/")
    _sound(phone)
    phone.click("main h2 a")
    expect(phone.locator(".place-open")).to_contain_text("现在有人办公")
    expect(phone.locator("a[href^='tel:']", has_text="0571-5550-0113")).to_be_visible()
    _sound(phone)


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_plan_is_enlarged_and_a_number_says_what_it_is(
    size: str, request: pytest.FixtureRequest, lane: CommunityPage
) -> None:
    page = request.getfixturevalue(size)
    page.goto(lane.get_url())
    expect(page.locator(".plan__pin")).to_have_count(2)
    page.click("[data-plan-open]")
    first = page.locator(".plan__map .plan__number", has_text="1")
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup-content")).to_contain_text("服务站")
    expect(page.locator(".leaflet-popup-content")).to_contain_text("办事")
    _sound(page)


def test_a_street_map_asks_the_tile_server_of_the_settings_and_nobody_before(
    desktop: Any, lane: CommunityPage, settings: Any, picture: Callable
) -> None:
    settings.MAP_TILES_URL = "https://tiles.example/{z}/{x}/{y}.png"
    settings.MAP_TILES_CREDIT = "© 天地图 <b>"
    settings.SECURE_CSP = {
        **settings.SECURE_CSP,
        "img-src": [*settings.SECURE_CSP["img-src"], "https://tiles.example"],
    }
    asked: list[str] = []

    def tile(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=picture("t.png", (256, 256), "PNG").read(), content_type="image/png")

    desktop.route("https://tiles.example/**", tile)
    desktop.goto(lane.get_url())
    assert asked == []
    desktop.click("[data-map-open]")
    expect(desktop.locator(".plan__map--tiles img.leaflet-tile-loaded").first).to_be_visible()
    expect(desktop.locator(".leaflet-control-attribution")).to_contain_text("© 天地图 <b>")
    assert all(one.startswith("https://tiles.example/16/") for one in asked)


def test_an_editor_presses_a_place_into_the_plan(
    desktop: Any, lane: CommunityPage, person: Callable, sign_in: Callable
) -> None:
    person("editor", roles=("editor",))
    sign_in(desktop, "editor")
    desktop.goto(f"/admin/pages/{lane.pk}/edit/")
    desktop.locator("[name='markers-1-name']").focus()
    plan = desktop.locator("[data-plan-editor]")
    plan.scroll_into_view_if_needed()
    box = plan.bounding_box()
    plan.click(position={"x": box["width"] / 4, "y": box["height"] / 2})
    x = float(desktop.locator("[name='markers-1-x']").input_value())
    y = float(desktop.locator("[name='markers-1-y']").input_value())
    assert (abs(x - 25) < 1, abs(y - 50) < 1) == (True, True)
    expect(plan.locator("b")).to_have_count(2)
