"""Every `agreement.*` cell of the permission matrix, through HTTP (H1, H5)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from foundation.core.access.matrix import ROLES, matrix
from helpagreements.domain.drafting import content_digest
from helpagreements.domain.signing import open_page, pages_left
from helpagreements.models import Agreement, EndingRequest, ForcedEnd
from tests.access.cells import browser_of, let_in
from tests.helpagreements.conftest import Deal, fresh, today
from tests.signing.conftest import PIN

pytestmark = [pytest.mark.django_db, pytest.mark.row("H1", "H5")]


@pytest.fixture
def people(deal: Deal, person: Callable, portal: Any) -> dict[str, Any]:
    """One account for each letter, each of them nobody else here: staff and operators are no residents of the place."""
    from foundation.accounts.domain.roles import give_role

    bare = {
        "G": person("guardian", verified=False),
        "K": person("k", verified=False, roles=("childrens_officer",)),
        "O": person("o", verified=False, roles=("operator",)),
    }
    give_role(bare["G"], "guardian", by=None)  # type: ignore[arg-type]
    return {"V": None, "U": person("resident"), "M": deal.helper, "H": deal.head, "A": deal.clerk, **bare}


class World:
    """A draft, one that waits for its signature, one in force, and one whose end the other side asked for."""

    def __init__(self, deal: Deal) -> None:
        self.deal = deal
        self.draft, self.pushed, self.active = deal.draft(), deal.pushed(), deal.active()

    def act(self, client: Client, agreement: Agreement, event: str, **data: Any) -> Any:
        address = reverse("helpagreements:act", args=[agreement.public_id, event])
        return client.post(address, {"consent": "on", "pin": PIN, **data})

    def state(self, agreement: Agreement) -> str:
        return str(Agreement.objects.values_list("state", flat=True).get(pk=agreement.pk))


def view_public(client: Client, world: World) -> bool:
    answer = client.get(reverse("helpagreements:agreements"))
    return let_in(answer) and world.active.number in answer.content.decode()


def view_full(client: Client, world: World) -> bool:
    return let_in(client.get(reverse("helpagreements:dossier", args=[world.active.public_id])))


def draft(client: Client, world: World) -> bool:
    before = Agreement.objects.count()
    data = {
        "type": "care",
        "title": "新协议",
        "institution": world.deal.institution.pk,
        "place": world.deal.place.pk,
        "starts_on": today(),
        "ends_on": today(9),
    }
    client.post(reverse("agreements:new"), data)
    return Agreement.objects.count() > before


def push(client: Client, world: World) -> bool:
    world.act(client, world.draft, "push", seen=content_digest(world.draft))
    return world.state(world.draft) == "pushed"


def sign(client: Client, world: World) -> bool:
    version = world.pushed.current
    user = getattr(client, "who", None)
    for page in pages_left(version, user) if user else []:
        open_page(version, page, by=user)
    world.act(client, world.pushed, "sign", shown_digest=version.document.sha256)
    return world.state(world.pushed) == "signed"


def request_revision(client: Client, world: World) -> bool:
    world.act(client, world.pushed, "revise", **{"clause-term": "请改"})
    return world.state(world.pushed) == "draft"


def request_termination(client: Client, world: World) -> bool:
    world.act(client, world.active, "ask_end", reason="搬走", wished_on=today(3), handover="由互助站接手")
    return world.state(world.active) == "termination_asked"


def decide_termination(client: Client, world: World) -> bool:
    """Answer what the other side asked: its own request nobody answers."""
    side = "community" if getattr(client, "letter", "") in ("H", "M") else "institution"
    asker = world.deal.second if side == "community" else world.deal.helper
    EndingRequest.objects.create(
        agreement=world.active, what="terminate", side=side, asked_by=asker, reason="x", wished_on=today(3)
    )
    Agreement.objects.filter(pk=world.active.pk).update(state="termination_asked")
    world.act(client, world.active, "refuse_end", reason="还需要")
    return world.state(world.active) == "active"


def force_end(client: Client, world: World) -> bool:
    world.act(client, world.active, "force_end", reason="造成伤害")
    assert world.state(world.active) == "active", "one person alone ends nothing"
    return ForcedEnd.objects.exists()


def verify_file(client: Client, world: World) -> bool:
    document = world.active.current.document
    return let_in(client.get(reverse("signing:verify_document", args=[document.number, document.code])))


CALLS = {
    "agreement.view_public": view_public,
    "agreement.view_full": view_full,
    "agreement.draft": draft,
    "agreement.push": push,
    "agreement.sign_institution": sign,
    "agreement.request_revision": request_revision,
    "agreement.request_termination": request_termination,
    "agreement.decide_termination": decide_termination,
    "agreement.force_end": force_end,
    "agreement.verify_file": verify_file,
}


def browser(user: Any, letter: str, *, proved: bool) -> Client:
    client = browser_of(fresh(user) if user else None, fresh=proved)
    client.who, client.letter = user, letter  # type: ignore[attr-defined]
    return client


def tried(call: Callable, client: Client, world: World) -> bool:
    """Whether it went through; nothing of it stays."""
    with transaction.atomic():
        done = bool(call(client, world))
        transaction.set_rollback(True)
    return done


@pytest.mark.deny
def test_every_cell_of_every_row_holds(deal: Deal, people: dict) -> None:
    rows = {action: row for action, row in matrix().items() if action.startswith("agreement.")}
    assert set(rows) == set(CALLS)
    world, wrong = World(deal), []
    for action, row in rows.items():
        for letter in ROLES:
            cell, user = row[letter], people[letter]
            got = tried(CALLS[action], browser(user, letter, proved=True), world)
            if got != cell.allowed:
                wrong.append(f"{action}-{letter}: {'goes' if got else 'refused'}")
            if cell.step_up and tried(CALLS[action], browser(user, letter, proved=False), world):
                wrong.append(f"{action}-{letter}: goes without proving again who she is")
    assert wrong == []


@pytest.mark.deny
def test_a_community_of_its_own_is_not_another_one(deal: Deal, people: dict, person: Callable) -> None:
    """`c` and `p`: the same role in the next committee does not count."""
    world, far = World(deal), person("far", roles=("staff",), place="bridge")
    for action in ("agreement.view_full", "agreement.push", "agreement.force_end", "agreement.draft"):
        assert not tried(CALLS[action], browser(far, "A", proved=True), world), action
