"""Whatever is tried with an institution, in whichever order: the machine's file decides, and the facts follow the state."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.accounts.models import Membership, Organisation, User
from foundation.core.access.permissions import Refused
from foundation.core.flow.machines import machines
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from organisations.domain import applying, suspending
from organisations.models import Institution
from organisations.models.institution import LIVE, OVER
from tests.organisations.conftest import decide, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.row("H2")]
MACHINE = machines()["institution"]
WHO = ("head", "staff", "second", "resident")
REFUSALS = (
    Refused,
    GuardFails,
    StepNotAllowed,
    inbox.AlreadyDecided,
    inbox.CannotBeCarriedOut,
    ReviewItem.DoesNotExist,
)


def cause(event: str, institution: Institution, by: User, second: User) -> None:
    """Do what causes the event, by the domain's own functions."""
    match event:
        case "submit":
            applying.submit(institution, by=by)
        case "withdraw":
            applying.withdraw(institution, by=by)
        case "approve" | "return" | "reject":
            decide(institution, approved=event == "approve", reason="理由", outcome=event, by=by)
        case "suspend":
            asked = suspending.ask_suspension(institution, reason="理由", by=by)
            decide(asked, approved=True, by=second)
        case "reinstate":
            suspending.reinstate(institution, reason="理由", by=by)
        case "close":
            suspending.close(institution, reason="理由", by=by)


def holds(institution: Institution) -> None:
    """What must be true of every institution at any time."""
    organisation = Organisation.objects.get(pk=institution.pk)
    assert organisation.stands == (institution.state == "approved")
    assert institution.state not in LIVE or institution.claimed_code == organisation.code
    assert institution.state not in OVER or institution.claimed_code is None
    standing = Membership.objects.filter(organisation=organisation, until=None)
    assert standing.exists() == (institution.state not in ("withdrawn", "rejected"))
    waits = ReviewItem.objects.open().filter(kind="institution", object_id=str(institution.pk)).exists()
    assert waits == (institution.state == "submitted")


def test_any_order_of_steps_keeps_to_the_machine(
    drafted: Callable, office: dict[str, User], head: User, person: Callable
) -> None:
    institution = drafted()
    people = {"head": head, "staff": office["staff"], "second": office["second"], "resident": person("r")}
    letters = {"head": "H", "staff": "A", "second": "A", "resident": "U"}
    acts = st.lists(st.tuples(st.sampled_from(sorted(MACHINE.transitions)), st.sampled_from(WHO)), max_size=8)

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(acts)
    def walk(steps: list[tuple[str, str]]) -> None:
        with transaction.atomic():
            state = "draft"
            for event, who in steps:
                found: Any = Institution.objects.get(pk=institution.pk)
                other = office["second"] if who != "second" else office["staff"]
                try:
                    with transaction.atomic():
                        cause(event, found, fresh(people[who]), other)
                except REFUSALS:
                    done = False
                else:
                    done = True
                step = MACHINE.transitions[event]
                # An ended application leaves nobody bound to it: its head is none any more.
                bound = who != "head" or state not in ("withdrawn", "rejected")
                assert done == (state in step.sources and letters[who] in step.people and bound)
                state = step.target if done else state
                found.refresh_from_db()
                assert found.state == state
                holds(found)
            transaction.set_rollback(True)

    walk()
