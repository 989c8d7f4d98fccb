"""Whoever replays the owner's requests gets nothing: 404 for what is not theirs, and not a row changes.

Generated: every route of ours that names an object, with every object of the owner in its place.
"""

from collections.abc import Iterator

import pytest
from django.urls import resolve, reverse

from tests.access.resolver import cases, own_routes
from tests.access.snapshot import BY_LOOKING, changes, snapshot
from tests.access.town import Town

pytestmark = [pytest.mark.row("A1", "S1", "S2"), pytest.mark.security(3), pytest.mark.deny]
KINDS = ("post", "comment", "claim", "notification", "person", "picture", "album", "diary_entry")
# What everybody may look at, and every verified neighbour may do, with the owner's public status.
LOOKING = {("spaces:status", "post"), ("spaces:history", "post"), ("file", "picture")}
TAKING_PART = {("social:react", "post"), ("social:share", "post"), ("social:comment", "post")}
TAKING_PART |= {("moderation:report", "post"), ("moderation:report", "comment")}
# What she left in the owner's guestbook is her own as well.
TAKING_PART |= {("spaces:delete_message", "left")}
BODY = {"text": "改", "scope": "public", "liked": "1", "decision": "approve", "display_name": "改"}
IN_THE_ADMIN = (
    "reviews:",
    "office:",
    "agreements:",
    "institutions:",
    "notices:",
    "signing_office:",
    "daily_office:",
)
PRIVATE_THINGS = ("post", "secret", "comment", "claim", "notification", "item", "picture", "secret_picture")
PRIVATE_THINGS += ("secret_album", "photo", "secret_diary", "draft_diary", "left", "drawer")


def things_of(town: Town) -> dict[str, str]:
    """Return name → public name of what is the owner's, or decided about somebody."""
    found = {name: getattr(town.things[name], "public_id", None) for name in PRIVATE_THINGS}
    return {name: public_id or str(town.things[name].pk) for name, public_id in found.items()}


def addresses(town: Town) -> Iterator[tuple[str, str, str]]:
    """Give (route, thing, address) for every route that names an object."""
    for route in own_routes():
        if "public_id>" not in route.pattern:
            continue
        for thing, public_id in things_of(town).items():
            words = {"public_id": public_id, "username": "owner", "size": 320, "extension": "webp"}
            words["what"] = "thread"
            words |= {"file": public_id, "number": 1, "position": 0, "event": "sign", "code": "none"}
            words |= {"key": "term", "note_id": public_id, "word": "accept", "photo_id": public_id}
            for kind in KINDS if "<slug:kind>" in route.pattern else ("",):
                taken = {name: value for name, value in words.items() if f":{name}>" in route.pattern}
                yield route.key, thing, reverse(route.key, kwargs=taken | ({"kind": kind} if kind else {}))


def is_open(route: str, thing: str, address: str, allowed: set[tuple[str, str]]) -> bool:
    kind = resolve(address).kwargs.get("kind", "post")
    return (route, thing) in allowed and kind in ("post", thing)


def replay(town: Town, role: str, allowed: set[tuple[str, str]]) -> dict[tuple[str, str], set[int]]:
    """Send GET and POST to every address that `role` has no business at; return the answers by method."""
    client, answers = town.client(role), {}
    before = snapshot(without=BY_LOOKING)
    for route, thing, address in addresses(town):
        if is_open(route, thing, address, allowed):
            continue
        for method in ("get", "post"):
            status = getattr(client, method)(address, BODY if method == "post" else {}).status_code
            if status != 405:
                answers.setdefault((method, route), set()).add(status)
    assert changes(before, snapshot(without=BY_LOOKING)) == []
    return answers


def test_enough_is_replayed(town: Town) -> None:
    """The generator must not run dry: a route with an object that it does not fill would go unnoticed."""
    named = {route.key for route in own_routes() if "public_id>" in route.pattern}
    assert {route for route, _thing, _address in addresses(town)} == named
    assert len(named) >= 9


def test_a_neighbour_finds_none_of_it(town: Town) -> None:
    answers = replay(town, "neighbour", LOOKING | TAKING_PART)
    inbox = {key: answers.pop(key) for key in list(answers) if key[1].startswith(IN_THE_ADMIN)}
    # Where a right of one's own organisation or office is asked first, its absence says nothing of the object.
    assert {key: got for key, got in answers.items() if not got <= {403, 404}} == {}
    asked_first = (
        "helpagreements:",
        "agreements:",
        "signing",
        "organisations:",
        "desk:",
        "institutions:",
        "notices:",
    )
    assert {
        key for key, got in answers.items() if got != {404} and not key[1].startswith(asked_first)
    } == set()
    assert set().union(*inbox.values()) == {302}, "who does not work in the admin is not told what is there"


def test_who_is_not_signed_in_any_more_is_sent_to_sign_in(town: Town) -> None:
    for role in ("visitor", "suspended"):
        assert set().union(*replay(town, role, LOOKING).values()) <= {302, 403, 404}


def test_who_may_not_speak_changes_nothing_by_any_form(town: Town) -> None:
    """A newcomer keeps drafts, the own claim, account and choice of notifications, and may report; nothing else."""
    own = {
        "identity:claim",
        "identity:abandon",
        "messaging:read_all",
        "messaging:settings",
        "moderation:report",
        # Whom she wants to hear nothing of is hers to say.
        "social:mute",
        "social:block",
    }
    own |= {case.route for case in cases() if case.route.startswith(("accounts:", "own:"))}
    for role in ("visitor", "suspended", "newcomer"):
        client, answers = town.client(role), {}
        before = snapshot(without=BY_LOOKING | {"social.Draft"})
        for case in cases():
            # How pages are shown is everybody's to choose, and says nothing to anybody.
            # And what is asked about a plate is written nowhere.
            if case.route in ("accounts:display", "display_mode", "daily:plates"):
                continue
            if case.method == "POST" and not (role == "newcomer" and case.route in own):
                answers[case.name] = case.send(client, town).status_code
        good = {name for name, status in answers.items() if status < 300}
        assert good == ({"POST social:draft"} if role == "newcomer" else set())
        assert changes(before, snapshot(without=BY_LOOKING | {"social.Draft"})) == []


def test_a_status_is_found_under_its_author_s_name_only(town: Town) -> None:
    post = town.things["post"]
    for route in ("spaces:status", "spaces:history", "spaces:edit_status"):
        assert town.client("owner").get(reverse(route, args=["neighbour", post.public_id])).status_code == 404
