"""Two decide about an institution in the same moment: exactly one of them does (H2)."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.moderation.domain import inbox
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
