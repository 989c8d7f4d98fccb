"""Institutions over the API: what the pages give, to whom they give it (H2, U5)."""

from collections.abc import Callable
from typing import Any

import pytest

from organisations.domain import members
from tests.api.device import device_of
from tests.organisations.conftest import CODES, fresh, suspend

pytestmark = [pytest.mark.django_db, pytest.mark.row("H2", "U5")]


def test_a_resident_finds_reads_and_pages(approved: Callable, person: Callable, portal: Any) -> None:
    approved()
    approved("青苗学堂", by=person("miao"), code=CODES[1])
    device = device_of(person("lin"))
    first = device.call("GET", "/institutions?limit=1").json()
    assert len(first["items"]) == 1
    rest = device.call("GET", f"/institutions?limit=1&cursor={first['next']}").json()
    names = {one["name"] for one in (*first["items"], *rest["items"])}
    assert names == {"阳光帮扶中心", "青苗学堂"}
    found = device.call("GET", "/institutions?q=阳光&group=elderly&community=ginkgo").json()["items"]
    assert [one["name"] for one in found] == ["阳光帮扶中心"]
    one = device.call("GET", f"/institutions/{found[0]['id']}").json()
    assert one["services"][0]["name"] == "助餐陪伴"
    assert one["phone"] == "010-55550123"
    assert "code" not in one
    assert device.call("GET", "/institutions?community=nowhere").json()["items"] == []


@pytest.mark.deny
def test_members_are_refused_the_search_and_see_their_own(
    approved: Callable, helper: Any, head: Any, portal: Any
) -> None:
    made = approved()
    members.answer(members.invite(made.organisation, helper, by=fresh(head)), accept=True, by=helper)
    device = device_of(fresh(helper))
    assert device.call("GET", "/institutions").status_code == 403
    (own,) = device.call("GET", "/me/institutions").json()
    assert (own["name"], own["position"]) == ("阳光帮扶中心", "member")


@pytest.mark.deny
def test_of_a_suspended_one_no_telephone_is_told(
    approved: Callable, office: dict, person: Callable, portal: Any
) -> None:
    made = approved()
    suspend(made, office["staff"], office["second"])
    device = device_of(person("lin"))
    assert device.call("GET", f"/institutions/{made.slug}").json()["phone"] == ""
    assert device.call("GET", "/institutions").json()["items"] == []
