"""The notification centre and push by the API (S11, U5)."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from foundation.accounts.models import User
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.messaging.models import Mute, Subscription
from foundation.social.domain import comments, posts, reactions
from tests.api.device import Device, device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("U5", "S11")]


@pytest.fixture
def lin(portal: Any, person: Callable) -> User:
    """Somebody whose status three neighbours liked, and one commented on."""
    lin = person("lin")
    post = posts.post_status(by=lin, text="早", scope=Scope(PUBLIC))
    for name in ("zhou", "wang", "chen"):
        reactions.react(post, by=person(name, display=name), liked=True)
    comments.comment(by=User.objects.get(username="zhou"), target=post, text="好")
    return lin


@pytest.fixture
def phone(lin: User) -> Device:
    return device_of(lin)


def test_lines_are_listed_and_read(phone: Device) -> None:
    said = phone.get("/notifications").json()["items"]
    assert [one["event"] for one in said] == ["comment.commented", "post.liked"]
    assert said[1]["sentence"] == "chen、wang 等 3 人 赞了您的说说"
    assert said[1]["may_mute"] == ["chen", "wang", "zhou"]
    assert phone.get("/notifications/unread").json() == {"unread": 2}
    assert phone.post(f"/notifications/{said[0]['id']}/read").json() == {"unread": 1}
    assert len(phone.get("/notifications?unread=true").json()["items"]) == 1
    assert phone.get("/notifications?group=security").json()["items"] == []
    assert phone.post("/notifications/read").json() == {"unread": 0}


def test_the_centre_goes_on_where_it_ended(phone: Device) -> None:
    first = phone.get("/notifications?limit=1").json()
    rest = phone.get(f"/notifications?limit=1&cursor={first['next']}").json()
    assert [one["event"] for one in first["items"] + rest["items"]] == ["comment.commented", "post.liked"]
    assert rest["next"] is None
    assert problem(phone.get(f"/notifications?limit=1&unread=true&cursor={first['next']}")) == "invalid"


def test_a_person_and_a_thread_are_muted_and_heard_again(phone: Device) -> None:
    line = phone.get("/notifications").json()["items"][1]["id"]
    muted = phone.post(f"/notifications/{line}/mute", {"what": "person", "person": "wang"}).json()
    assert muted["person"] == "wang"
    assert phone.post(f"/notifications/{line}/mute", {"what": "thread"}).status_code == 201
    assert (
        problem(phone.post(f"/notifications/{line}/mute", {"what": "person", "person": "nobody"}))
        == "not_found"
    )
    listed = phone.get("/notifications/mutes").json()
    assert {one["person"] for one in listed} == {"wang", ""}
    assert not {str(pk) for pk in Mute.objects.values_list("pk", flat=True)} & {one["id"] for one in listed}
    assert phone.delete(f"/notifications/mutes/{muted['id']}").status_code == 204
    assert problem(phone.delete(f"/notifications/mutes/{muted['id']}")) == "not_found"
    assert len(phone.get("/notifications/mutes").json()) == 1


@pytest.mark.deny
def test_nobody_reads_mutes_or_unmutes_for_another(phone: Device, person: Callable) -> None:
    line = phone.get("/notifications").json()["items"][0]["id"]
    mute = phone.post(f"/notifications/{line}/mute", {"what": "thread"}).json()["id"]
    stranger = device_of(person("mallory"))
    assert stranger.get("/notifications").json()["items"] == []
    assert problem(stranger.post(f"/notifications/{line}/read")) == "not_found"
    assert problem(stranger.post(f"/notifications/{line}/mute", {"what": "thread"})) == "not_found"
    assert problem(stranger.delete(f"/notifications/mutes/{mute}")) == "not_found"


def test_wishes_are_chosen_as_on_the_page(phone: Device) -> None:
    before = phone.get("/notifications/settings").json()
    assert (before["preset"], before["quiet"]) == ("normal", None)
    wanted = ["post.liked:mail", "comment.commented:site"]
    body = {"preset": "custom", "digest": "weekly", "quiet": {"begin": "22:00", "end": "07:00"}}
    said = phone.put("/notifications/settings", {**body, "wanted": wanted}).json()
    assert (said["preset"], said["digest"]) == ("custom", "weekly")
    assert said["quiet"] == {"begin": "22:00:00", "end": "07:00:00"}
    boxes = {
        box["value"]: box for group in said["groups"] for event in group["events"] for box in event["ways"]
    }
    assert (boxes["post.liked:mail"]["ticked"], boxes["post.liked:site"]["ticked"]) == (True, False)
    assert boxes["sanction.sanctioned:mail"]["fixed"] is True
    same = phone.put("/notifications/settings", {**body, "quiet": {"begin": "22:00", "end": "22:00"}})
    assert [fault["field"] for fault in same.json()["errors"]] == ["quiet.end"]
    unknown = phone.put("/notifications/settings", {"preset": "custom", "wanted": ["nothing:site"]})
    assert [fault["field"] for fault in unknown.json()["errors"]] == ["wanted"]


def keys() -> dict[str, str]:
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {
        "endpoint": "https://fcm.googleapis.com/fcm/send/x",
        "p256dh": base64.urlsafe_b64encode(raw).decode(),
        "auth": base64.urlsafe_b64encode(b"a" * 16).decode(),
    }


def test_a_device_is_woken_until_it_is_signed_out(phone: Device, settings: Any) -> None:
    assert problem(phone.get("/push")) == "not_found"
    settings.WEB_PUSH = True
    assert phone.get("/push").json()["subscriptions"] == []
    made = phone.post("/push/subscriptions", keys())
    assert (made.status_code, made.json()["name"]) == (201, "测试手机")
    assert [one["id"] for one in phone.get("/push").json()["subscriptions"]] == [made.json()["id"]]
    elsewhere = {**keys(), "endpoint": "http://169.254.169.254/latest"}
    assert problem(phone.post("/push/subscriptions", elsewhere)) == "invalid"
    phone.delete("/tokens/current")
    assert not Subscription.objects.exists()


@pytest.mark.deny
def test_another_device_s_sign_out_leaves_this_one_awake(phone: Device, lin: User, settings: Any) -> None:
    settings.WEB_PUSH = True
    made = phone.post("/push/subscriptions", keys()).json()["id"]
    device_of(lin).delete("/tokens/current")
    assert Subscription.objects.count() == 1
    assert phone.delete(f"/push/subscriptions/{made}").status_code == 204
    assert problem(phone.delete(f"/push/subscriptions/{made}")) == "not_found"
