"""State machines (H8): one table, one lock, one entry in the log, effects after the commit."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.core.access.permissions import Refused
from foundation.core.flow import audit
from foundation.core.flow.models import AuditEntry
from foundation.core.flow.workflow import StepNotAllowed, Workflow
from identity.domain.claims import CLAIM
from identity.models import Claim
from identity.permissions import IdentityPermission

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(person: Callable, places: dict) -> Claim:
    return Claim.objects.create(
        user=person("new", verified=False), place=places["ginkgo"], number_index="x", consent_version="t"
    )


def test_every_state_is_reachable_and_none_but_the_ends_is_a_trap() -> None:
    reached, grown = {"draft"}, True
    while grown:
        grown = False
        for step in CLAIM.steps.values():
            if step.sources & reached and step.target not in reached:
                reached.add(step.target)
                grown = True
    assert reached == set(Claim.State.values)
    assert {state for state in reached if not CLAIM.allowed(state)} == {"approved", "refused", "abandoned"}


@pytest.mark.deny
@pytest.mark.row("A2")
@pytest.mark.security(30)
def test_a_step_out_of_order_is_refused_and_writes_nothing(
    claim: Claim, person: Callable, places: dict
) -> None:
    staff = person("staff", roles=("staff",))
    with pytest.raises(StepNotAllowed) as refused:
        CLAIM.apply(claim, "approve", by=staff, place_path=places["ginkgo"].path)
    assert (refused.value.step, refused.value.state) == ("approve", "draft")
    claim.refresh_from_db()
    assert claim.state == "draft"
    assert not AuditEntry.objects.filter(action="identity.approve").exists()


@pytest.mark.deny
def test_a_step_without_the_right_is_refused(claim: Claim, person: Callable, places: dict) -> None:
    CLAIM.apply(claim, "submit", by=claim.user, place_path=places["ginkgo"].path)
    far = person("far", roles=("staff",), place="bridge")
    with pytest.raises(Refused):
        CLAIM.apply(claim, "approve", by=far, place_path=places["ginkgo"].path)
    claim.refresh_from_db()
    assert claim.state == "waiting"


def test_a_step_is_logged_and_its_effects_wait_for_the_commit(
    claim: Claim, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[str] = []
    with django_capture_on_commit_callbacks(execute=True):
        CLAIM.apply(claim, "submit", by=claim.user, purpose="test", then=[lambda: told.append("yes")])
        assert told == []
    assert told == ["yes"]
    entry = AuditEntry.objects.get(action="identity.submit")
    assert (entry.actor_id, entry.kind, entry.object_id) == (claim.user_id, "claim", str(claim.pk))
    assert audit.verify()[1] is None


def test_the_system_passes_where_a_person_needs_the_right(claim: Claim) -> None:
    machine = Workflow("t", ("go", ["draft"], "waiting", IdentityPermission.DECIDE_CLAIM))
    machine.apply(claim, "go", by=None)
    assert claim.state == "waiting"
