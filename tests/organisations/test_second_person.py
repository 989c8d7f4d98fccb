"""What takes two is decided by a second person who has shown who she is, and says in words what it lacks (H2, O1)."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.core import kinds
from foundation.core.facets import ReviewFacet
from foundation.core.flow.audit import AuditEntry
from foundation.core.flow.workflow import GuardFails
from foundation.moderation.domain import bulk
from foundation.signing.domain.faults import SigningFault
from organisations.domain import suspending
from organisations.signals import institution_suspended
from tests.access.cells import browser_of
from tests.organisations.conftest import item_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("H2"), pytest.mark.deny]


def test_what_the_table_marks_with_proof_asks_the_second_person_for_it() -> None:
    for key in ("suspension", "forced_end"):
        review = kinds.get(key).review
        assert isinstance(review, ReviewFacet)
        assert review.step_up
        assert not review.bulk


def test_many_at_once_leave_it_out(approved: Callable, office: dict) -> None:
    item = item_of(suspending.ask_suspension(approved(), reason="投诉", by=office["staff"]))
    outcome = bulk.decide_many({item.public_id: ""}, approved=True, reason="", by=office["second"])
    assert (outcome.done, len(outcome.left)) == (0, 1)


@pytest.mark.row("O1")
@pytest.mark.parametrize("fault", [GuardFails("还缺一份材料。"), SigningFault("时间服务现在连不上。")])
def test_what_an_app_says_against_it_stands_on_the_page_and_nothing_is_written(
    fault: Exception, approved: Callable, office: dict, portal: Any
) -> None:
    made = approved()
    item = item_of(suspending.ask_suspension(made, reason="投诉", by=office["staff"]))
    before = AuditEntry.objects.count()

    def refuse(sender: Any, **facts: Any) -> None:
        raise fault

    institution_suspended.connect(refuse)
    try:
        client = browser_of(office["second"], fresh=True)
        answer = client.post(f"/admin/reviews/{item.public_id}/decide/", {"decision": "approve"})
    finally:
        institution_suspended.disconnect(refuse)
    assert answer.status_code == 422
    assert str(fault) in answer.content.decode()
    made.refresh_from_db()
    item.refresh_from_db()
    assert (made.state, item.state) == ("approved", "waiting")
    assert AuditEntry.objects.count() == before
