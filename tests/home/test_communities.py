"""The pages of the street and its communities: who they are, when they are open, what lies where, what goes on (P12)."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Locale, PageViewRestriction

from foundation.core.access.scopes import PLACE, Scope
from foundation.core.models import Place, PortalImage
from foundation.core.zh import happenings
from foundation.core.zh.calendar import Day, computed, day_of
from foundation.core.zh.models import SpecialDay
from home.models import CommunityPage, Contact, OpeningHours, PlanMarker
from home.rules import opening
from tests.api.device import Device, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("P12")]


@pytest.fixture
def community(portal: Any) -> Callable[..., CommunityPage]:
    """Publish a community's page."""

    def make(where: Place, *, live: bool = True, **values: Any) -> CommunityPage:
        page = CommunityPage(
            title=where.name,
            slug=values.pop("slug", where.slug),
            place=where,
            summary=values.pop("summary", "12 幢楼。"),
            live=live,
        )
        for name, value in values.items():
            setattr(page, name, value)
        portal.communities.add_child(instance=page)
        if live:
            page.save_revision().publish()
            page.refresh_from_db()
        return page

    return make


@pytest.fixture
def lane(places: dict[str, Place]) -> Place:
    return places["ginkgo"]


def read(page: CommunityPage, client: Client | None = None) -> str:
    answer = (client or Client()).get(page.get_url())
    assert answer.status_code == 200
    return answer.content.decode()


def marker(**values: Any) -> PlanMarker:
    given_ = {"name": "服务站", "text": "办事", "type": "landmark", "x": "12.50", "y": "40.00"}
    return PlanMarker(**{**given_, **values}, locale=Locale.get_default())


def test_a_community_says_who_it_is_and_how_it_is_reached(community: Callable, lane: Place) -> None:
    page = community(
        lane,
        slug="ginkgo",
        introduction="<p>建于一九六四年。</p>",
        address="银杏南路 12 号",
        phone="0571-5550-0112",
        email="ginkgo@demo.example",
        contacts=[
            Contact(name="何主任", duty="居民议事", phone="0571-5550-0113", locale=Locale.get_default())
        ],
    )
    assert page.get_url() == "/communities/ginkgo/"
    text = read(page)
    for said in (
        "建于一九六四年",
        "银杏南路 12 号",
        'href="tel:',
        "ginkgo@demo.example",
        "何主任",
        "居民议事",
    ):
        assert said in text
    assert "现在有人办公" not in text


def test_the_street_stands_before_its_communities_in_the_list(
    community: Callable, places: dict[str, Place]
) -> None:
    community(places["ginkgo"])
    community(places["wutong"])
    community(places["bridge"], live=False)
    text = Client().get("/communities/").content.decode()
    assert text.index("梧桐街道</a>") < text.index("银杏里社区</a>")
    assert "青石桥" not in text


@pytest.mark.deny
@pytest.mark.parametrize("why", ["draft", "over", "private"])
def test_what_is_not_public_is_nowhere(community: Callable, lane: Place, why: str, drain: Callable) -> None:
    page = community(lane, live=why != "draft")
    if why == "over":
        CommunityPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    if why == "private":
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    drain()
    assert Client().get(page.get_url()).status_code in (302, 404)
    assert lane.name not in Client().get("/communities/").content.decode().split("<main")[1]
    assert problem(Device().get(f"/communities/{lane.slug}")) == "not_found"
    assert page.get_url() not in Client().get("/sitemap.xml").content.decode()
    assert page.get_url() not in Client().get("/search/", {"q": lane.name}).content.decode()


def test_the_search_finds_it_by_whom_to_ask_and_what_lies_there(
    community: Callable, lane: Place, drain: Callable
) -> None:
    page = community(
        lane,
        contacts=[Contact(name="小许", duty="残疾人补贴", locale=Locale.get_default())],
        markers=[marker(name="微型消防站")],
    )
    drain()
    for words in ("残疾人补贴", "微型消防站", "yinxingli"):
        assert page.get_url() in Client().get("/search/", {"q": words}).content.decode(), words


def test_numbers_on_the_plan_are_those_of_the_list(
    community: Callable, lane: Place, picture: Callable
) -> None:
    plan = PortalImage.objects.create(
        title="平面图", description="正中是花园", file=picture("p.jpg", (1600, 1200))
    )
    page = community(lane, plan=plan, markers=[marker(), marker(name="北门", x="50.00", y="9.00")])
    text = read(page)
    assert 'x="12.50%" y="40.00%"' in text
    assert "正中是花园" in text
    assert text.index('data-marker="12.50 40.00"') < text.index('data-marker="50.00 9.00"')
    assert "leaflet.js" in text
    assert "data-map-open" not in text, "no tile server is set"


def test_a_street_map_is_offered_only_where_tiles_are_set_and_the_page_knows_where_it_lies(
    community: Callable, places: dict[str, Place], settings: Any
) -> None:
    settings.MAP_TILES_URL, settings.MAP_TILES_CREDIT = "https://tiles.example/{z}/{x}/{y}.png", "© 天地图"
    assert "data-map-open" not in read(community(places["ginkgo"]))
    page = community(places["wutong"], latitude="30.25000", longitude="120.16000")
    text = read(page)
    assert 'data-at="30.25000 120.16000"' in text
    assert "© 天地图" in text


def test_its_news_its_notices_and_what_is_coming(
    community: Callable,
    places: dict[str, Place],
    article: Callable,
    notice: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lane, other = places["ginkgo"], places["bridge"]
    article("银杏黄了", place=lane)
    article("公交改线", place=other)
    article("市里的事")
    notice("全街道停水")
    monkeypatch.setattr(happenings, "_sources", {})

    def coming(user: Any, first: date, last: date) -> list[happenings.Happening]:
        starts = timezone.now() + timedelta(days=2)
        return [
            happenings.Happening(uid=path, title=title, url="/x/", starts=starts, place_path=path)
            for title, path in (("院里的集市", lane.path), ("桥头灯会", other.path), ("全市长跑", ""))
        ]

    happenings.register_source("test", coming)
    main = read(community(lane)).split("<main")[1]
    for said in ("银杏黄了", "全街道停水", "院里的集市", "全市长跑"):
        assert said in main
    for not_said in ("公交改线", "市里的事", "桥头灯会"):
        assert not_said not in main


@pytest.mark.deny
def test_a_notice_about_another_community_stands_on_that_one_s_page(
    community: Callable, places: dict[str, Place], notice: Callable
) -> None:
    """Everybody may read it, but who lives here is not told that her water is off."""
    notice("青石桥停水", place=places["bridge"])
    notice("全街道停水", place=places["wutong"])
    main = read(community(places["ginkgo"])).split("<main")[1]
    assert "全街道停水" in main
    assert "青石桥停水" not in main


def test_a_notice_for_one_building_stands_on_the_page_for_who_lives_there_alone(
    community: Callable, places: dict[str, Place], notice: Callable, person: Callable, client: Client
) -> None:
    notice("三号楼换门禁", scope=Scope(PLACE, places["ginkgo-3"].path))
    page = community(places["ginkgo"])
    assert "三号楼换门禁" not in read(page)
    for name, where, sees in (("lin", "ginkgo-3", True), ("zhou", "ginkgo", False)):
        client.force_login(person(name, place=where))
        assert ("三号楼换门禁" in read(page, client)) is sees
    assert "三号楼换门禁" not in read(page), "what was read signed in is kept for nobody"


def test_a_translation_has_its_own_words_and_the_same_place(
    community: Callable, portal: Any, lane: Place
) -> None:
    page = community(
        lane,
        slug="ginkgo",
        phone="0571-1",
        hours=[OpeningHours(first_day=1, last_day=5, opens=time(9), closes=time(17))],
        markers=[marker()],
    )
    english = Locale.objects.get(language_code="en")
    for parent in (portal.home, portal.communities):
        parent.copy_for_translation(english).save_revision().publish()
    made = page.copy_for_translation(english)
    made.title, made.slug = "Ginkgo Lane", "ginkgo"
    (one,) = made.markers.all()
    one.name = "Service station"
    made.markers = [one]
    made.save()
    made.save_revision().publish()
    text = Client().get("/en/communities/ginkgo/").content.decode()
    assert "Ginkgo Lane" in text
    assert "0571-1" in text
    assert "9:00–17:00" in text
    assert "Service station" in text
    assert "服务站" not in text
    assert "服务站" in Client().get("/communities/ginkgo/").content.decode()


def test_a_place_has_one_page(
    community: Callable, lane: Place, portal: Any, person: Callable, client: Client
) -> None:
    community(lane)
    client.force_login(person("editor", roles=("editor",)))
    answer = client.post(
        f"/admin/pages/add/home/communitypage/{portal.communities.pk}/",
        {
            "title": "又一页",
            "slug": "again",
            "place": lane.pk,
            "summary": "又写了一页",
            "introduction": '{"entityMap": {}, "blocks": []}',
            "comments-TOTAL_FORMS": 0,
            "comments-INITIAL_FORMS": 0,
            **{
                f"{name}-{what}_FORMS": 0
                for name in ("hours", "contacts", "markers")
                for what in ("TOTAL", "INITIAL")
            },
        },
    )
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "银杏里社区已经有一页了" in text
    assert "又写了一页" in text, "what was typed stays"
    assert CommunityPage.objects.count() == 1


@pytest.mark.parametrize(
    "part",
    [
        lambda: OpeningHours(first_day=5, last_day=1, opens=time(9), closes=time(17)),
        lambda: OpeningHours(first_day=1, last_day=5, opens=time(17), closes=time(9)),
        lambda: marker(x="120.00"),
    ],
)
def test_the_database_refuses_hours_and_markers_that_can_not_be(
    community: Callable, lane: Place, part: Callable
) -> None:
    page, made = community(lane), part()
    made.page = page
    with pytest.raises(ValidationError):
        made.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()


def test_half_a_position_is_refused(community: Callable, lane: Place) -> None:
    page = community(lane)
    page.latitude = 30
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert "longitude" in refused.value.message_dict


@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_of_many_asks_the_database_no_more(
    rows: int, community: Callable, places: dict[str, Place], django_assert_max_num_queries: Any
) -> None:
    street = places["wutong"]
    for number in range(rows):
        community(
            Place.objects.get(pk=street.pk).add_child(
                name=f"社区{number}", slug=f"c{number}", level="committee"
            )
        )
    Client().get("/communities/")
    with django_assert_max_num_queries(14):
        Client().get("/communities/?fresh")


WEEK = [
    OpeningHours(first_day=1, last_day=5, opens=time(8, 30), closes=time(12)),
    OpeningHours(first_day=1, last_day=5, opens=time(13, 30), closes=time(17)),
    OpeningHours(first_day=6, last_day=6, opens=time(9), closes=time(12), on_holidays=True),
]


def at(day: Day, clock: time) -> Any:
    return opening(WEEK, day, datetime.combine(day.date, clock))


@pytest.mark.parametrize(
    ("clock", "is_open", "opens_at"),
    [
        (time(7), False, time(8, 30)),
        (time(8, 30), True, time(13, 30)),
        (time(12), False, time(13, 30)),
        (time(16, 59), True, None),
        (time(17), False, None),
    ],
)
def test_on_a_weekday_it_opens_and_closes_to_the_minute(
    clock: time, is_open: bool, opens_at: time | None
) -> None:
    said = at(computed(date(2026, 3, 4)), clock)
    assert (said.is_open, said.opens_at, len(said.hours)) == (is_open, opens_at, 2)


def test_holidays_and_swapped_weekends_go_by_the_calendar() -> None:
    assert at(computed(date(2026, 10, 1)), time(10)).hours == ()
    swapped = next(
        day for day in (computed(date(2026, 1, 1) + timedelta(days=n)) for n in range(365)) if day.is_swapped
    )
    assert at(swapped, time(10)).is_open
    SpecialDay.objects.create(date=date(2026, 3, 7), kind="off", name="停电")
    assert at(day_of(date(2026, 3, 7)), time(10)).is_open, "Saturday's hours hold on holidays too"
    SpecialDay.objects.create(date=date(2026, 3, 5), kind="off", name="停电")
    assert not at(day_of(date(2026, 3, 5)), time(10)).is_open


@given(day=st.dates(date(2026, 1, 1), date(2026, 12, 31)), clock=st.times())
def test_what_is_open_now_is_never_said_to_open_later_at_that_time(day: date, clock: time) -> None:
    said = at(computed(day), clock)
    assert list(said.hours) == sorted(said.hours)
    assert said.opens_at is None or said.opens_at > clock
    assert not said.is_open or any(opens <= clock < closes for opens, closes in said.hours)


def test_an_app_reads_the_same(community: Callable, lane: Place, picture: Callable) -> None:
    plan = PortalImage.objects.create(title="平面图", file=picture("p.jpg", (1600, 1200)))
    community(
        lane,
        slug="ginkgo",
        introduction="<p>一句。</p><p>又一句。</p>",
        plan=plan,
        hours=[OpeningHours(first_day=1, last_day=5, opens=time(8, 30), closes=time(17))],
        markers=[marker()],
    )
    found = Device().get("/communities/ginkgo").json()
    assert found["introduction"] == "一句。\n又一句。"
    assert found["hours"][0]["opens"] == "08:30"
    assert found["markers"][0] | {"type": "landmark"} == found["markers"][0]
    assert found["plan"].startswith("/media/")
