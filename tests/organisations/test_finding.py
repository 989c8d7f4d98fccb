"""Finding institutions (帮扶机构查询): by words, matter, age, whom they help, place (H2)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from organisations.domain import page
from organisations.domain.queries.finding import Wanted, found
from organisations.models import Institution, Service
from tests.access.cells import browser_of
from tests.organisations.conftest import CODES, fresh, suspend

pytestmark = [pytest.mark.django_db, pytest.mark.row("H2")]


@pytest.fixture
def three(approved: Callable, submitted: Callable, person: Callable) -> dict[str, Institution]:
    """One for the old, one for children in the other committee, one that waits."""
    old = approved()
    young = approved("青苗学堂", by=person("miao"), code=CODES[1], children=True, place="bridge")
    service = {"name": "作业辅导", "matter": "learning", "minimum_age": 6, "maximum_age": 13}
    page.add_service(young, values=service, by=fresh(young.applicant))
    Service.objects.filter(institution=young, name="助餐陪伴").delete()
    page.index(young)
    submitted("没通过的", by=person("wait"), code=CODES[2])
    return {"old": old, "young": young}


def names(**wanted: Any) -> set[str]:
    return {one.name for one in found(None, Wanted(**wanted))}


BOTH = {"阳光帮扶中心", "青苗学堂"}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, BOTH),
        ({"words": "阳光"}, {"阳光帮扶中心"}),
        ({"words": "光"}, {"阳光帮扶中心"}),
        ({"words": "作业 青苗"}, {"青苗学堂"}),
        ({"words": "辅导作业"}, set()),
        ({"words": "“%_"}, BOTH),
        ({"matter": "learning"}, {"青苗学堂"}),
        ({"group": "children"}, {"青苗学堂"}),
        ({"group": "elderly"}, BOTH),
        ({"ages": "6-13"}, BOTH),
        ({"ages": "60+"}, {"阳光帮扶中心"}),
        ({"matter": "learning", "ages": "60+"}, set()),
        ({"group": "nonsense", "matter": "", "ages": "nonsense"}, BOTH),
    ],
)
def test_what_is_wanted_is_found(three: dict, wanted: dict, expected: set[str]) -> None:
    assert names(**wanted) == expected


def test_serving_a_street_serves_what_lies_in_it(three: dict, places: dict) -> None:
    assert names(place=places["bridge"]) == {"青苗学堂"}
    assert names(place=places["ginkgo-3"]) == {"阳光帮扶中心"}
    assert names(place=places["wutong"]) == BOTH
    three["old"].area.set([places["wutong"]])
    assert names(place=places["bridge"]) == BOTH


@pytest.mark.deny
def test_who_is_suspended_is_not_found(three: dict, office: dict) -> None:
    suspend(three["old"], office["staff"], office["second"])
    assert names() == {"青苗学堂"}


def test_the_page_lists_them_and_keeps_what_was_asked(three: dict, person: Callable, portal: Any) -> None:
    client = browser_of(person("lin"))
    text = client.get("/help/institutions/?q=作业&ages=6-13").content.decode()
    assert "青苗学堂" in text
    assert "阳光帮扶中心" not in text
    assert 'value="作业"' in text
    assert "没有找到合适的机构" in client.get("/help/institutions/?q=没有的东西").content.decode()


@pytest.mark.deny
def test_visitors_sign_in_first(portal: Any) -> None:
    assert Client().get("/help/institutions/").url.startswith("/account/login/")
