"""The machines and the matrix of the help platform are files that the site obeys (H1, H8)."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from foundation.core.access import matrix as matrix_module
from foundation.core.access.matrix import grants_of, matrix
from foundation.core.access.permissions import Grant
from foundation.core.access.roles import Role
from foundation.core.flow.machines import Machine, machines, parse
from tools.draw_machines import page

HEADER = "[door] start=shut final=gone\n"
WHOLE = (
    HEADER
    + "open | shut > open | A | - | -\nclose | open > shut | A/S | - | -\nremove | open > gone | S | - | -\n"
)


@pytest.mark.row("H8")
def test_every_machine_of_the_house_is_whole() -> None:
    found = machines()
    assert {"institution", "agreement", "certificate"} <= set(found)
    assert [fault for machine in found.values() for fault in machine.faults()] == []


@pytest.mark.row("H8")
@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("lose | shut > lost | A | - | -", "no end is reached from lost"),
        ("lose | shut > lost | A | - | -", "lost is a trap"),
        ("find | lost > shut | A | - | -", "lost is never reached"),
        ("knock | shut > open | Z | - | -", "somebody unknown"),
    ],
)
def test_a_state_that_nobody_reaches_or_leaves_is_named(line: str, fault: str) -> None:
    machine = parse(f"{WHOLE}{line}\n")["door"]
    assert any(fault in said for said in machine.faults())


@pytest.mark.deny
@pytest.mark.row("H8")
@pytest.mark.parametrize(
    "text",
    [
        "open | shut > open | A | - | -\n",
        WHOLE + "open | open > gone | A | - | -\n",
        WHOLE + HEADER,
        HEADER + "open | shut | A | - | -\n",
        "[door]\n",
    ],
)
def test_a_line_that_cannot_be_understood_keeps_the_site_from_starting(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="line"):
        parse(text)


@pytest.mark.row("H8")
@given(st.lists(st.sampled_from(["open", "close", "remove"]), max_size=12))
def test_a_walk_through_a_whole_machine_never_leaves_its_states(walk: list[str]) -> None:
    machine: Machine = parse(WHOLE)["door"]
    state = machine.start
    for event in walk:
        step = machine.transitions[event]
        if state in step.sources:
            state = step.target
    assert state in machine.states


@pytest.mark.row("H1")
def test_every_action_has_a_cell_for_every_role() -> None:
    assert {len(row) for row in matrix().values()} == {8}
    assert sum(cell.allowed for row in matrix().values() for cell in row.values()) == 179


@pytest.mark.deny
@pytest.mark.row("H1")
@pytest.mark.parametrize("line", ["x.y - - -", "x.y q - - - - - - -", "x.y +9 - - - - - - -"])
def test_a_cell_that_cannot_be_understood_keeps_the_site_from_starting(line: str) -> None:
    head = "action V U G M H K A O\n"
    with pytest.raises(ImproperlyConfigured):
        matrix_module.parse(head + line)
    with pytest.raises(ImproperlyConfigured):
        matrix_module.parse("action V U\nx.y - -")


@pytest.mark.deny
@pytest.mark.row("H1")
def test_a_letter_that_looks_at_the_object_needs_a_rule() -> None:
    with pytest.raises(ImproperlyConfigured):
        grants_of("agreement.view_full")


@pytest.mark.deny
@pytest.mark.row("H1")
def test_who_acts_for_an_institution_does_not_do_as_a_resident_what_members_may_not() -> None:
    (resident,) = [one for one in grants_of("institution.search") if isinstance(one, Grant)]
    assert resident.role == Role.RESIDENT
    person = {"pk": 1, "is_authenticated": True, "is_active": True, "held_roles": lambda: ()}
    assert resident.when(SimpleNamespace(**person, acts_for_institution=False), None)
    assert not resident.when(SimpleNamespace(**person, acts_for_institution=True), None)
    assert Role.RESIDENT in grants_of("agreement.verify_file")


@pytest.mark.row("H8")
def test_the_drawn_machines_are_those_that_run() -> None:
    drawn = Path(settings.BASE_DIR / "docs" / "machines.md").read_text(encoding="utf-8")
    assert drawn == page(), "run `python -m tools.draw_machines`"
