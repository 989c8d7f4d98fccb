"""The number given with the six items is proposed for signing in, to its owner alone (A1)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from identity.domain import claims
from identity.domain.claims import SixItems
from identity.rules import Document, Verdict

pytestmark = [pytest.mark.django_db, pytest.mark.row("A1")]


def test_it_is_proposed_while_the_claim_waits_and_after_it_was_approved(
    client: Any, person: Callable, places: dict, portal: Any
) -> None:
    new, staff = person("new", verified=False), person("staff", roles=("staff",))
    items = SixItems(
        name="林秋雨",
        gender="female",
        birthday=date(1958, 6, 7),
        document=Document.ID_CARD,
        number="110102195806071243",
        phone="+8613900001234",
        email="lin@example.org",
    )
    claim = claims.start_claim(by=new, items=items, verdict=Verdict.OK, place=places["ginkgo"])
    claims.submit_claim(claim, by=new)
    client.force_login(new)
    assert "/account/phone/change/" in client.get("/account/verification/").content.decode()
    assert "13900001234" in client.get("/account/phone/change/").content.decode()
    inbox.decide(ReviewItem.objects.get(), approved=True, by=staff)
    assert "13900001234" in client.get("/account/phone/change/").content.decode()


@pytest.mark.deny
def test_nobody_elses_is(client: Any, person: Callable, portal: Any) -> None:
    client.force_login(person("zhou"))
    assert "1390000" not in client.get("/account/phone/change/").content.decode()
