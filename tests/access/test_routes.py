"""Every route declares who may call it, and every role gets exactly what the table says (DESIGN §2)."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from foundation.core.access.routes import RouteAccess
from tests.access.resolver import Case, api_cases, cases, own_routes
from tests.access.snapshot import BY_LOOKING, changes, snapshot
from tests.access.town import COLUMNS, Town

CASES = cases()
CHANGING = [case for case in CASES if case.method == "POST"]
EVERY = [pytest.param(case, id=case.name) for case in CASES]


@pytest.mark.security(1)
@pytest.mark.row("A1", "A2", "P1", "S2")
@pytest.mark.deny
def test_every_route_of_ours_says_who_may_call_it() -> None:
    silent = [
        route.pattern
        for route in own_routes()
        if not isinstance(getattr(route.view, "access", None), RouteAccess)
    ]
    assert silent == []


@pytest.mark.security(1)
def test_every_route_stands_in_the_table_and_every_line_of_the_table_is_a_route() -> None:
    declared = {route.key for route in own_routes()}
    listed = {case.route for case in (*CASES, *api_cases())}
    assert declared - listed == set(), "routes without a line in routes.csv"
    assert listed - declared == set(), "lines of routes.csv without a route"


def outcome(response: object, path: str) -> str:
    """Put a response into the words of the table; a refusal counts only where its page names the way on."""
    status, text = response.status_code, ""  # type: ignore[attr-defined]
    if status == 302:
        target = urlsplit(response["Location"])  # type: ignore[index]
        if target.path == reverse("wagtailadmin_home"):
            return "forbidden"  # Wagtail sends whoever works in the admin to its first page, with a sentence.
        if target.path not in (reverse("account_login"), "/admin/login/"):
            return "on"
        back = parse_qs(target.query).get("next", [""])[0]
        return (
            "login" if back == path or path.startswith(("/admin/login", "/_util/")) else f"login to {back!r}"
        )
    if status == 403:
        text = response.content.decode()  # type: ignore[attr-defined]
        for word, way in (("signin", reverse("account_login")), ("verify", reverse("identity:claim"))):
            if f'class="btn" href="{way}' in text:
                return word
        return "forbidden" if "没有这项权限" in text else "refused without a word"
    return str(status)


@pytest.mark.security(1, 2, 3, 46)
@pytest.mark.row("A1", "A2", "P1", "S1", "S2", "S9")
@pytest.mark.deny
@pytest.mark.parametrize("case", EVERY)
def test_every_role_gets_what_the_table_says(case: Case, town: Town) -> None:
    path, got = case.path(town), {}
    for role in COLUMNS:
        with transaction.atomic():
            got[role] = outcome(case.call(town, role), path)
            transaction.set_rollback(True)
    assert got == case.expected


SENDERS = ("owner", "staff", "administrator")


def who_sends(route: str) -> str:
    """Return a role that may call the route at all."""
    of_staff = dict.fromkeys(
        (
            "reviews",
            "agreements",
            "institutions",
            "notices",
            "signing_office",
            "daily_office",
            "circles_office",
            "feedback_office",
        ),
        "staff",
    )
    return {
        **of_staff,
        "office": "administrator",
        "editor": "administrator",
        "operations": "administrator",
    }.get(route.split(":")[0], "owner")


@pytest.mark.security(46)
@pytest.mark.deny
def test_a_change_needs_a_token(town: Town) -> None:
    clients = {role: town.client(role, enforce_csrf_checks=True) for role in SENDERS}
    before = snapshot()
    answers = {case.name: case.send(clients[who_sends(case.route)], town).status_code for case in CHANGING}
    assert answers == {case.name: 403 for case in CHANGING}
    assert changes(before, snapshot()) == []


@pytest.mark.security(46)
@pytest.mark.deny
def test_a_route_answers_only_the_methods_of_the_table(town: Town) -> None:
    """A view that changes something does not answer GET; a view that shows something does not answer POST."""
    clients = {role: town.client(role) for role in SENDERS}
    got, expected = {}, {}
    # What is no address of the API says so to every method.
    for route in sorted({case.route for case in CASES} - {"api_nothing"}):
        lines = [case for case in CASES if case.route == route]
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - {case.method for case in lines}:
            answer = clients[who_sends(route)].generic(method, lines[0].path(town))
            got[route, method], expected[route, method] = answer.status_code, 405
    assert got == expected


@pytest.mark.security(46)
def test_looking_changes_nothing(town: Town) -> None:
    clients = {role: town.client(role) for role in SENDERS}
    changed = {}
    for case in CASES:
        if case.method == "GET":
            before = snapshot(without=BY_LOOKING)
            case.send(clients[who_sends(case.route)], town)
            changed[case.name] = changes(before, snapshot(without=BY_LOOKING))
    assert {name: what for name, what in changed.items() if what} == {}


@pytest.mark.deny
@pytest.mark.row("A2", "S2")
def test_what_somebody_refused_had_typed_comes_back_on_the_page(town: Town) -> None:
    """Nothing typed is ever lost: the refusal shows it, and a status also waits as a draft."""
    for role in ("visitor", "newcomer"):
        answer = town.client(role).post(
            reverse("spaces:post_status"), {"text": "停水了怎么办", "scope": "public"}
        )
        assert answer.status_code == 403
        assert "停水了怎么办" in answer.content.decode()
    from foundation.social.domain.drafts import draft_of

    town.client("newcomer").get(reverse("spaces:post_status"))
    assert draft_of("status:new", town.people["newcomer"]) == "停水了怎么办"


@pytest.mark.deny
@pytest.mark.row("P1")
def test_closed_comments_take_none(town: Town) -> None:
    page = town.things["article"]
    page.comments_open = False
    page.save()
    answer = town.client("neighbour").post(
        reverse("social:comment", args=["article", page.public_id]), {"text": "我有话说"}
    )
    assert answer.status_code == 422
    assert "我有话说" in answer.content.decode()
    assert page.comment_count == 0


def test_somebody_with_no_session_reads_without_one(client: Client, town: Town) -> None:
    """A visitor who only reads gets no session cookie: the page stays the same for everybody."""
    answer = client.get(town.things["article"].url)
    assert answer.status_code == 200
    assert "sessionid" not in answer.cookies
