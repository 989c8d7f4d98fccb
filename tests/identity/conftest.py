from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from identity.domain import claims
from identity.domain.claims import SixItems
from identity.models import Claim
from identity.rules import Document, Verdict


@pytest.fixture
def items() -> SixItems:
    return SixItems(
        name="林秋雨",
        gender="female",
        birthday=date(1958, 6, 7),
        document=Document.ID_CARD,
        number="110102195806071243",
        phone="+8613900001234",
        email="lin@example.org",
    )


@pytest.fixture
def waiting(person: Callable, places: dict, items: SixItems) -> Callable[..., Claim]:
    """Start a claim of a new account and put it into the inbox."""

    def make(name: str = "new", **changes: Any) -> Claim:
        user = person(name, verified=False)
        claim = claims.start_claim(
            by=user, items=items, verdict=changes.get("verdict", Verdict.OK), place=places["ginkgo"]
        )
        claims.submit_claim(claim, by=user)
        claim.refresh_from_db()
        return claim

    return make
