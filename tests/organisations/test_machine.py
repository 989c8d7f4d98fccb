"""Every event of [institution] from every state by every role, through HTTP: the machine's file and nothing else (H2)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core import reviews
from foundation.core.flow.machines import machines
from foundation.moderation.models import ReviewItem
from organisations.models import Institution, SuspensionRequest
from tests.access.cells import browser_of
from tests.organisations.conftest import CODES, fresh, join, version_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("H2", "H8")]
MACHINE = machines()["institution"]
ROLES = ["V", "U", "G", "M", "H", "K", "A", "O", "other_head", "staff_elsewhere"]
# Who is which letter here; the last two are the same roles in another place, and nobody to this institution.
LETTERS = {role: role if len(role) == 1 else "" for role in ROLES}


@pytest.fixture
def cast(
    submitted: Callable, office: dict[str, User], head: User, helper: User, person: Callable, portal: Any
) -> dict[str, User | None]:
    from foundation.accounts.domain.roles import give_role

    institution = submitted()
    join(institution, helper)
    guardian, other = person("guardian"), person("other")
    give_role(guardian, "guardian", by=None)  # type: ignore[arg-type]
    submitted("另一家", by=other, code=CODES[1])
    return {
        "V": None,
        "U": person("resident"),
        "G": guardian,
        "M": helper,
        "H": head,
        "K": office["officer"],
        "A": office["staff"],
        "O": person("operator", roles=("operator",)),
        "other_head": other,
        "staff_elsewhere": office["elsewhere"],
    }


def put(institution: Institution, state: str) -> None:
    """Put it into a state as if it had come there; what waits in the inbox waits only under review."""
    if state != "submitted":
        reviews.withdraw(institution, by=None)
    live = state in ("submitted", "approved", "suspended")
    Institution.objects.filter(pk=institution.pk).update(
        state=state, claimed_code=CODES[0] if live else None, verified_on=timezone.localdate(), reason=""
    )


def cause(event: str, institution: Institution, client: Client, second: User) -> int:
    """Do what a person does to cause the event; return the last answer's status."""
    slug = institution.slug
    if event in ("submit", "withdraw"):
        return client.post(reverse(f"organisations:{event}", args=[slug])).status_code
    if event in ("approve", "return", "reject"):
        item = ReviewItem.objects.filter(kind="institution", object_id=str(institution.pk)).latest("pk")
        data = {
            "decision": "approve" if event == "approve" else "refuse",
            "reason": "请补充",
            "outcome": "reject" if event == "reject" else "return",
            "seen": version_of(institution),
        }
        return client.post(reverse("reviews:decide", args=[item.public_id]), data).status_code
    answer = client.post(reverse(f"institutions:{event}", args=[slug]), {"reason": "已经核实"})
    asked = SuspensionRequest.objects.filter(institution=institution, state="waiting").first()
    if event == "suspend" and asked is not None:
        item = ReviewItem.objects.open().get(kind="suspension", object_id=str(asked.pk))
        browser_of(second, fresh=True).post(
            reverse("reviews:decide", args=[item.public_id]), {"decision": "approve"}
        )
    return answer.status_code


@pytest.mark.deny
@pytest.mark.parametrize("event", sorted(MACHINE.transitions))
def test_every_pair_of_state_and_event_for_every_role(event: str, cast: dict, office: dict) -> None:
    step = MACHINE.transitions[event]
    institution = Institution.objects.get(organisation__name="阳光帮扶中心")
    wrong = []
    for state in MACHINE.states:
        for role in ROLES:
            with transaction.atomic():
                put(institution, state)
                user = cast[role]
                client = browser_of(fresh(user) if user else None, fresh=True)
                status = cause(event, institution, client, office["second"])
                institution.refresh_from_db()
                may = state in step.sources and LETTERS[role] in step.people
                expected = step.target if may else state
                if institution.state != expected or (not may and status == 200):
                    wrong.append(f"{role}: {event} from {state} led to {institution.state} ({status})")
                transaction.set_rollback(True)
    assert wrong == []


def test_the_words_of_every_state_and_step_stand_in_the_kind() -> None:
    from foundation.core import kinds

    words = kinds.get("institution").audit
    assert isinstance(words, dict)
    assert {f"institution.{event}" for event in MACHINE.transitions} <= set(words)
    assert set(Institution.State.values) == set(MACHINE.states)
