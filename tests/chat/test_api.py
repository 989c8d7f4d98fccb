"""Messages by the API: what the pages do, and nobody else's (S10, U5)."""

from collections.abc import Callable
from typing import Any

import pytest

from chat.domain import groups, sending
from chat.models import Conversation, Message, Participant
from tests.api.device import Device, device_of, problem

pytestmark = [pytest.mark.row("S10", "U5"), pytest.mark.django_db]


def uploaded(device: Device, picture: Any) -> str:
    data = picture.read()
    made = device.post("/uploads", {"size": len(data), "media_type": "image/jpeg"}).json()
    device.patch(
        f"/uploads/{made['id']}",
        data,
        Upload_Offset="0",
        Content_Type="application/offset+octet-stream",
    )
    return made["id"]


def test_two_talk_by_their_devices(lin: Any, zhou: Any, picture: Callable) -> None:
    hers, his = device_of(lin), device_of(zhou)
    answer = hers.post("/conversations", {"to": "zhou", "text": "在家吗？"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["person"]["display_name"], made["state"], made["unread"]) == ("周叶", "active", 0)
    path = f"/conversations/{made['id']}"
    assert answer.headers["Location"] == f"/api/v1{path}"
    shown = his.get("/conversations").json()
    assert [(one["unread"], one["newest"]) for one in shown["items"]] == [(1, "在家吗？")]
    photo = {"upload": uploaded(hers, picture()), "alt": "一树银杏"}
    sent = hers.post(f"{path}/messages", {"text": "看", "pictures": [photo]}).json()
    assert [one["alt"] for one in sent["pictures"]] == ["一树银杏"]
    page = his.get(f"{path}/messages?limit=1").json()
    assert [(one["text"], one["mine"], one["can_report"]) for one in page["items"]] == [("看", False, True)]
    older = his.get(f"{path}/messages?limit=1&cursor={page['next']}").json()
    assert ([one["text"] for one in older["items"]], older["next"]) == (["在家吗？"], None)
    assert his.post(f"{path}/read", {"up_to": sent["id"]}).json()["unread"] == 0
    kept = his.patch(path, {"muted": True, "archived": True}).json()
    assert (kept["muted"], kept["archived"]) == (True, True)
    assert his.get("/conversations").json()["items"] == []
    assert len(his.get("/conversations?show=archived").json()["items"]) == 1
    assert his.put(f"{path}/draft", {"text": "还没写完"}).status_code == 204
    assert his.get(path).json()["draft"] == "还没写完"
    assert hers.post(f"/messages/{sent['id']}/unsend").status_code == 204
    assert his.get(f"{path}/messages").json()["items"][0]["gone"] is True
    assert his.delete(f"/messages/{sent['id']}").status_code == 204
    assert len(his.get(f"{path}/messages").json()["items"]) == 1


def test_a_stranger_waits_for_an_answer(lin: Any, wu: Any) -> None:
    theirs, hers = device_of(wu), device_of(lin)
    made = theirs.post("/conversations", {"to": "lin", "text": "我是新搬来的"}).json()
    path = f"/conversations/{made['id']}"
    assert problem(theirs.post(f"{path}/messages", {"text": "在吗"})) == "invalid"
    listed = hers.get("/conversations").json()
    assert (listed["items"], listed["requests"]) == ([], 1)
    assert hers.get("/conversations?show=requests").json()["items"][0]["state"] == "requested"
    assert hers.post(f"{path}/accept").json()["state"] == "active"
    assert theirs.post(f"{path}/messages", {"text": "谢谢"}).status_code == 201
    assert problem(theirs.post("/conversations", {"to": "nobody", "text": "您好"})) == "not_found"


@pytest.mark.deny
def test_declining_and_blocking(lin: Any, wu: Any, street: Any) -> None:
    made = device_of(wu).post("/conversations", {"to": "lin", "text": "您好"}).json()
    hers = device_of(lin)
    assert hers.post(f"/conversations/{made['id']}/decline", {"block": True}).status_code == 204
    assert problem(hers.get(f"/conversations/{made['id']}")) == "not_found"
    assert street.blocked == {(lin.pk, wu.pk)}
    assert problem(device_of(wu).post("/conversations", {"to": "lin", "text": "再来"})) == "not_found"


def test_a_group_is_kept_by_a_device(lin: Any, zhou: Any, wu: Any) -> None:
    hers = device_of(lin)
    made = hers.post("/conversations/groups", {"title": "太极队", "people": ["zhou"]}).json()
    path = f"/conversations/{made['id']}"
    assert (made["title"], made["keeper"], made["people"], made["person"]) == ("太极队", True, 2, None)
    asked = hers.post(f"{path}/people", {"people": ["wu"]}).json()
    assert [(one["person"]["name"], one["asked"]) for one in asked] == [
        ("lin", False),
        ("zhou", False),
        ("wu", True),
    ]
    assert hers.put(f"{path}/title", {"title": "银杏里太极队"}).json()["title"] == "银杏里太极队"
    assert hers.delete(f"{path}/people/wu").status_code == 204
    assert problem(hers.post(f"{path}/leave")) == "invalid"
    assert hers.put(f"{path}/keeper", {"name": "zhou"}).json()["keeper"] is False
    assert hers.post(f"{path}/leave").status_code == 204
    assert problem(hers.get(path)) == "not_found"
    happened = device_of(zhou).get(f"{path}/messages").json()["items"]
    assert [one["what"] for one in happened] == ["left", "handed", "renamed", "joined"]
    assert Participant.objects.get(user=zhou).is_keeper


def test_what_one_wants_of_messages(lin: Any) -> None:
    hers = device_of(lin)
    assert hers.get("/me/messages").json() == {"who_may_write": "everybody", "shows_read": True}
    wanted = {"who_may_write": "followed", "shows_read": False}
    assert hers.put("/me/messages", wanted).json() == wanted
    assert hers.get("/me/messages").json() == wanted


@pytest.mark.deny
def test_a_device_without_the_scope_reads_none(lin: Any, zhou: Any) -> None:
    made = sending.write_to(zhou, by=lin, text="悄悄话")
    device = device_of(lin, "read", "write", "notifications", "account")
    path = f"/conversations/{made.conversation.public_id}"
    for answer in (device.get("/conversations"), device.get(path), device.get(f"{path}/messages")):
        assert problem(answer) == "scope"
    assert problem(device.post(f"{path}/messages", {"text": "二"})) == "scope"


@pytest.mark.deny
def test_outsiders_find_nothing(lin: Any, zhou: Any, wu: Any) -> None:
    made = sending.write_to(zhou, by=lin, text="悄悄话")
    group = groups.start_group("太极队", [zhou], by=lin)
    device = device_of(wu)
    for found in (made.conversation, group):
        path = f"/conversations/{found.public_id}"
        calls = [
            device.get(path),
            device.get(f"{path}/messages"),
            device.get(f"{path}/people"),
            device.post(f"{path}/messages", {"text": "我也来"}),
            device.post(f"{path}/read", {"up_to": made.public_id}),
            device.post(f"{path}/accept"),
            device.post(f"{path}/decline", {}),
            device.post(f"{path}/leave"),
            device.put(f"{path}/title", {"title": "我的"}),
        ]
        assert {problem(answer) for answer in calls} == {"not_found"}
    assert problem(device.delete(f"/messages/{made.public_id}")) == "not_found"
    assert problem(device_of(zhou).post(f"/messages/{made.public_id}/unsend")) == "not_found"
    assert Message.objects.filter(what="said").count() == 1
    assert Conversation.objects.count() == 2
