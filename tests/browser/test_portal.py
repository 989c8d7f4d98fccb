"""Journeys through the portal, on a telephone and at a desk: an article, the front page, two languages (P1, P8, P11)."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from wagtail.models import Locale

from foundation.core.access.scopes import PLACE, Scope
from foundation.core.models import PortalImage
from foundation.core.pages import agenda
from home.models import CommunityPage, PlanMarker
from news.models import ArticlePage, Channel, NoticePage

pytestmark = pytest.mark.browser


@pytest.fixture(params=["phone", "desktop"])
def device(request: pytest.FixtureRequest) -> Page:
    return request.getfixturevalue(request.param)


@pytest.fixture
def avenue(article: Callable, picture: Callable) -> ArticlePage:
    """An article with a cover and a gallery in one channel; in another there is one more."""
    cover = PortalImage.objects.create(
        title="银杏", description="金黄的银杏", file=picture("a.jpg", size=(1600, 900))
    )
    shown = [{"image": cover, "caption": "南段"}, {"image": cover, "caption": "北段"}]
    article("食堂换菜单")
    other = Channel.objects.create(name="邻里故事", slug="stories")
    page = article("银杏黄了", cover=cover, body=[("gallery", {"pictures": shown})])
    page.channel = other
    page.save_revision().publish()
    return ArticlePage.objects.get(pk=page.pk)


@pytest.mark.row("P1")
def test_a_resident_finds_an_article_looks_at_its_pictures_and_says_something(
    device: Page, avenue: ArticlePage, person: Callable, sign_in: Callable
) -> None:
    person("lin", display="林秋雨")
    sign_in(device, "lin", after="/news/")
    expect(device.locator(".newslist, .lead").get_by_role("link")).to_have_count(2)
    device.get_by_role("navigation", name="频道").get_by_role("link", name="邻里故事").click()
    device.wait_for_url("**channel=stories")
    expect(device.get_by_role("link", name="食堂换菜单")).to_have_count(0)
    device.locator("main").get_by_role("link", name="银杏黄了").click()
    expect(device.locator("h1")).to_have_text("银杏黄了")
    assert device.locator(".article__cover img").evaluate("i => i.currentSrc.endsWith('.avif')")
    assert device.evaluate("document.documentElement.scrollWidth <= innerWidth")
    device.locator(".gallery a").first.click()
    box = device.get_by_role("dialog", name="看大图")
    expect(box).to_contain_text("1 / 2")
    box.get_by_role("button", name="下一张").click()
    expect(box).to_contain_text("2 / 2")
    device.keyboard.press("Escape")
    expect(box).to_be_hidden()
    device.context.grant_permissions(["clipboard-read", "clipboard-write"])
    device.get_by_role("button", name="复制链接").click()
    expect(device.get_by_text("已复制")).to_be_visible()
    assert device.evaluate("navigator.clipboard.readText()").endswith(avenue.url)
    device.get_by_label("写评论").fill("周末去看")
    device.get_by_role("button", name="发表").click()
    expect(device.locator(".talk__item", has_text="周末去看")).to_be_visible()
    # On paper nothing is left to press.
    device.emulate_media(media="print")
    expect(device.locator("h1")).to_be_visible()
    for pressed in (".site-head", ".pass-on", "[data-comment-form]", ".foot"):
        expect(device.locator(pressed).first).to_be_hidden()


@pytest.mark.row("P1")
@pytest.mark.deny
def test_a_comment_that_no_editor_has_read_is_seen_by_its_writer_alone(
    desktop: Page, avenue: ArticlePage, person: Callable, sign_in: Callable
) -> None:
    person("lin")
    sign_in(desktop, "lin", after=avenue.url)
    desktop.get_by_label("写评论").fill("周末去看")
    desktop.get_by_role("button", name="发表").click()
    expect(desktop.locator(".talk__item", has_text="周末去看")).to_be_visible()
    desktop.context.clear_cookies()
    desktop.goto(avenue.url)
    expect(desktop.locator("h1")).to_be_visible()
    expect(desktop.get_by_text("周末去看")).to_have_count(0)


@pytest.mark.row("P8")
def test_an_editor_moves_a_block_and_the_front_page_follows(
    desktop: Page, phone: Page, portal: Any, person: Callable, sign_in: Callable
) -> None:
    portal.home.body = [("text", "<p>先说这一段</p>"), ("text", "<p>再说那一段</p>")]
    portal.home.save_revision().publish()

    def order() -> list[str]:
        phone.goto("/")
        return phone.locator("main p", has_text="一段").all_inner_texts()

    assert order() == ["先说这一段", "再说那一段"]
    person("boss", roles=("administrator", "editor"))
    sign_in(desktop, "boss", after=f"/admin/pages/{portal.home.pk}/edit/")
    desktop.get_by_role("button", name="上移").nth(1).click()
    desktop.locator("footer .w-dropdown__toggle").last.click()
    desktop.locator("footer [name=action-publish]").click()
    desktop.wait_for_load_state()
    assert order() == ["再说那一段", "先说这一段"]


@pytest.mark.row("P8")
@pytest.mark.deny
def test_what_is_a_member_s_own_no_visitor_finds_on_the_front_page(
    device: Page, portal: Any, person: Callable, places: dict, sign_in: Callable, monkeypatch: Any
) -> None:
    waits = agenda.Entry(words="签署协议", url="/feed/", waits=True)
    monkeypatch.setattr(agenda, "_sources", [lambda user: [waits]])
    notice = NoticePage(title="银杏里选楼门长", slug="elect", summary="周日上午。", live=False)
    notice.scope = Scope(PLACE, places["ginkgo"].path)
    portal.notices.add_child(instance=notice)
    notice.save_revision().publish(skip_permission_checks=True)
    person("lin")
    for _time in range(2):
        device.goto("/")
        expect(device.get_by_role("banner").get_by_role("link", name="登录")).to_be_visible()
        for own in ("签署协议", "银杏里选楼门长"):
            expect(device.get_by_text(own)).to_have_count(0)
        sign_in(device, "lin")
        for own in ("签署协议", "银杏里选楼门长"):
            expect(device.get_by_role("link", name=own)).to_be_visible()
        device.context.clear_cookies()


@pytest.mark.row("P11")
def test_changing_the_language_keeps_the_page_and_says_what_is_not_translated(
    device: Page, portal: Any, article: Callable
) -> None:
    page, english = article("银杏黄了"), Locale.objects.get_or_create(language_code="en")[0]
    lift = article("电梯通过公示")
    for parent in (portal.home, portal.news):
        parent.copy_for_translation(english).save_revision().publish()
    made = lift.copy_for_translation(english)
    made.title, made.summary = "The lift is approved", "Work begins in December."
    made.save_revision().publish()
    device.goto(lift.url)
    device.get_by_role("link", name="English").click()
    device.wait_for_url(f"**/en{lift.url}")
    expect(device.locator("h1")).to_have_text("The lift is approved")
    expect(device.get_by_text("Nobody has translated")).to_have_count(0)
    device.goto(page.url)
    device.get_by_role("link", name="English").click()
    device.wait_for_url(f"**/en{page.url}")
    expect(device.get_by_text("Nobody has translated this page yet")).to_be_visible()
    expect(device.locator("h1")).to_have_attribute("lang", "zh-CN")
    expect(device.locator("html")).to_have_attribute("lang", "en")
    device.get_by_role("link", name="简体中文").click()
    device.wait_for_url(f"**{page.url}")
    expect(device.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(device.get_by_text("还没有译文")).to_have_count(0)


@pytest.fixture
def community_page(portal: Any, places: dict, picture: Callable) -> CommunityPage:
    """A community with a plan of two places, one of a kind with a long name."""
    plan = PortalImage.objects.create(title="平面图", file=picture("plan.jpg", size=(1680, 1200)))
    locale = Locale.get_default()
    marked = [("微型消防站", "灭火器、急救箱、AED", "shield-check"), ("社区食堂", "早餐到晚餐", "soup")]
    page = CommunityPage(
        title="银杏里社区",
        slug="ginkgo",
        place=places["ginkgo"],
        summary="12 幢楼。",
        plan=plan,
        markers=[
            PlanMarker(name=name, text=text, type=kind, x="50.00", y="40.00", locale=locale)
            for name, text, kind in marked
        ],
    )
    portal.communities.add_child(instance=page)
    page.save_revision().publish()
    return page


def _elder(page: Page, width: int, path: str) -> None:
    page.set_viewport_size({"width": width, "height": 780})
    page.goto("/")
    page.context.add_cookies([{"name": "elder", "value": "1", "url": page.url}])
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")


@pytest.mark.row("P12")
def test_the_places_of_a_community_stay_readable_in_the_elder_mode(
    phone: Page, community_page: CommunityPage
) -> None:
    _elder(phone, 360, community_page.get_url())
    widths = phone.locator(".plan__places b").evaluate_all(
        "all => all.map(b => b.parentElement.clientWidth / parseFloat(getComputedStyle(b).fontSize))"
    )
    assert len(widths) == 2
    assert min(widths) >= 8
    # A phone widens its page to what does not fit, so what it was given is the measure.
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.row("P12")
def test_a_community_s_plan_is_larger_after_one_press_and_fills_its_room(
    device: Page, community_page: CommunityPage
) -> None:
    device.goto(community_page.get_url())
    small = device.locator(".plan__drawn").bounding_box()
    device.click("[data-plan-open]")
    expect(device.locator(".plan__map .plan__number")).to_have_count(2)
    large, room = (
        device.locator(f".plan__map{inside}").bounding_box() for inside in (" .leaflet-image-layer", "")
    )
    assert small
    assert large
    assert room
    assert large["width"] >= 1.4 * small["width"]
    assert large["x"] <= room["x"]
    assert large["y"] <= room["y"]
    assert large["y"] + large["height"] >= room["y"] + room["height"]
    # A number stands on its point and in the middle of its disc.
    disc = device.locator(".plan__map .plan__number").first
    box = disc.bounding_box()
    assert box
    assert abs(box["y"] + box["height"] - large["y"] - 0.4 * large["height"]) <= 2
    assert disc.evaluate("d => getComputedStyle(d).display") == "grid"


@pytest.mark.row("P11")
@pytest.mark.parametrize("width", [320, 360])
def test_the_english_front_page_stands_in_its_width_in_the_elder_mode(
    phone: Page, portal: Any, width: int
) -> None:
    english = Locale.objects.get_or_create(language_code="en")[0]
    portal.home.copy_for_translation(english).save_revision().publish()
    _elder(phone, width, "/en/")
    assert phone.evaluate("document.documentElement.scrollWidth") == width
    head = phone.get_by_role("banner")
    boxes = [
        box
        for one in (
            head.locator(".brand__name"),
            head.locator(".tool--elder"),
            head.locator(".site-head__in"),
        )
        if (box := one.bounding_box())
    ]
    assert len(boxes) == 3
    for place, box in enumerate(boxes):
        assert box["x"] + box["width"] <= width
        for other in boxes[place + 1 :]:
            beside = box["x"] + box["width"] <= other["x"] or other["x"] + other["width"] <= box["x"]
            assert beside or box["y"] + box["height"] <= other["y"]


@pytest.mark.row("P10")
def test_the_calendar_leads_to_today(phone: Page, portal: Any) -> None:
    phone.goto("/calendar/")
    phone.get_by_role("main").get_by_role("link", name="今天", exact=True).click()
    row = phone.locator("#today")
    expect(row).to_be_in_viewport()
    expect(row).to_contain_text("今天")
    expect(row.locator("a").first).to_have_attribute("aria-current", "date")
