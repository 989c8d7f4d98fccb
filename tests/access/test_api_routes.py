"""Every operation of the API says who may call it, and gives every role what the table says: what pages refuse too."""

import pytest
from django.db import transaction

from foundation.core.access.routes import RouteAccess
from foundation.core.api.routes import WRITES
from foundation.core.api.scope import TokenScope
from linli.api import ROUTES, operations
from tests.access.resolver import ApiCase, api_cases
from tests.access.snapshot import BY_LOOKING, changes, snapshot
from tests.access.town import COLUMNS, Town

pytestmark = [pytest.mark.row("U5"), pytest.mark.security(1, 2, 3)]
CASES = api_cases()
EVERY = [pytest.param(case, id=case.name) for case in CASES]
# Written by every call with a token: when it was last used.
BY_CALLING = BY_LOOKING | {"accounts.DeviceToken", "accounts.Device", "core.KeptAnswer"}


def test_every_operation_stands_in_the_table_and_every_line_is_an_operation() -> None:
    declared = {(f"api:{one.name}", one.method) for one in operations()}
    listed = {(case.route, case.method) for case in CASES}
    assert declared - listed == set(), "operations without a line in routes.csv"
    assert listed - declared == set(), "lines of routes.csv without an operation"


@pytest.mark.deny
def test_every_operation_says_who_may_call_it() -> None:
    for one in operations():
        assert isinstance(one.access, RouteAccess)
        assert (one.access.permission is None) == bool(one.access.why_open), one.path
        assert one.scope is None or isinstance(one.scope, TokenScope)
        assert not one.writes or one.scope is not TokenScope.READ, f"{one.path} writes by the scope to read"


def test_no_address_is_answered_by_two_apps() -> None:
    """The first of them would answer for both, and refuse what only the other knows."""
    owners: dict[str, set[int]] = {}
    for routes in ROUTES:
        for one in routes.declared:
            owners.setdefault(one.path, set()).add(id(routes))
    assert {path: len(found) for path, found in owners.items() if len(found) > 1} == {}


@pytest.mark.deny
def test_no_operation_asks_for_a_right_of_staff() -> None:
    """The API is for residents' own acts: what staff do has pages, a second step and an inbox."""
    from foundation.core.access.permissions import Grant, grants
    from foundation.core.access.roles import Role

    for permission in {one.access.permission for one in operations()} - {None}:
        roles = {entry.role if isinstance(entry, Grant) else entry for entry in grants()[permission]}
        # What residents may do, others may do as well; what only others may do is for the pages.
        assert roles & {Role.RESIDENT, Role.VISITOR}, permission


def outcome(response: object) -> str:
    """Put an answer into the words of the table: its status, or why it was refused."""
    status = response.status_code  # type: ignore[attr-defined]
    if status not in (401, 403):
        return str(status)
    if not response.content:  # type: ignore[attr-defined]
        return {401: "signin", 403: "refused"}[status]
    kind = response.json()["type"].rpartition(":")[2]  # type: ignore[attr-defined]
    return {"sign_in": "signin", "token": "signin"}.get(kind, kind)


@pytest.mark.deny
@pytest.mark.parametrize("case", EVERY)
def test_every_role_gets_what_the_table_says(case: ApiCase, town: Town) -> None:
    got = {}
    for role in COLUMNS:
        with transaction.atomic():
            got[role] = outcome(case.call(town, role))
            transaction.set_rollback(True)
    assert got == case.expected


@pytest.mark.security(54)
def test_no_answer_is_kept_on_the_way(town: Town) -> None:
    phone, kept = town.device("owner"), []
    for case in CASES:
        if case.method not in WRITES:
            answer = case.send(phone, town)
            if "no-store" not in answer.headers.get("Cache-Control", ""):
                kept.append((case.name, answer.status_code))
    assert kept == []


@pytest.mark.security(46)
def test_looking_changes_nothing(town: Town) -> None:
    phone, changed = town.device("owner"), {}
    for case in CASES:
        if case.method not in WRITES:
            before = snapshot(without=BY_CALLING)
            case.send(phone, town)
            changed[case.name] = changes(before, snapshot(without=BY_CALLING))
    assert {name: what for name, what in changed.items() if what} == {}


@pytest.mark.deny
def test_who_may_not_speak_changes_nothing(town: Town) -> None:
    """A newcomer keeps drafts, the own claim, account and choice of notifications, and may report; nothing else."""
    own = {"api:drafts-key", "api:confirmations-code", "api:reports", "api:accounts", "api:tokens"}
    # Whom she wants to hear nothing of is hers to say.
    own |= {"api:people-name-mute"}
    for role in ("visitor", "suspended", "newcomer"):
        phone = town.device(role)
        before = snapshot(without=BY_CALLING)
        for case in CASES:
            mine = role == "newcomer" and (
                case.route in own
                or case.route.startswith(("api:me-", "api:notifications", "api:tokens", "api:devices"))
            )
            if case.method in WRITES and not mine:
                assert case.send(phone, town).status_code >= 400, case.name
        assert changes(before, snapshot(without=BY_CALLING)) == [], role
