"""Statuses, comments, likes and follows through the API do what the pages do (S1, S2, S6, S9, U5)."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.accounts.models import User
from foundation.core.access.scopes import ONLY, PUBLIC, Scope
from foundation.social.domain import comments, follows, posts
from foundation.social.models import Comment, Draft, Follow, Post
from tests.api.device import Device, device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("U5", "S1", "S2")]


@pytest.fixture
def lin(portal: Any, person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def phone(lin: User) -> Device:
    return device_of(lin)


def test_a_status_is_posted_edited_read_and_deleted(phone: Device, lin: User) -> None:
    made = phone.post("/statuses", {"text": "院里的银杏 #秋天#", "level": "public"})
    assert made.status_code == 201, made.content.decode()
    said = made.json()
    assert made.headers["Location"] == f"/api/v1/statuses/{said['id']}"
    assert (said["author"]["name"], said["topics"], said["can_edit"]) == ("lin", ["秋天"], True)
    assert Device().get(f"/statuses/{said['id']}").json()["text"] == "院里的银杏 #秋天#"
    edited = phone.patch(f"/statuses/{said['id']}", {"text": "黄了", "level": "only"}).json()
    assert (edited["text"], edited["level"]) == ("黄了", "only")
    assert problem(Device().get(f"/statuses/{said['id']}")) == "not_found"
    history = phone.get(f"/statuses/{said['id']}/history").json()
    assert [one["text"] for one in history] == ["院里的银杏 #秋天#"]
    assert phone.delete(f"/statuses/{said['id']}").status_code == 204
    assert problem(phone.get(f"/statuses/{said['id']}")) == "not_found"


def test_neighbours_like_share_comment_and_follow(phone: Device, lin: User, person: Callable) -> None:
    post = posts.post_status(by=lin, text="早", scope=Scope(PUBLIC))
    zhou = device_of(person("zhou"))
    assert zhou.put(f"/statuses/{post.public_id}/like").json() == {"likes": 1, "liked": True}
    assert zhou.get(f"/statuses/{post.public_id}").json()["liked"] is True
    assert zhou.delete(f"/statuses/{post.public_id}/like").json() == {"likes": 0, "liked": False}
    shared = zhou.post(f"/statuses/{post.public_id}/shares", {"text": "看"}).json()
    assert (shared["shares"]["id"], shared["level"]) == (post.public_id, "residents")
    first = zhou.post(f"/comments/post/{post.public_id}", {"text": "我也拍了"}).json()
    answer = phone.post(
        f"/comments/post/{post.public_id}", {"text": "晒出来", "reply_to": first["id"]}
    ).json()
    (tree,) = Device().get(f"/comments/post/{post.public_id}").json()["items"]
    assert (tree["id"], tree["answers"][0]["id"]) == (first["id"], answer["id"])
    assert zhou.delete(f"/comments/{first['id']}").status_code == 204
    (tree,) = Device().get(f"/comments/post/{post.public_id}").json()["items"]
    assert (tree["gone"], tree["author"], tree["text"]) == (True, None, "")
    for _twice in range(2):
        assert zhou.put("/people/lin/follow").status_code == 204
    assert Follow.objects.count() == 1
    assert [one["id"] for one in zhou.get("/feed").json()["items"]] == [shared["id"], post.public_id]
    assert zhou.get("/people/lin").json()["is_followed"] is True
    assert zhou.delete("/people/lin/follow").status_code == 204
    assert not Follow.objects.exists()


@pytest.mark.deny
def test_nobody_changes_what_is_anothers(phone: Device, lin: User, person: Callable) -> None:
    post = posts.post_status(by=lin, text="早", scope=Scope(PUBLIC))
    note = posts.post_status(by=lin, text="日记", scope=Scope(ONLY, str(lin.pk)))
    said = comments.comment(by=lin, target=post, text="昨天")
    zhou = device_of(person("zhou"))
    assert (
        problem(zhou.patch(f"/statuses/{post.public_id}", {"text": "改", "level": "public"})) == "not_found"
    )
    assert problem(zhou.delete(f"/statuses/{post.public_id}")) == "not_found"
    assert problem(zhou.delete(f"/comments/{said.public_id}")) == "not_found"
    for call in (zhou.put, zhou.delete):
        assert problem(call(f"/statuses/{note.public_id}/like")) == "not_found"
    assert problem(zhou.post(f"/statuses/{note.public_id}/shares", {})) == "not_found"
    assert problem(zhou.post(f"/comments/post/{note.public_id}", {"text": "看到了"})) == "not_found"
    assert Post.objects.filter(deleted_at=None).count() == 2
    assert Comment.objects.count() == 1


@pytest.mark.deny
def test_who_is_not_verified_reads_and_does_not_speak(portal: Any, person: Callable) -> None:
    newcomer = device_of(person("new", verified=False))
    refused = newcomer.post("/statuses", {"text": "早"})
    assert (refused.status_code, problem(refused)) == (403, "verify")
    assert "完成实名认证" in refused.json()["detail"]
    english = newcomer.post("/statuses", {"text": "早"}, Accept_Language="en")
    assert english.headers["Content-Language"] == "en"
    assert "完成实名认证" not in english.content.decode()
    assert newcomer.get("/feed").status_code == 200


def test_a_draft_is_kept_for_every_device(phone: Device, lin: User) -> None:
    assert phone.put("/drafts/status:new", {"text": "没写完"}).json() == {"text": "没写完"}
    assert device_of(lin).get("/drafts/status:new").json() == {"text": "没写完"}
    phone.put("/drafts/status:new", {"text": ""})
    assert not Draft.objects.exists()
    assert problem(phone.put("/drafts/NO", {"text": "x"})) == "invalid"


def test_the_own_profile_is_written_with_who_may_see_it(phone: Device, lin: User, person: Callable) -> None:
    before = phone.get("/me/profile").json()
    body = {name: before[name] for name in ("bio", "location", "gender", "birthday", "occupation")}
    body |= {"display_name": "秋雨", "hobbies": "种花", "birthday": "06-07", "gender": "female"}
    written = phone.put("/me/profile", {**body, "levels": {**before["levels"], "hobbies": "residents"}})
    assert written.status_code == 200, written.content.decode()
    shown = {
        one["field"]: one["value"] for one in device_of(person("zhou")).get("/people/lin").json()["fields"]
    }
    assert shown == {"hobbies": "种花", "gender": "女"}
    assert Device().get("/people/lin").json()["fields"] == []
    as_visitor = phone.get("/people/lin?seen_as=public").json()["fields"]
    assert as_visitor == []
    refused = phone.put("/me/profile", {**body, "birthday": "31-12", "levels": before["levels"]})
    assert problem(refused) == "invalid"
    (fault,) = refused.json()["errors"]
    assert (fault["field"], fault["message"]) == ("birthday", "请按 06-07 的样子填写月和日。")
    refused = phone.put("/me/profile", {**body, "levels": {**before["levels"], "bio": "nobody"}})
    assert [one["field"] for one in refused.json()["errors"]] == ["levels.bio"]


@pytest.mark.parametrize("of", ["/people/lin/statuses", "/topics/秋天/statuses", "/feed"])
def test_long_lists_go_on_where_they_ended(phone: Device, lin: User, of: str) -> None:
    made = [posts.post_status(by=lin, text=f"第{n}天 #秋天#", scope=Scope(PUBLIC)) for n in range(7)]
    found, cursor = [], ""
    while True:
        page = phone.get(f"{of}?limit=3&cursor={cursor}").json()
        found += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        # Written meanwhile: stands at the top, and moves nothing.
        posts.post_status(by=lin, text="还有 #秋天#", scope=Scope(PUBLIC))
    assert found == [post.public_id for post in reversed(made)]


def test_comments_go_on_where_they_ended(phone: Device, lin: User) -> None:
    post = posts.post_status(by=lin, text="人人都来", scope=Scope(PUBLIC))
    made = [comments.comment(by=lin, target=post, text=f"{n}").public_id for n in range(5)]
    first = Device().get(f"/comments/post/{post.public_id}?limit=3").json()
    rest = Device().get(f"/comments/post/{post.public_id}?limit=3&cursor={first['next']}").json()
    assert [one["id"] for one in first["items"] + rest["items"]] == made
    assert rest["next"] is None


def test_contacts_see_what_is_for_contacts(phone: Device, lin: User, person: Callable) -> None:
    zhou = person("zhou")
    follows.follow(zhou, by=lin)
    follows.follow(lin, by=zhou)
    made = phone.post("/statuses", {"text": "只给你们", "level": "contacts"}).json()
    assert device_of(zhou).get(f"/statuses/{made['id']}").status_code == 200
    assert problem(device_of(person("wang")).get(f"/statuses/{made['id']}")) == "not_found"
