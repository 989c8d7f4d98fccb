"""Every `institution.*` cell of the permission matrix, through HTTP (H1, H2)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core.access.matrix import Cell
from organisations.models import Institution, SuspensionRequest
from tests.access.cells import browser_of, cells, let_in
from tests.organisations.conftest import CODES, fresh, item_of, join, version_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("H1", "H2")]


@pytest.fixture
def world(
    approved: Callable,
    submitted: Callable,
    office: dict[str, User],
    head: User,
    helper: User,
    person: Callable,
    places: dict,
    portal: Any,
) -> dict[str, Any]:
    """An institution of whose people each letter is one; the office's accounts are nobody's private ones."""
    from foundation.accounts.domain.roles import give_role

    institution = approved()
    join(institution, helper)
    bare = {
        "G": person("guardian", verified=False),
        "K": person("k", verified=False, roles=("childrens_officer",)),
        "A": person("a", verified=False, roles=("staff",)),
        "O": person("o", verified=False, roles=("operator",)),
    }
    give_role(bare["G"], "guardian", by=None)  # type: ignore[arg-type]
    return {
        "institution": institution,
        "waiting": submitted("另一家", by=person("other"), code=CODES[1]),
        "place": places["ginkgo"].pk,
        "people": {"V": None, "U": person("resident"), "M": helper, "H": head, **bare},
        "elsewhere": office["elsewhere"],
        "outsider": person("outsider"),
    }


def search(client: Client, world: dict) -> bool:
    return let_in(client.get(reverse("organisations:search")))


def view_own(client: Client, world: dict) -> bool:
    paper = world["institution"].qualifications.get()
    address = reverse("organisations:paper", args=[paper.public_id])
    # Its picture has not been cut: whoever may look gets past the right and finds nothing there yet.
    return let_in(client.get(reverse("desk:papers"))) or (
        let_in(client.get(reverse("institutions:detail", args=[world["institution"].slug])))
        and client.get(address).status_code == 404
    )


def apply(client: Client, world: dict) -> bool:
    data = {"name": "青苗学堂", "code": "", "place": world["place"]}
    before = Institution.objects.count()
    done = let_in(client.post(reverse("organisations:apply"), data))
    assert done == (Institution.objects.count() > before)
    return done


def review(client: Client, world: dict) -> bool:
    address = reverse("reviews:decide", args=[item_of(world["waiting"]).public_id])
    client.post(address, {"decision": "approve", "seen": version_of(world["waiting"])})
    world["waiting"].refresh_from_db()
    return bool(world["waiting"].state == "approved")


def edit_profile(client: Client, world: dict) -> bool:
    slug = world["institution"].slug
    data = {"introduction": "新的介绍", "groups": ["elderly"], "slug": slug}
    client.post(reverse("desk:page"), data)
    world["institution"].refresh_from_db()
    return bool(world["institution"].introduction == "新的介绍")


def suspend(client: Client, world: dict) -> bool:
    client.post(reverse("institutions:suspend", args=[world["institution"].slug]), {"reason": "投诉"})
    world["institution"].refresh_from_db()
    assert world["institution"].state == "approved", "one person alone suspends nobody"
    return SuspensionRequest.objects.exists()


CALLS = {
    "institution.search": search,
    "institution.view_own": view_own,
    "institution.apply": apply,
    "institution.review": review,
    "institution.edit_profile": edit_profile,
    "institution.suspend": suspend,
}


@pytest.mark.parametrize(("action", "letter", "cell"), cells("institution."))
def test_the_cell_holds(action: str, letter: str, cell: Cell, world: dict) -> None:
    user = world["people"][letter]
    user = fresh(user) if user else None
    if cell.step_up:
        assert not CALLS[action](browser_of(user), world), f"{action}-{letter} goes without step-up"
    assert CALLS[action](browser_of(user, fresh=True), world) == cell.allowed


@pytest.mark.deny
@pytest.mark.parametrize("action", ["institution.view_own", "institution.review", "institution.suspend"])
def test_a_community_of_its_own_is_not_another_one(action: str, world: dict) -> None:
    """`c`: the same role in the next committee does not count."""
    assert not CALLS[action](browser_of(world["elsewhere"], fresh=True), world)


@pytest.mark.deny
@pytest.mark.parametrize("action", ["institution.view_own", "institution.edit_profile"])
def test_an_institution_of_its_own_is_not_another_one(action: str, world: dict, person: Callable) -> None:
    """`m`: the head of another one sees her own desk, never this one's papers."""
    other = User.objects.get(username="other")
    paper = world["institution"].qualifications.get()
    client = browser_of(other)
    assert client.get(reverse("organisations:paper", args=[paper.public_id])).status_code == 404
    if action == "institution.edit_profile":
        assert not CALLS[action](client, world)


@pytest.mark.deny
def test_whoever_acts_for_an_institution_takes_its_hat_off_to_search(world: dict) -> None:
    """One person, several hats (help-platform.md §2.3, 5)."""
    client = browser_of(fresh(world["people"]["M"]))
    assert not search(client, world)
    client.post(reverse("accounts:hat"), {"organisation": ""})
    assert search(client, world)


def test_every_row_of_institutions_is_walked() -> None:
    from foundation.core.access.matrix import matrix

    assert {action for action in matrix() if action.startswith("institution.")} == set(CALLS)
