"""Everything that the pages let residents do with circles and groups, by the API (G1, G3, G4, U5)."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.accounts.models import User
from groups.models import Circle, CircleInvitation, Group
from tests.api.device import device_of, problem
from tests.groups.conftest import decide, role, sound

pytestmark = [pytest.mark.django_db, pytest.mark.row("G3", "U5")]


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


def test_a_circles_life(places: dict, owner: User, zhou: User, clerk: User, person: Callable) -> None:
    """Founded, approved, asked, let in, talked in, handed over, left, dissolved."""
    lin, yet = device_of(owner), device_of(zhou)
    body = {
        "name": "棋友会",
        "purpose": "周五下棋",
        "community": "ginkgo",
        "joining": "request",
        "questions": ["会下吗？"],
        "tags": ["下棋"],
        "rules": "落子无悔。",
    }
    made = lin.post("/circles", body)
    assert made.status_code == 201
    said = made.json()
    assert (said["state"], said["role"], said["tags"]) == ("waiting", "owner", ["下棋"])
    assert made["Location"] == f"/api/v1/circles/{said['id']}"
    assert yet.get(f"/circles/{said['id']}").status_code == 404
    circle = Circle.objects.get()
    decide(circle, approved=True, by=clerk)

    place = f"/circles/{said['id']}"
    assert [one["id"] for one in yet.get("/circles?q=下棋").json()["items"]] == [said["id"]]
    assert problem(yet.put(f"{place}/membership", {"answers": ["会"]})) == "invalid"
    asked = yet.put(f"{place}/membership", {"answers": ["会"], "agreed": True})
    assert asked.json()["role"] == "asked"
    (waiting,) = lin.get(f"{place}/requests").json()
    assert waiting["answers"] == [{"question": "会下吗？", "answer": "会"}]
    assert lin.post(f"{place}/requests/zhou", {"approved": True}).status_code == 204

    post = yet.post(f"{place}/statuses", {"text": "周五见", "poll": {"choices": ["来", "不来"]}}).json()
    assert "棋友会" in post["seen_by"]
    assert lin.put(f"{place}/pins/{post['id']}", {"announce": True}).status_code == 204
    assert lin.put(f"/statuses/{post['id']}/vote", {"choices": [0]}).json()["poll"]["voters"] == 1
    assert [one["text"] for one in lin.get(f"{place}/statuses").json()["items"]] == ["周五见"]
    assert yet.put(f"{place}/notifications", {"muted": True, "weekly": False}).status_code == 204

    assert problem(lin.delete(f"{place}/membership")) == "conflict"
    assert lin.put(f"{place}/members/zhou", {"role": "moderator"}).status_code == 204
    assert lin.put(f"{place}/members/zhou", {"role": "owner"}).status_code == 204
    assert lin.delete(f"{place}/membership").status_code == 204
    sound(circle)
    assert yet.put(place, {"purpose": "周六下棋", "joining": "open"}).json()["purpose"] == "周六下棋"
    assert [one["role"] for one in yet.get(f"{place}/members").json()["items"]] == ["owner"]
    assert yet.delete(place).status_code == 204
    assert yet.get(place).json()["state"] == "archived"
    assert device_of(person("late")).put(f"{place}/membership", {}).status_code == 409


def test_a_link_and_an_invitation_let_in(live: Callable, owner: User, zhou: User, person: Callable) -> None:
    circle = live("互助组", secret=True, joining="invitation")
    lin, yet = device_of(owner), device_of(zhou)
    link = lin.post(f"/circles/{circle.slug}/invitations", {}).json()
    named = lin.post(f"/circles/{circle.slug}/invitations", {"name": "zhou"}).json()
    assert {one["id"] for one in lin.get(f"/circles/{circle.slug}/invitations").json()} == {
        link["id"],
        named["id"],
    }
    assert yet.get(f"/circles/invitations/{named['id']}").json()["circle"]["name"] == "互助组"
    assert yet.put(f"/circles/invitations/{named['id']}", {}).json()["role"] == "member"
    assert device_of(person("chen")).get(f"/circles/invitations/{named['id']}").status_code == 404
    assert device_of(person("wang")).put(f"/circles/invitations/{link['id']}", {}).status_code == 200
    assert lin.delete(f"/circles/invitations/{link['id']}").status_code == 204
    assert device_of(person("late")).put(f"/circles/invitations/{link['id']}", {}).status_code == 409
    assert CircleInvitation.objects.get(public_id=link["id"]).used == 1


@pytest.mark.deny
def test_who_keeps_no_order_keeps_none_by_the_api(
    live: Callable, owner: User, zhou: User, person: Callable
) -> None:
    chen = person("chen")
    circle = live(people=(zhou, chen))
    yet = device_of(zhou)
    calls: list[tuple[str, str, Any]] = [
        ("PUT", "members/chen", {"role": "banned"}),
        ("DELETE", "members/chen", None),
        ("GET", "requests", None),
        ("GET", "invitations", None),
        ("POST", "invitations", {}),
        ("POST", "requests/chen", {"approved": True}),
    ]
    answers = [yet.call(method, f"/circles/{circle.slug}/{path}", body) for method, path, body in calls]
    assert [answer.status_code for answer in answers] == [404] * len(calls)
    assert yet.delete(f"/circles/{circle.slug}").status_code == 404
    assert yet.put(f"/circles/{circle.slug}", {"purpose": "我的"}).status_code == 404
    assert role(circle, chen) == "member"


@pytest.mark.row("G1", "G2")
def test_a_groups_life(places: dict, owner: User, zhou: User, clerk: User) -> None:
    lin, yet = device_of(owner), device_of(zhou)
    body = {
        "name": "合唱团",
        "purpose": "周三唱歌",
        "contact_name": "林秋雨",
        "contact_phone": "0571-5550-0100",
        "community": "ginkgo",
        "joining": "request",
    }
    made = lin.post("/groups", body)
    assert made.status_code == 201
    place = f"/groups/{made.json()['id']}"
    assert device_of(zhou).get(place).json()["contact_phone"] == "0571-5550-0100"
    assert yet.put(f"{place}/membership").json()["role"] == "asked"
    assert {one["role"] for one in lin.get(f"{place}/members").json()["items"]} == {"asked", "member"}
    assert [one["role"] for one in yet.get(f"{place}/members").json()["items"]] == ["member"]
    assert lin.post(f"{place}/members/zhou", {"approved": True}).status_code == 204
    assert lin.put(f"{place}/portal").json()["portal"] == "asked"
    group = Group.objects.get()
    decide(group, approved=True, by=clerk)
    from tests.api.device import Device

    shown = Device().get(place).json()
    assert (shown["contact_phone"], shown["portal"]) == ("", "")
    changed = lin.put(place, {**{k: v for k, v in body.items() if k != "community"}, "visibility": "only"})
    assert changed.json()["portal"] == "off"
    assert Device().get(place).status_code == yet.get(place).status_code == 404
    assert lin.delete(f"{place}/members/zhou").status_code == 204
    assert lin.delete(place).status_code == 204
    assert lin.get(place).json()["closed"]


@pytest.mark.deny
def test_unknown_communities_and_too_much_are_named_with_their_field(places: dict, owner: User) -> None:
    lin = device_of(owner)
    answer = lin.post("/circles", {"name": "棋", "purpose": "下棋", "community": "nowhere"})
    assert problem(answer) == "invalid"
    assert [error["field"] for error in answer.json()["errors"]] == ["community"]
    assert lin.post("/groups", {"name": "棋", "purpose": "下棋"}).status_code == 422
    assert not Circle.objects.exists()
