"""Two decide about an institution in the same moment: exactly one of them does (H2)."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from foundation.accounts.models import Organisation
from foundation.moderation.domain import inbox
from helpagreements.domain import ending, machine
from helpagreements.models import Agreement
from organisations.domain import applying, members, suspending
from organisations.models import Institution, Invitation, SuspensionRequest
from tests.organisations.conftest import (  # noqa: F401 - fixtures
    CODES,
    approved,
    drafted,
    fresh,
    head,
    helper,
    item_of,
    office,
    submitted,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.row("H2"), pytest.mark.security(32)]


def faults(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results if isinstance(result, Exception))


def test_of_two_approvals_one_counts(at_once: Callable, submitted: Callable, office: dict) -> None:  # noqa: F811
    item = item_of(submitted())

    def approve(by: Any) -> None:
        inbox.decide(item, approved=True, details={"outcome": "return"}, by=by)

    results = at_once(lambda: approve(office["staff"]), lambda: approve(office["second"]))
    assert faults(results) == ["AlreadyDecided"]
    assert Institution.objects.get().state == "approved"


def test_of_two_that_ask_for_suspension_one_counts(
    at_once: Callable,
    approved: Callable,  # noqa: F811
    office: dict,  # noqa: F811
) -> None:
    made = approved()

    def ask(by: Any) -> None:
        suspending.ask_suspension(made, reason="投诉", by=by)

    results = at_once(lambda: ask(office["staff"]), lambda: ask(office["second"]))
    assert faults(results) == ["GuardFails"]
    assert SuspensionRequest.objects.count() == 1


def test_the_calendar_and_a_second_person_suspend_once(
    at_once: Callable,
    approved: Callable,  # noqa: F811
    office: dict,  # noqa: F811
) -> None:
    made = approved()
    asked = suspending.ask_suspension(made, reason="投诉", by=office["staff"])
    item = item_of(asked)
    made.qualifications.update(valid_until="2020-01-01")
    results = at_once(
        suspending.suspend_overdue,
        lambda: inbox.decide(item, approved=True, by=office["second"]),
    )
    assert set(faults(results)) <= {"AlreadyDecided", "StepNotAllowed"}
    assert Institution.objects.get().state == "suspended"


def test_of_two_with_one_code_one_is_submitted(
    at_once: Callable,
    drafted: Callable,  # noqa: F811
    head: Any,  # noqa: F811
    person: Callable,
) -> None:
    other = person("other")
    first, second = drafted(), drafted("另一家", by=other)
    results = at_once(
        lambda: applying.submit(first, by=fresh(head)), lambda: applying.submit(second, by=fresh(other))
    )
    assert faults(results) == ["GuardFails"]
    assert Institution.objects.filter(claimed_code=CODES[0]).count() == 1


def test_a_double_press_joins_once(
    at_once: Callable,
    approved: Callable,  # noqa: F811
    head: Any,  # noqa: F811
    helper: Any,  # noqa: F811
) -> None:
    made = approved()
    members.invite(made.organisation, helper, by=fresh(head))

    def accept() -> None:
        members.answer(Invitation.objects.get(), accept=True, by=fresh(helper))

    assert faults(at_once(accept, accept)) == ["StepNotAllowed"]
    assert made.organisation.memberships.filter(until=None).count() == 2


def agreement_of(institution: Institution) -> Agreement:
    """One in force, with nothing in it."""
    place = institution.organisation.place
    community = Organisation.objects.create(place=place, type=Organisation.Type.OFFICE, name="居民委员会")
    today, now = timezone.localdate(), timezone.now()
    return Agreement.objects.create(
        number="XY-1",
        type="care",
        title="助老协议",
        place=place,
        community=community,
        institution=institution.organisation,
        state=Agreement.State.ACTIVE,
        starts_on=today,
        ends_on=today + timedelta(days=30),
        pushed_at=now,
        sign_by=now,
        signed_at=now,
    )


@pytest.mark.row("H5")
@pytest.mark.parametrize("of", ["agreement", "institution"])
def test_a_suspension_and_an_act_on_an_agreement_both_end(
    of: str,
    at_once: Callable,
    approved: Callable,  # noqa: F811
    office: dict,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither waits for the log's head while it holds what the other needs."""
    made = approved()
    agreement = agreement_of(made)
    item = item_of(suspending.ask_suspension(made, reason="投诉", by=office["staff"]))
    inside = machine.tell

    def slowly(*args: Any, **how: Any) -> None:
        # Its row is held, its entry not written yet.
        time.sleep(1)
        inside(*args, **how)

    monkeypatch.setattr(machine, "tell", slowly)

    def act() -> None:
        time.sleep(0 if of == "agreement" else 0.5)
        ending.suspend(agreement, reason="核实情况")

    def suspend() -> None:
        time.sleep(0 if of == "institution" else 0.5)
        inbox.decide(item, approved=True, by=office["second"])

    results = at_once(act, suspend)
    assert results[1] is None, results
    # Whoever comes second finds it resting already.
    assert set(faults(results)) <= {"StepNotAllowed"}
    assert Institution.objects.get().state == "suspended"
    assert Agreement.objects.get().state == "suspended"
