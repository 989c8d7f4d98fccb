"""Albums, diary, guestbook, people and the address book through the API do what the pages do (S3–S8, U5)."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.accounts.models import User
from foundation.core.access.scopes import PUBLIC, RESIDENTS, Scope
from foundation.social.domain import albums, follows
from foundation.social.models import Album, Photo
from spaces.domain import diary, guestbook
from spaces.models import AddressEntry, DiaryEntry, GuestbookEntry
from tests.api.device import Device, device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("U5")]


@pytest.fixture
def lin(portal: Any, person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(portal: Any, person: Callable) -> User:
    return person("zhou", display="周叶")


@pytest.fixture
def phone(lin: User) -> Device:
    return device_of(lin)


def sent(device: Device, picture: Any) -> str:
    """Upload a picture over a line that is cut in the middle; return its name."""
    raw = picture.read()
    begun = device.post("/uploads", {"size": len(raw), "media_type": "image/jpeg"}).json()
    half = len(raw) // 2
    for offset, piece in ((0, raw[:half]), (half, raw[half:])):
        answer = device.patch(
            f"/uploads/{begun['id']}",
            piece,
            Upload_Offset=str(offset),
            Content_Type="application/offset+octet-stream",
        )
        assert answer.status_code == 204, answer.content.decode()
    return str(begun["id"])


@pytest.mark.row("S4")
class TestAlbums:
    def test_made_filled_named_ordered_and_deleted(self, phone: Device, lin: User, picture: Callable) -> None:
        made = phone.post("/albums", {"title": "秋天", "level": "public"})
        assert made.status_code == 201, made.content.decode()
        name = made.json()["id"]
        assert made.headers["Location"] == f"/api/v1/albums/{name}"
        added = [
            phone.post(f"/albums/{name}/photos", {"upload": sent(phone, picture()), "caption": str(n)}).json()
            for n in range(3)
        ]
        assert [one["is_cover"] for one in added] == [True, False, False]
        ids = [one["id"] for one in added]
        assert phone.put(f"/albums/{name}/order", {"photos": [ids[2]]}).status_code == 204
        assert phone.put(f"/albums/{name}/cover", {"photo": ids[1]}).json()["cover"] is not None
        told = phone.patch(f"/albums/{name}/photos/{ids[0]}", {"caption": "院里的银杏"}).json()
        assert (told["caption"], told["is_cover"]) == ("院里的银杏", False)
        shown = Device().get(f"/albums/{name}/photos?limit=2").json()
        rest = Device().get(f"/albums/{name}/photos?cursor={shown['next']}").json()
        assert [one["caption"] for one in shown["items"] + rest["items"]] == ["2", "院里的银杏", "1"]
        assert phone.delete(f"/albums/{name}/photos/{ids[2]}").status_code == 204
        listed = Device().get("/people/lin/albums").json()["items"]
        assert [(one["title"], one["photos"], one["can_edit"]) for one in listed] == [("秋天", 2, False)]
        assert phone.put(f"/albums/{name}", {"title": "只给自己", "level": "only"}).json()["level"] == "only"
        assert problem(Device().get(f"/albums/{name}")) == "not_found"
        assert phone.delete(f"/albums/{name}").status_code == 204
        assert not Album.objects.exists()

    @pytest.mark.deny
    def test_an_upload_is_used_once_and_what_is_none_is_refused(
        self, phone: Device, lin: User, picture: Callable
    ) -> None:
        album = albums.make_album(by=lin, title="秋天", scope=Scope(RESIDENTS))
        upload = sent(phone, picture())
        path = f"/albums/{album.public_id}/photos"
        assert phone.post(path, {"upload": upload}).status_code == 201
        for again in (upload, "nothing"):
            assert problem(phone.post(path, {"upload": again})) == "invalid"
        assert Photo.objects.count() == 1

    @pytest.mark.deny
    def test_others_change_nothing(self, lin: User, zhou: User, picture: Callable) -> None:
        album = albums.make_album(by=lin, title="秋天", scope=Scope(PUBLIC))
        photo = albums.add_photo(album, picture(), by=lin)
        other, path = device_of(zhou), f"/albums/{album.public_id}"
        assert other.get(path).json()["can_edit"] is False
        for method, where, body in (
            ("PUT", path, {"title": "改"}),
            ("DELETE", path, None),
            ("POST", f"{path}/photos", {"upload": sent(other, picture())}),
            ("PUT", f"{path}/order", {"photos": []}),
            ("PUT", f"{path}/cover", {"photo": photo.public_id}),
            ("PATCH", f"{path}/photos/{photo.public_id}", {"caption": "改"}),
            ("DELETE", f"{path}/photos/{photo.public_id}", None),
        ):
            assert problem(other.call(method, where, body)) == "not_found", (method, where)


@pytest.mark.row("S3")
class TestDiary:
    def test_drafted_published_changed_and_deleted(
        self, phone: Device, lin: User, zhou: User, picture: Callable
    ) -> None:
        body = {"title": "路上", "body": "去看了银杏", "level": "public", "topics": ["秋天"]}
        body["pictures"] = [{"upload": sent(phone, picture()), "alt": "银杏"}]  # type: ignore[assignment]
        made = phone.post("/diary", body)
        assert made.status_code == 201, made.content.decode()
        said, name = made.json(), made.json()["id"]
        assert (said["published_at"], said["body"]) == (None, "<p>去看了银杏</p>")
        assert [one["id"] for one in phone.get("/me/diary-drafts").json()["items"]] == [name]
        other = device_of(zhou)
        assert problem(other.get(f"/diary/{name}")) == "not_found"
        assert other.get("/people/lin/diary").json()["items"] == []
        del body["pictures"]
        changed = phone.put(f"/diary/{name}", {**body, "body": "<b>好看</b>", "publish": True}).json()
        assert changed["published_at"]
        assert changed["body"] == "<b>好看</b>"
        assert [one["alt"] for one in changed["pictures"]] == ["银杏"]
        assert phone.get("/me/diary-drafts").json()["items"] == []
        (brief,) = Device().get("/people/lin/diary").json()["items"]
        assert (brief["id"], brief["beginning"]) == (name, "好看")
        assert [one["id"] for one in Device().get("/topics/秋天/diary").json()] == [name]
        gone = phone.put(
            f"/diary/{name}", {**body, "without": [changed["pictures"][0]["id"]], "publish": True}
        )
        assert gone.json()["pictures"] == []
        assert problem(other.delete(f"/diary/{name}")) == "not_found"
        assert phone.delete(f"/diary/{name}").status_code == 204
        assert not DiaryEntry.objects.exists()

    def test_the_feed_says_what_each_thing_is(
        self, phone: Device, lin: User, zhou: User, picture: Callable
    ) -> None:
        follows.follow(lin, by=zhou)
        album = albums.make_album(by=lin, title="秋天", scope=Scope(RESIDENTS))
        albums.add_photo(album, picture(), by=lin)
        diary.write_entry(by=lin, title="路上", body="字", scope=Scope(RESIDENTS), publish=True)
        phone.post("/statuses", {"text": "早"})
        found = device_of(zhou).get("/feed").json()["items"]
        assert [one["kind"] for one in found] == ["post", "diary_entry", "album"]
        assert [one.get("title", one.get("text")) for one in found] == ["早", "路上", "秋天"]


@pytest.mark.row("S5")
class TestGuestbook:
    def test_left_answered_hidden_and_taken_away(
        self, phone: Device, lin: User, zhou: User, person: Callable
    ) -> None:
        other, third = device_of(zhou), device_of(person("chen"))
        left = other.post("/people/lin/guestbook", {"text": "路过看看"})
        assert left.status_code == 201, left.content.decode()
        name = left.json()["id"]
        assert phone.put(f"/guestbook/{name}/answer", {"text": "欢迎"}).json()["answer"] == "欢迎"
        (seen,) = third.get("/people/lin/guestbook").json()["items"]
        assert (seen["answer"], seen["can_answer"], seen["can_delete"]) == ("欢迎", False, False)
        assert phone.put(f"/guestbook/{name}/shown", {"shown": False}).json()["shown"] is False
        assert third.get("/people/lin/guestbook").json()["items"] == []
        for method, path, body in (
            ("PUT", f"/guestbook/{name}/answer", {"text": "我来"}),
            ("PUT", f"/guestbook/{name}/shown", {"shown": True}),
        ):
            assert problem(other.call(method, path, body)) == "not_found"
        assert problem(third.delete(f"/guestbook/{name}")) == "not_found"
        assert other.delete(f"/guestbook/{name}").status_code == 204
        assert not GuestbookEntry.objects.exists()

    @pytest.mark.deny
    def test_the_owners_rule_holds_here_too(self, phone: Device, lin: User, zhou: User) -> None:
        rule = {"who": "nobody", "looked_at_first": False}
        assert phone.put("/me/guestbook-rule", rule).json() == phone.get("/me/guestbook-rule").json() == rule
        other = device_of(zhou)
        assert other.get("/people/lin/guestbook").json()["can_write"] is False
        assert problem(other.post("/people/lin/guestbook", {"text": "在吗"})) == "invalid"

    @pytest.mark.deny
    def test_who_is_not_verified_reads_nothing_of_others(
        self, lin: User, zhou: User, person: Callable
    ) -> None:
        guestbook.leave_message(lin, by=zhou, text="路过看看")
        assert problem(Device().get("/people/lin/guestbook")) == "sign_in"
        new = device_of(person("new", verified=False))
        assert new.get("/people/lin/guestbook").json()["items"] == []
        assert problem(new.post("/people/lin/guestbook", {"text": "好"})) == "verify"


@pytest.mark.row("S8")
class TestPeople:
    def test_found_by_name_and_community(
        self, phone: Device, zhou: User, drain: Callable, person: Callable
    ) -> None:
        person("bridge", place="bridge")
        drain()
        assert [one["name"] for one in phone.get("/people?q=zhouye").json()["items"]] == ["zhou"]
        assert [one["name"] for one in phone.get("/people?community=bridge").json()["items"]] == ["bridge"]

    def test_the_list_goes_on(self, phone: Device, person: Callable) -> None:
        for number in range(3):
            person(f"p{number}")
        first = phone.get("/people?limit=2").json()
        rest = phone.get(f"/people?limit=2&cursor={first['next']}").json()
        assert [one["name"] for one in first["items"] + rest["items"]] == ["p2", "p1", "p0"]
        assert rest["next"] is None

    @pytest.mark.deny
    def test_own_lists_are_ones_own(self, phone: Device, lin: User, zhou: User) -> None:
        follows.follow(zhou, by=lin, secret=True)
        (one,) = phone.get("/me/following").json()["items"]
        assert (one["name"], one["is_secret"]) == ("zhou", True)
        assert device_of(zhou).get("/me/followers").json()["items"] == []


@pytest.mark.row("S7")
class TestAddressBook:
    def test_filed_grouped_read_and_taken_along(self, phone: Device, zhou: User, person: Callable) -> None:
        person("chen")
        group = phone.post("/me/address-groups", {"name": "合唱团"}).json()
        noted = {"remark": "周老师", "note": "教二胡", "group": group["id"]}
        filed = phone.put("/me/address-book/zhou", noted)
        assert filed.status_code == 200, filed.content.decode()
        assert (filed.json()["remark"], filed.json()["group"]) == ("周老师", group)
        phone.put("/me/address-book/chen", {})
        moved = phone.post(f"/me/address-groups/{group['id']}/people", {"people": ["chen"]})
        assert moved.status_code == 204
        listed = phone.get(f"/me/address-book?group={group['id']}").json()["items"]
        assert [one["person"]["name"] for one in listed] == ["chen", "zhou"]
        card = phone.get("/me/address-book/export/vcf")
        assert card["Content-Type"].startswith("text/vcard")
        assert "周老师" in card.content.decode()
        assert phone.get("/me/address-book/export/xlsx").content[:2] == b"PK"
        assert phone.delete("/me/address-book/chen").status_code == 204
        assert phone.delete(f"/me/address-groups/{group['id']}").status_code == 204
        assert [one["group"] for one in phone.get("/me/address-book").json()["items"]] == [None]

    @pytest.mark.deny
    def test_nobody_opens_anothers(self, phone: Device, zhou: User, person: Callable) -> None:
        group = phone.post("/me/address-groups", {"name": "家"}).json()
        phone.put("/me/address-book/zhou", {"remark": "小周"})
        other = device_of(person("chen"))
        assert other.get("/me/address-book").json()["items"] == []
        assert problem(other.put("/me/address-book/zhou", {"group": group["id"]})) == "not_found"
        assert problem(other.delete(f"/me/address-groups/{group['id']}")) == "not_found"
        assert problem(other.delete("/me/address-book/zhou")) == "not_found"
        assert AddressEntry.objects.count() == 1

    @pytest.mark.deny
    def test_a_device_that_may_only_read_keeps_no_book(self, lin: User) -> None:
        reading = device_of(lin, "read")
        assert problem(reading.get("/me/address-book")) == "scope"
        assert reading.get("/people").status_code == 200
