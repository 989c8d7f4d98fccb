"""Who sees a group of each visibility, and what is said in a circle, on every surface (G1, G3; security 4)."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from foundation.accounts.models import User
from groups.domain import groups
from groups.models import Group
from tests.access.surface import indexed
from tests.api.device import Device, device_of
from tests.groups.conftest import decide

pytestmark = [pytest.mark.django_db, pytest.mark.row("G1"), pytest.mark.deny, pytest.mark.security(2, 4)]

READERS: dict[str, dict[str, Any]] = {
    "unverified": {"verified": False},
    "elsewhere": {"place": "bridge"},
    "neighbour": {"place": "ginkgo"},
    "upstairs": {"place": "ginkgo-3"},
    "member": {"place": "ginkgo"},
    "owner": {"place": "ginkgo"},
    "staff": {"place": "bridge", "roles": ("staff",)},
    "administrator": {"place": "bridge", "roles": ("administrator",)},
    "reviewer": {"place": "bridge", "roles": ("reviewer",)},
}
EVERYBODY = ("visitor", *READERS)
KINDS = ("managers", "place", "only", "shown", "asked")


def may_see(reader: str, kind: str) -> bool:
    """The oracle: who may see a group of that visibility; `staff` works for the committee it belongs to."""
    if reader == "owner":
        return True
    allowed = {
        "managers": {"staff"},
        "place": {"neighbour", "upstairs", "member"},
        # Waiting to be let on the portal, it is what it was.
        "asked": {"neighbour", "upstairs", "member"},
        "only": set(),
        "shown": set(EVERYBODY),
    }
    return reader in allowed[kind]


@dataclass
class Stage:
    people: dict[str, User]
    groups: dict[str, Group] = field(default_factory=dict)

    def client(self, reader: str) -> Client:
        client = Client()
        if reader != "visitor":
            client.force_login(self.people[reader])
        return client

    def device(self, reader: str) -> Device:
        return Device() if reader == "visitor" else device_of(self.people[reader])


@pytest.fixture
def stage(person: Callable, places: dict, portal: Any, picture: Callable, clerk: User) -> Stage:
    """One group of each visibility, with a cover and a member, and the front page that shows groups."""
    from foundation.accounts.domain.roles import give_role
    from foundation.core.files import pictures
    from groups.domain import group_members

    made = {}
    for name, how in READERS.items():
        made[name] = person(name, **{**how, "roles": tuple(r for r in how.get("roles", ()) if r != "staff")})
    # Lives elsewhere and works here.
    give_role(made["staff"], "staff", place=places["ginkgo"], by=None)
    stage = Stage({name: User.objects.get(pk=user.pk) for name, user in made.items()})
    for kind in KINDS:
        group = groups.found_group(
            by=stage.people["owner"],
            place=places["ginkgo"],
            values={
                "name": f"群组{kind}",
                "purpose": f"正文{kind}",
                "description": f"长文{kind}",
                "contact_name": "联系人",
                "visibility": kind if kind in Group.Visibility.values else "place",
                "joining": "open",
            },
            cover=picture(size=(64, 48)),
        )
        pictures.make("", {"id": group.cover_id})
        group_members.join_group(group, by=stage.people["member"])
        if kind in ("shown", "asked"):
            groups.ask_for_portal(group, by=stage.people["owner"])
        if kind == "shown":
            decide(group, approved=True, by=clerk)
        group.refresh_from_db()
        stage.groups[kind] = group
    portal.home.body = [("circles", {"title": "群组", "count": 6})]
    portal.home.save()
    return stage


def _text(answer: Any) -> str:
    if answer.status_code != 200:
        return ""
    return answer.content.decode().replace("<mark>", "").replace("</mark>", "")


def _marks(text: str, word: str = "群组") -> set[str]:
    return {kind for kind in KINDS if f"{word}{kind}" in text}


def _said(answer: Any) -> str:
    return json.dumps(answer.json(), ensure_ascii=False) if answer.status_code == 200 else ""


def _listed(stage: Stage, reader: str) -> set[str]:
    return _marks(_text(stage.client(reader).get("/groups/")))


def _page(stage: Stage, reader: str) -> set[str]:
    client = stage.client(reader)
    return _marks("".join(_text(client.get(one.get_absolute_url())) for one in stage.groups.values()), "长文")


def _searched(stage: Stage, reader: str) -> set[str]:
    indexed()
    return _marks(_text(stage.client(reader).get("/search/", {"q": "正文"})))


def _api_listed(stage: Stage, reader: str) -> set[str]:
    return _marks(_said(stage.device(reader).get("/groups?limit=100")))


def _api_page(stage: Stage, reader: str) -> set[str]:
    device = stage.device(reader)
    return _marks("".join(_said(device.get(f"/groups/{one.slug}")) for one in stage.groups.values()))


def _api_searched(stage: Stage, reader: str) -> set[str]:
    indexed()
    return _marks(_said(stage.device(reader).get("/search?q=正文&limit=100")))


def _covers(stage: Stage, reader: str) -> set[str]:
    client, found = stage.client(reader), set()
    for kind, group in stage.groups.items():
        answer = client.get(group.cover.url_320)  # type: ignore[union-attr]
        if answer.status_code == 200:
            b"".join(answer.streaming_content)  # type: ignore[attr-defined]
            found.add(kind)
    return found


def _joined(stage: Stage, reader: str) -> set[str]:
    """Anything but 404 says that it is there."""
    from django.db import transaction

    client, found = stage.client(reader), set()
    for kind, group in stage.groups.items():
        with transaction.atomic():
            if client.post(f"/groups/{group.slug}/join/").status_code == 302:
                found.add(kind)
            transaction.set_rollback(True)
    return found


SURFACES: dict[str, Callable[[Stage, str], set[str]]] = {
    "list": _listed,
    "page": _page,
    "search": _searched,
    "api list": _api_listed,
    "api page": _api_page,
    "api search": _api_searched,
    "cover": _covers,
}


@pytest.mark.parametrize("surface", SURFACES)
def test_each_reader_sees_exactly_the_groups_that_are_shown_to_her(surface: str, stage: Stage) -> None:
    expected = {reader: {kind for kind in KINDS if may_see(reader, kind)} for reader in EVERYBODY}
    assert {reader: SURFACES[surface](stage, reader) for reader in EVERYBODY} == expected


def test_who_may_not_see_one_can_not_join_it(stage: Stage) -> None:
    for reader in ("elsewhere", "neighbour", "staff"):
        assert _joined(stage, reader) == {kind for kind in KINDS if may_see(reader, kind)}, reader


@pytest.mark.row("G2")
def test_the_front_page_and_the_communitys_page_show_what_staff_approved_and_nothing_else(
    stage: Stage,
) -> None:
    from groups.domain.queries.groups import on_portal

    for reader in EVERYBODY:
        assert _marks(_text(stage.client(reader).get("/"))) == {"shown"}, reader
    assert [one.name for one in on_portal(stage.groups["shown"].place)] == ["群组shown"]


@pytest.mark.row("G2")
@pytest.mark.parametrize("visibility", ["managers", "only"])
def test_another_visibility_takes_it_off_the_portal_at_once(visibility: str, stage: Stage) -> None:
    shown = stage.groups["shown"]
    assert _marks(_text(stage.client("visitor").get("/"))) == {"shown"}
    groups.edit_group(
        shown,
        by=stage.people["owner"],
        values={
            name: getattr(shown, name)
            for name in ("name", "purpose", "description", "contact_name", "contact_phone", "joining")
        }
        | {"visibility": visibility},
    )
    for surface, found in SURFACES.items():
        for reader in EVERYBODY:
            assert ("shown" in found(stage, reader)) == may_see(reader, visibility), (surface, reader)
    assert _marks(_text(stage.client("visitor").get("/"))) == set()
