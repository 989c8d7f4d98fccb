"""What is said in a circle comes to light for its people alone, on every surface (G3, G4; security 4)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from foundation.accounts.models import User
from groups.domain import joining, keeping
from groups.models import Circle
from tests.access.surface import indexed
from tests.api.device import Device, device_of
from tests.groups.conftest import put_in

pytestmark = [pytest.mark.django_db, pytest.mark.row("G3"), pytest.mark.deny, pytest.mark.security(2, 4)]


def _text(answer: Any) -> str:
    if answer.status_code != 200:
        return ""
    return answer.content.decode().replace("<mark>", "").replace("</mark>", "")


def _said(answer: Any) -> str:
    return json.dumps(answer.json(), ensure_ascii=False) if answer.status_code == 200 else ""


ROLES = ("visitor", "outsider", "applicant", "banned", "member", "moderator", "owner", "staff", "elsewhere")


@dataclass
class Inside:
    circles: dict[str, Circle]
    posts: dict[str, Any]
    people: dict[str, User]
    files: dict[str, Any]

    def client(self, reader: str) -> Client:
        client = Client()
        if reader != "visitor":
            client.force_login(self.people[reader])
        return client

    def device(self, reader: str) -> Device:
        return Device() if reader == "visitor" else device_of(self.people[reader])


@pytest.fixture
def inside(live: Callable, person: Callable, owner: User, picture: Callable, clerk: User) -> Inside:
    """An open, a requested and a secret circle, each with a post, a comment and a file."""
    from foundation.core.files import pictures
    from foundation.social.domain import comments, posts
    from groups.domain import filing

    people = {name: person(name) for name in ROLES if name not in ("visitor", "owner", "staff", "elsewhere")}
    people["owner"] = owner
    people["staff"] = clerk
    people["elsewhere"] = person("far", roles=("staff",), place="bridge")
    circles_, written, files = {}, {}, {}
    for kind, how in {
        "open": {},
        "request": {"joining": "request"},
        "secret": {"secret": True, "joining": "request"},
    }.items():
        circle = live(f"圈子{kind}", **how)
        put_in(circle, people["member"])
        put_in(circle, people["moderator"], "moderator")
        put_in(circle, people["banned"])
        if kind != "open":
            joining.ask(circle, by=people["applicant"])
        post = posts.post_status(
            by=owner, text=f"悄悄话{kind} #圈内#", scope=circle.scope, pictures=[picture(size=(48, 36))]
        )
        pictures.make("", {"id": post.post_pictures.get().file_id})
        comments.comment(by=people["member"], target=post, text=f"回话{kind}")
        # She read it, and was put out afterwards.
        keeping.ban(circle, people["banned"], by=owner)
        laid = filing.add_file(circle, picture(size=(48, 36)), name=f"文件{kind}", by=owner)
        pictures.make("", {"id": laid.file_id})
        circles_[kind], written[kind], files[kind] = circle, post, laid
    return Inside(circles_, written, people, files)


CIRCLES = ("open", "request", "secret")
READ = {"member", "moderator", "owner"}


def _kinds(text: str, word: str) -> set[str]:
    return {kind for kind in CIRCLES if f"{word}{kind}" in text}


def _timeline(inside: Inside, reader: str) -> set[str]:
    client = inside.client(reader)
    return _kinds(
        "".join(_text(client.get(one.get_absolute_url())) for one in inside.circles.values()), "悄悄话"
    )


def _each_post(inside: Inside, reader: str, word: str = "悄悄话", tail: str = "") -> set[str]:
    client = inside.client(reader)
    return _kinds("".join(_text(client.get(post.url + tail)) for post in inside.posts.values()), word)


def _space(inside: Inside, reader: str) -> set[str]:
    return _kinds(_text(inside.client(reader).get(inside.people["owner"].space_url)), "悄悄话")


def _topic(inside: Inside, reader: str) -> set[str]:
    return _kinds(_text(inside.client(reader).get("/topics/圈内/")), "悄悄话")


def _search(inside: Inside, reader: str) -> set[str]:
    indexed()
    return _kinds(_text(inside.client(reader).get("/search/", {"q": "悄悄话"})), "悄悄话")


def _pictures(inside: Inside, reader: str) -> set[str]:
    client, found = inside.client(reader), set()
    for kind, post in inside.posts.items():
        for stored in (post.post_pictures.get().file, inside.files[kind].file):
            answer = client.get(stored.url_320)
            if answer.status_code == 200:
                b"".join(answer.streaming_content)  # type: ignore[attr-defined]
                found.add(kind)
    return found


def _files(inside: Inside, reader: str) -> set[str]:
    client = inside.client(reader)
    return _kinds(
        "".join(_text(client.get(f"/circles/{one.slug}/files/")) for one in inside.circles.values()), "文件"
    )


def _api(path: str, word: str) -> Callable[[Inside, str], set[str]]:
    def found(inside: Inside, reader: str) -> set[str]:
        indexed()
        device, said = inside.device(reader), ""
        for kind, circle in inside.circles.items():
            said += _said(device.get(path.format(circle=circle.slug, post=inside.posts[kind].public_id)))
        return _kinds(said, word)

    return found


def _api_members(inside: Inside, reader: str) -> set[str]:
    device = inside.device(reader)
    return {
        kind
        for kind, circle in inside.circles.items()
        if "林秋雨" in _said(device.get(f"/circles/{circle.slug}/members"))
    }


CIRCLE_SURFACES: dict[str, Callable[[Inside, str], set[str]]] = {
    "timeline": _timeline,
    "post": _each_post,
    "comments": lambda inside, reader: _each_post(inside, reader, "回话"),
    "history": lambda inside, reader: _each_post(inside, reader, tail="history/"),
    "space": _space,
    "topic": _topic,
    "search": _search,
    "pictures": _pictures,
    "files": _files,
    "api timeline": _api("/circles/{circle}/statuses", "悄悄话"),
    "api post": _api("/statuses/{post}", "悄悄话"),
    "api comments": _api("/comments/post/{post}", "回话"),
    "api files": _api("/circles/{circle}/files", "文件"),
    "api members": _api_members,
    "api search": _api("/search?q=悄悄话&limit=100", "悄悄话"),
}


@pytest.mark.row("G3", "G4")
@pytest.mark.parametrize("surface", CIRCLE_SURFACES)
def test_what_is_said_in_a_circle_only_its_people_read(surface: str, inside: Inside) -> None:
    found = {reader: CIRCLE_SURFACES[surface](inside, reader) for reader in ROLES}
    everything = set(CIRCLES)
    assert found == {reader: everything if reader in READ else set() for reader in ROLES}


@pytest.mark.row("G3")
def test_a_secret_circle_is_not_there_for_outsiders(inside: Inside) -> None:
    secret = inside.circles["secret"]
    knows = READ | {"staff"}
    for reader in ROLES:
        client, device = inside.client(reader), inside.device(reader)
        expected = 200 if reader in knows else 404
        assert client.get(secret.get_absolute_url()).status_code == expected, reader
        assert client.get(f"/circles/{secret.slug}/about/").status_code == expected, reader
        assert device.get(f"/circles/{secret.slug}").status_code == expected, reader
        listed = _text(client.get("/circles/")) + _said(device.get("/circles?limit=100"))
        assert ("圈子secret" in listed) == (reader in READ), reader
        indexed()
        found = _text(client.get("/search/", {"q": "广场见"}))
        assert (secret.get_absolute_url() in found) == (reader in READ), reader


@pytest.mark.row("G3")
def test_of_a_listed_circle_everybody_sees_what_it_is_and_how_many(inside: Inside) -> None:
    for reader in ROLES:
        page = _text(inside.client(reader).get(inside.circles["open"].get_absolute_url()))
        assert "每天早上七点，广场见。" in page, reader
        assert "3 人" in page, reader


@pytest.mark.row("G3")
def test_the_circles_of_a_person_are_told_as_far_as_the_reader_may_know(inside: Inside) -> None:
    from groups.domain.queries.circles import circles_of

    owner = inside.people["owner"]

    def named(reader: str) -> set[str]:
        user: Any = None if reader == "visitor" else inside.people[reader]
        return {one.name for one in circles_of(owner, user)}

    listed = {"圈子open", "圈子request"}
    assert named("visitor") == named("outsider") == named("banned") == named("staff") == listed
    assert named("member") == named("owner") == listed | {"圈子secret"}
