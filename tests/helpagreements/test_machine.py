"""Every event of [agreement] from every state by every role, through HTTP: the machine's file and nothing else (H5)."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.core import kinds
from foundation.core.flow.machines import machines
from foundation.moderation.models import ReviewItem
from helpagreements.domain import paper
from helpagreements.domain.drafting import content_digest
from helpagreements.domain.ending import open_request
from helpagreements.interfaces.acts import ACTS, OF_RESCIND
from helpagreements.models import Agreement, EndingRequest, ForcedEnd, Version
from tests.access.cells import browser_of
from tests.helpagreements.conftest import Deal, fresh, today
from tests.signing.conftest import PIN, ceremony

pytestmark = [pytest.mark.django_db, pytest.mark.row("H5", "H8")]
MACHINE = machines()["agreement"]
ROLES = ["V", "U", "G", "M", "H", "K", "A", "O", "other_head", "staff_elsewhere"]
LETTERS = {role: role if len(role) == 1 else "" for role in ROLES}
# The system's own events have no address at all.
BY_PEOPLE = sorted(event for event, step in MACHINE.transitions.items() if step.people)
BY_ITSELF = sorted(set(MACHINE.transitions) - set(BY_PEOPLE))


@pytest.fixture
def cast(deal: Deal, person: Callable, places: dict, portal: Any) -> dict[str, Any]:
    from foundation.accounts.domain.roles import give_role
    from tests.signing.conftest import member, organisation

    guardian, other = person("guardian"), person("other")
    give_role(guardian, "guardian", by=None)  # type: ignore[arg-type]
    member(organisation(places["ginkgo"], "institution", "另一家"), other)
    return {
        "V": None,
        "U": person("resident"),
        "G": guardian,
        "M": deal.helper,
        "H": deal.head,
        "K": person("officer", roles=("childrens_officer",)),
        "A": deal.clerk,
        "O": person("operator", roles=("operator",)),
        "other_head": other,
        "staff_elsewhere": person("elsewhere", roles=("staff",), place="bridge"),
    }


@pytest.fixture
def agreement(deal: Deal) -> Agreement:
    """One that was pushed and read: the statement of its end is frozen and signed by each side, too."""
    made = deal.pushed()
    deal.read(made)
    return made


def put(agreement: Agreement, state: str, asked: dict[str, EndingRequest], asker: str) -> None:
    """Put it into a state as if it had come there; what one side asks waits only where it can."""
    now = timezone.now()
    future = state == "signed"
    if state == "draft":
        newer = Version.objects.create(agreement=agreement, number=2)
        for clause in agreement.versions.get(number=1).clauses.all():
            clause.pk, clause.version = None, newer
            clause.save()
    Agreement.objects.filter(pk=agreement.pk).update(
        state=state,
        version=2 if state == "draft" else 1,
        pushed_at=agreement.pushed_at,
        signed_at=None if state in ("draft", "pushed", "rejected", "withdrawn", "lapsed") else now,
        starts_on=today(5) if future else today(),
    )
    if state in ("termination_asked", "signed"):
        EndingRequest.objects.filter(pk=asked[asker].pk).update(state="asked")


@pytest.fixture
def asked(agreement: Agreement, deal: Deal) -> dict[str, EndingRequest]:
    """A request to end it by each side, with that side's signature under its statement."""
    from helpagreements.domain.signing import sign_side

    made = {}
    for side, by in (("community", deal.second), ("institution", deal.head)):
        request = EndingRequest.objects.create(
            agreement=agreement, what="terminate", state="prepared", side=side, asked_by=by, reason="搬走了"
        )
        request.statement = paper.freeze_statement(agreement, request, first=side, by=by)
        request.save()
        credential = deal.credential(request.statement) if side == "institution" else None
        sign_side(request.statement, side, credential=credential, ceremony=ceremony(), by=by)
        made[side] = request
    return made


def cause(event: str, agreement: Agreement, client: Client, deal: Deal) -> int:
    """Do what a person does to cause the event; return the last answer's status."""
    data = {
        "reason": "已经核实",
        "wished_on": str(today(9)),
        "handover": "由互助站接手",
        "clause-term": "请改",
        "consent": "on",
        "pin": PIN,
    }
    if event == "sign" and (document := agreement.current.document) is not None:
        data["shown_digest"] = document.sha256
    if event in ("approve_end", "rescind") and (asked := open_request(agreement)) is not None:
        data["shown_digest"] = asked.statement.sha256
    if event == "push":
        data["seen"] = content_digest(agreement)
    status = client.post(reverse("helpagreements:act", args=[agreement.public_id, event]), data).status_code
    waiting = ForcedEnd.objects.filter(agreement=agreement, state="waiting").first()
    if event == "force_end" and waiting is not None:
        item = ReviewItem.objects.open().get(kind="forced_end", object_id=str(waiting.pk))
        answer = browser_of(deal.second, fresh=True).post(
            reverse("reviews:decide", args=[item.public_id]), {"decision": "approve"}
        )
        assert answer.status_code in (200, 302)
    return status


@pytest.mark.deny
@pytest.mark.parametrize(
    "roles", [("H", "A"), ("V", "U", "G", "M"), ("K", "O", "other_head", "staff_elsewhere")]
)
def test_every_pair_of_state_and_event_for_every_role(
    roles: tuple[str, ...], cast: dict, agreement: Agreement, asked: dict, deal: Deal
) -> None:
    clients = {role: browser_of(fresh(cast[role]) if cast[role] else None, fresh=True) for role in roles}
    wrong, tried = [], 0
    for event, state, role in itertools.product(BY_PEOPLE, MACHINE.states, roles):
        step = MACHINE.transitions[event]
        with transaction.atomic():
            mine = "institution" if role == "H" else "community"
            theirs = "community" if role == "H" else "institution"
            # What the other side asked is answered, what one's own asked is taken back.
            put(agreement, state, asked, mine if event == "recall_end" else theirs)
            agreement.refresh_from_db()
            status = cause(event, agreement, clients[role], deal)
            agreement.refresh_from_db()
            may = state in step.sources and LETTERS[role] in step.people
            expected = step.target if may else state
            if agreement.state != expected or (not may and status == 200):
                wrong.append(f"{role}: {event} from {state} led to {agreement.state} ({status})")
            tried += 1
            transaction.set_rollback(True)
    assert wrong == []
    assert tried == len(BY_PEOPLE) * len(MACHINE.states) * len(roles)


@pytest.mark.deny
def test_what_the_system_does_by_itself_has_no_address(cast: dict, agreement: Agreement) -> None:
    for event, role in itertools.product(BY_ITSELF, ("H", "A", "V")):
        client = browser_of(fresh(cast[role]) if cast[role] else None, fresh=True)
        answer = client.post(reverse("helpagreements:act", args=[agreement.public_id, event]))
        assert answer.status_code in (302, 403, 404), (event, role)
    agreement.refresh_from_db()
    assert agreement.state == "pushed"


def test_every_event_of_people_is_an_act_of_the_page() -> None:
    assert set(BY_PEOPLE) | set(OF_RESCIND) == set(ACTS)


def test_the_words_of_every_state_and_step_stand_in_the_kind() -> None:
    words = kinds.get("agreement").audit
    assert isinstance(words, dict)
    assert {f"agreement.{event}" for event in MACHINE.transitions} <= set(words)
    assert set(Agreement.State.values) == set(MACHINE.states)


@pytest.mark.deny
def test_a_wrong_pin_signs_nothing_keeps_what_was_typed_and_counts(deal: Deal, agreement: Agreement) -> None:
    client = browser_of(deal.head, fresh=True)
    address = reverse("helpagreements:act", args=[agreement.public_id, "sign"])
    document = agreement.current.document
    answer = client.post(address, {"consent": "on", "pin": "135790", "shown_digest": document.sha256})
    assert answer.status_code == 422
    assert "还可以试 4 次" in answer.content.decode()
    answer = client.post(address, {"consent": "on", "pin": PIN, "shown_digest": "0" * 64})
    assert answer.status_code == 422
    agreement.refresh_from_db()
    assert agreement.state == "pushed"
    assert not document.signatures.filter(slot__name="institution").exists()


@pytest.mark.deny
def test_signing_asks_again_who_she_is(deal: Deal, agreement: Agreement) -> None:
    address = reverse("helpagreements:act", args=[agreement.public_id, "sign"])
    answer = browser_of(deal.head).get(address)
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


def test_six_months_of_calendar_for_what_is_signed(deal: Deal) -> None:
    """Signed ahead of its start it waits, then it is in force, then it is over, once each."""
    import time_machine

    from helpagreements.domain.signing import follow_the_calendar

    agreement, start = deal.signed(starts_on=today(10), ends_on=today(40)), timezone.now()
    seen = []
    for day in range(0, 60, 5):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            follow_the_calendar()
            agreement.refresh_from_db()
            seen.append(agreement.state)
    assert seen == ["signed"] * 2 + ["active"] * 7 + ["expired"] * 3
