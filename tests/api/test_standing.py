"""Reporting, what came of it, the own standing and appeals by the API (O2, U5)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.moderation.domain import appeals, inbox, sanctions
from foundation.moderation.models import Appeal, Case, ReviewItem
from foundation.social.domain import comments, posts
from foundation.social.models import Post
from tests.api.device import device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("U5", "O2")]


@pytest.fixture
def lin(portal: Any, person: Callable) -> User:
    return person("lin")


@pytest.fixture
def staff(portal: Any, person: Callable) -> User:
    return person("staff", roles=("staff",))


def test_a_status_a_comment_and_a_person_are_reported(lin: User, staff: User, person: Callable) -> None:
    post = posts.post_status(by=lin, text="吵", scope=Scope(PUBLIC))
    said = comments.comment(by=lin, target=post, text="闹")
    zhou = device_of(person("zhou"))
    for kind, name in (("post", post.public_id), ("comment", said.public_id), ("person", "lin")):
        made = zhou.post("/reports", {"kind": kind, "id": name, "reason": "harass"})
        assert (made.status_code, made.json()["state"]) == (201, "open"), kind
    assert Case.objects.count() == 3
    item = ReviewItem.objects.get(kind="case", object_id=str(Case.objects.get(kind="post").pk))
    inbox.decide(item, approved=True, reason="辱骂", by=staff)
    states = {one["kind"]: one["state"] for one in zhou.get("/reports").json()["items"]}
    assert states == {"post": "upheld", "comment": "open", "person": "open"}
    assert "hide" not in zhou.get("/reports").content.decode(), "what came of it for a person is hers"


@pytest.mark.deny
def test_what_can_not_be_reported(lin: User, person: Callable) -> None:
    post = posts.post_status(by=lin, text="吵", scope=Scope(PUBLIC))
    secret = posts.post_status(by=lin, text="日记", scope=Scope("only", str(lin.pk)))
    own, zhou = device_of(lin), device_of(person("zhou"))
    report = {"kind": "post", "id": post.public_id, "reason": "harass"}
    assert problem(own.post("/reports", report)) == "not_found"
    for wrong in ({"id": secret.public_id}, {"kind": "notice"}, {"kind": "claim"}, {"id": "nothing"}):
        assert problem(zhou.post("/reports", report | wrong)) == "not_found", wrong
    assert problem(zhou.post("/reports", report | {"reason": "dislike"})) == "invalid"
    silent = zhou.post("/reports", report | {"reason": "other"})
    assert [fault["field"] for fault in silent.json()["errors"]] == ["text"]


def test_who_is_muted_reads_why_and_objects(lin: User, staff: User) -> None:
    sanctions.impose(lin, what="mute", reason="吵架", days=3, by=staff)
    phone = device_of(lin)
    refused = phone.post("/statuses", {"text": "早"})
    assert (refused.status_code, problem(refused)) == (403, "muted")
    assert "之前被禁言" in refused.json()["detail"]
    (one,) = phone.get("/standing").json()["sanctions"]
    assert (one["what"], one["reason"], one["can_be_appealed"]) == ("mute", "吵架", True)
    assert phone.get("/me").json()["muted_until"]
    made = phone.post(f"/standing/{one['id']}/appeal", {"text": "不是我先开口的"}).json()
    assert (made["appeal"], [turn["text"] for turn in made["talk"]]) == ("open", ["不是我先开口的"])
    appeals.say(Appeal.objects.get(), text="请说明", by=staff)
    talk = phone.post(f"/standing/{one['id']}/appeal", {"text": "是这样的"}).json()["talk"]
    assert [(turn["of_staff"], turn["text"]) for turn in talk][1:] == [(True, "请说明"), (False, "是这样的")]
    Appeal.objects.update(state="upheld", decided_at=timezone.now(), answer="维持")
    assert phone.get(f"/standing/{one['id']}").json()["answer"] == "维持"
    assert problem(phone.post(f"/standing/{one['id']}/appeal", {"text": "再说"})) == "conflict"


@pytest.mark.deny
def test_who_is_suspended_reads_why_objects_and_takes_her_data_along(lin: User, staff: User) -> None:
    phone = device_of(lin)
    sanctions.impose(lin, what="suspend", reason="诈骗", days=3, by=staff)
    User.objects.filter(pk=lin.pk).update(suspended_until=timezone.now() + timedelta(days=3))
    assert problem(phone.post("/statuses", {"text": "早"})) == "suspended"
    assert problem(phone.get("/feed")) == "suspended"
    (one,) = phone.get("/standing").json()["sanctions"]
    assert phone.post(f"/standing/{one['id']}/appeal", {"text": "弄错了"}).status_code == 201
    assert phone.get("/notifications").status_code == 200
    phone.post("/confirmations", {"password": "pw-lin-2026"})
    assert phone.post("/me/data").status_code == 202


@pytest.mark.deny
def test_a_decision_is_read_by_whom_it_is_on_only(lin: User, staff: User, person: Callable) -> None:
    one = sanctions.impose(lin, what="warn", reason="吵架", by=staff)
    for reader in (person("zhou"), staff):
        device = device_of(reader)
        assert device.get("/standing").json() == {"held": [], "sanctions": []}
        assert problem(device.get(f"/standing/{one.public_id}")) == "not_found"
        assert problem(device.post(f"/standing/{one.public_id}/appeal", {"text": "x"})) == "not_found"


def test_what_is_held_back_is_said(lin: User, staff: User, person: Callable) -> None:
    post = posts.post_status(by=lin, text="被举报的话", scope=Scope(PUBLIC))
    for number in range(3):
        device_of(person(f"p{number}")).post(
            "/reports", {"kind": "post", "id": post.public_id, "reason": "harass"}
        )
    assert Post.objects.get().hidden_at is not None
    phone = device_of(lin)
    (held,) = phone.get("/standing").json()["held"]
    assert held["text"] == "被举报的话"
    assert phone.get(f"/statuses/{post.public_id}").json()["hidden"] is True
    assert problem(device_of(person("wang")).get(f"/statuses/{post.public_id}")) == "not_found"
