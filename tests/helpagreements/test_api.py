"""Agreements over the API: the cards that the pages give, to whom they give them (H5, U5)."""

from typing import Any

import pytest

from tests.api.device import device_of
from tests.helpagreements.conftest import Deal

pytestmark = [pytest.mark.django_db, pytest.mark.row("H5", "U5"), pytest.mark.usefixtures("portal")]


def test_anybody_lists_and_reads_what_was_signed(deal: Deal, person: Any) -> None:
    signed = deal.active()
    device = device_of(person("lin"))
    (row,) = device.call("GET", "/agreements?standing=signed").json()["items"]
    assert (row["number"], row["institution"], row["standing"]) == (signed.number, "阳光帮扶中心", "signed")
    assert device.call("GET", f"/agreements/{signed.public_id}").json()["state"] == "active"
    assert device.call("GET", "/agreements?standing=expired").json()["items"] == []


@pytest.mark.deny
def test_what_is_on_its_way_is_its_parties_alone(deal: Deal, person: Any) -> None:
    pushed = deal.pushed()
    stranger, head = device_of(person("lin")), device_of(deal.head)
    assert stranger.call("GET", f"/agreements/{pushed.public_id}").status_code == 404
    assert stranger.call("GET", "/agreements").json()["items"] == []
    assert stranger.call("GET", "/me/agreements").json()["items"] == []
    assert head.call("GET", f"/agreements/{pushed.public_id}").json()["standing"] == "waiting"
    assert [one["number"] for one in head.call("GET", "/me/agreements").json()["items"]] == [pushed.number]
