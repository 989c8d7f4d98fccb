"""The matrix of rights of the help platform as data: `matrix.txt` is Table 1 of the proposal, refined (H1).

Cells: `-` denied, `+` allowed, `x` a public view, `o` her own, `g` her ward, `m` her own institution, `a` assigned and
consented, `p` a party, `c` her own community; then `s` after proving again who she is, `2` with a second person.
An app's `permissions.py` takes its rows from here (`grants_of`): what people read is what is obeyed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from foundation.core.access.permissions import Grant, held_roles
from foundation.core.access.roles import Role

FILE = Path(__file__).with_name("matrix.txt")
ROLES = {
    "V": Role.VISITOR,
    "U": Role.RESIDENT,
    "G": Role.GUARDIAN,
    "M": Role.INSTITUTION_MEMBER,
    "H": Role.INSTITUTION_HEAD,
    "K": Role.CHILDRENS_OFFICER,
    "A": Role.STAFF,
    "O": Role.OPERATOR,
}
DENIED = "-"
# What needs no look at the object itself: the place of `c` is asked for with the right, `x` by what is shown.
PLAIN = frozenset("+xc")
KINDS = PLAIN | frozenset("-ogmap")
type Rule = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Cell:
    """How one role may do one thing."""

    kind: str
    step_up: bool
    second: bool

    @property
    def allowed(self) -> bool:
        return self.kind != DENIED


def parse(text: str) -> dict[str, dict[str, Cell]]:
    """Read actions with their cells by letter. Raises ImproperlyConfigured with the line that can't be understood."""
    head, *lines = [line.split() for line in text.splitlines() if line.strip()]
    if head != ["action", *ROLES]:
        raise ImproperlyConfigured(f"matrix: the columns are {head[1:]}, not {list(ROLES)}")
    rows: dict[str, dict[str, Cell]] = {}
    for action, *cells in lines:
        known = all(cell[0] in KINDS and not set(cell[1:]) - set("s2") for cell in cells)
        if len(cells) != len(ROLES) or action in rows or not known:
            raise ImproperlyConfigured(f"matrix: {action} can't be understood, or stands there twice")
        rows[action] = {
            letter: Cell(cell[0], "s" in cell[1:], "2" in cell[1:])
            for letter, cell in zip(ROLES, cells, strict=True)
        }
    return rows


@cache
def matrix() -> dict[str, dict[str, Cell]]:
    """Return the whole matrix. Raises ImproperlyConfigured."""
    return parse(FILE.read_text(encoding="utf-8"))


def grants_of(action: str, rules: Mapping[str, Rule] | None = None) -> list[Role | Grant]:
    """Return the grants of one row for an app's table; `rules` answer for the letters that look at the object.

    Whoever belongs to an institution and acts for it is no ordinary resident meanwhile: what the row denies members, she
    does not do by being a resident too; nor does who keeps the machine what it denies operators (三权分立).
    Raises ImproperlyConfigured for a letter without a rule.
    """
    row, rules = matrix()[action], rules or {}
    if missing := {cell.kind for cell in row.values()} - PLAIN - {DENIED} - set(rules):
        raise ImproperlyConfigured(f"{action} needs rules for {sorted(missing)}")
    found: list[Role | Grant] = []
    for letter, cell in row.items():
        if not cell.allowed:
            continue
        rule = rules.get(cell.kind)
        if letter == "U" and not all(row[other].allowed for other in "MHO"):
            members = not (row["M"].allowed and row["H"].allowed)
            found.append(
                Grant(ROLES[letter], _as_resident(rule, members=members, operators=not row["O"].allowed))
            )
        else:
            found.append(ROLES[letter] if rule is None else Grant(ROLES[letter], rule))
    return found


def _as_resident(rule: Rule | None, *, members: bool, operators: bool) -> Rule:
    """Return the rule of the letter U in a row that denies members, operators, or both."""

    def holds(user: Any, obj: Any) -> bool:
        if members and acts_for_institution(user):
            return False
        if operators and any(held.role == Role.OPERATOR for held in held_roles(user)):
            return False
        return rule is None or rule(user, obj)

    return holds


def acts_for_institution(user: Any) -> bool:
    """Say whether somebody wears the hat of an institution now (`accounts.domain.hats`)."""
    return bool(getattr(user, "acts_for_institution", False))
