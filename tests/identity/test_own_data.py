"""A copy of the own data: everything of hers, nothing of others, packed by a worker that may die (A7)."""

import contextlib
import csv
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.flow.models import AuditEntry
from foundation.messaging.models import Notification
from foundation.social.domain import posts
from identity.domain import own_data
from identity.models import DataExport
from tests.identity.own import CANARY, MAIL, MOBILE, NUMBER, leave_traces

pytestmark = [pytest.mark.django_db, pytest.mark.row("A7"), pytest.mark.security(56)]


def enter(name: str) -> Client:
    client = Client()
    client.post("/account/login/", {"login": f"{name}@example.org", "password": f"pw-{name}-2026"})
    return client


@pytest.fixture
def canary(portal: Any, person: Callable, places: dict, picture: Callable, drain: Callable) -> User:
    return leave_traces(person, places, picture, drain)


def opened(export: DataExport) -> zipfile.ZipFile:
    export.refresh_from_db()
    return zipfile.ZipFile(export.file)


def test_it_holds_everything_of_hers(canary: User, drain: Callable) -> None:
    client = enter("canary")
    assert client.post("/account/data/").status_code == 302
    assert "正在打包" in client.get("/account/data/").content.decode()
    drain()
    export = DataExport.objects.get()
    archive = opened(export)
    held = {part.key: json.loads(archive.read(f"{part.key}.json")) for part in kinds.own_data()}
    (who,) = held["person"]
    assert (who["mail"], who["mobile"], who["display_name"]) == (MAIL, MOBILE, CANARY)
    assert who["profile"]["bio"]["value"] == f"{CANARY}的简介"
    assert {row["text"] for row in held["post"]} == {f"{CANARY}改过 #银杏#", f"{CANARY}邻居", f"{CANARY}日记"}
    assert held["post"][0]["earlier"][0]["text"] == f"{CANARY}公开 #银杏#"
    assert held["resident_record"][0]["number"] == NUMBER
    assert held["claim"][0]["items"]["number"] == NUMBER
    assert held["drafts"][0]["text"] == f"{CANARY}草稿"
    for key in ("comment", "following", "likes", "notification", "devices"):
        assert held[key], key
    pictures = [name for name in archive.namelist() if name.startswith("files/")]
    assert len(pictures) == 4, "the pictures of the status, the album and the diary, and her own"
    shown = [
        row["files"] for row in (*held["post"], *held["album"], *held["diary_entry"]) if row.get("files")
    ]
    assert set(pictures) == {*who["files"], *(name for some in shown for name in some)}
    assert held["album"][0]["captions"] == [f"{CANARY}照片"]
    assert {row["title"] for row in held["diary_entry"]} == {f"{CANARY}日志", f"{CANARY}没写完"}
    assert [row["text"] for row in held["guestbook_entry"]] == [f"{CANARY}留言"]
    assert [(row["remark"], row["group"]) for row in held["address_book"]] == [
        (f"{CANARY}备注", f"{CANARY}分组")
    ]
    assert archive.testzip() is None
    assert "友人" not in "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert CANARY in archive.read("index.html").decode()
    assert "打包好" in mail.outbox[-1].subject


@pytest.mark.security(13)
def test_spreadsheets_calculate_nothing(canary: User, drain: Callable) -> None:
    for text in ("=1+1", "+86", "-1", "@x"):
        posts.post_status(by=canary, text=text, scope=Scope(PUBLIC))
    export = own_data.request_export(by=canary)
    drain()
    rows = list(csv.DictReader(io.StringIO(opened(export).read("post.csv").decode("utf-8-sig"))))
    texts = [row["text"] for row in rows]
    assert {"'=1+1", "'+86", "'-1", "'@x"} <= set(texts)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(own_data.FORMULA)]


def test_a_worker_that_dies_is_followed_by_one_that_goes_on(
    canary: User, drain: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_data, "ROWS", 2)
    for number in range(7):
        posts.post_status(by=canary, text=f"第{number}条", scope=Scope(PUBLIC))
    export = own_data.request_export(by=canary)
    written = own_data._write_piece
    steps = [0]

    def dies(*args: Any) -> tuple[int, int]:
        """Every third worker is killed after its piece was written, before that was written down."""
        steps[0] += 1
        done = written(*args)
        if steps[0] % 3 == 0:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(own_data, "_write_piece", dies)
    for _step in range(200):
        export.refresh_from_db()
        if not export.is_open:
            break
        with contextlib.suppress(KeyboardInterrupt):
            own_data.pack("", {"id": export.pk})
    posted = json.loads(opened(export).read("post.json"))
    assert len(posted) == len({row["address"] for row in posted}) == 10
    drain()
    assert DataExport.objects.get().state == "ready"


def test_a_worker_that_dies_over_the_archive_delivers_nothing_empty(
    canary: User, drain: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = own_data.request_export(by=canary)
    tell, killed = own_data.notify.emit, []

    def dies(event: str, **about: Any) -> None:
        if event == "data_ready" and not killed:
            killed.append(event)
            raise KeyboardInterrupt
        tell(event, **about)

    monkeypatch.setattr(own_data.notify, "emit", dies)
    for _step in range(100):
        export.refresh_from_db()
        if not export.is_open:
            break
        with contextlib.suppress(KeyboardInterrupt):
            own_data.pack("", {"id": export.pk})
    assert killed
    assert len(json.loads(opened(export).read("post.json"))) == 3
    assert [path.name for path in export.directory.iterdir()] == ["data.zip"]


def test_two_workers_over_one_archive_dont_write_into_each_other(
    canary: User, drain: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease of a slow one ran out: the second is done first, and has cleared the pieces away."""
    export = own_data.request_export(by=canary)
    packed, inside = own_data._pack_files, []

    def overtaken(archive: Any, pieces: Any) -> None:
        packed(archive, pieces)
        if not inside:
            inside.append(True)
            own_data.pack("", {"id": export.pk})

    monkeypatch.setattr(own_data, "_pack_files", overtaken)
    for _step in range(100):
        export.refresh_from_db()
        if not export.is_open:
            break
        own_data.pack("", {"id": export.pk})
    archive = opened(export)
    assert archive.testzip() is None
    assert len(json.loads(archive.read("post.json"))) == 3
    assert [path.name for path in export.directory.iterdir()] == ["data.zip"]


def test_one_at_a_time_and_it_can_be_given_up(canary: User, drain: Callable) -> None:
    client = enter("canary")
    client.post("/account/data/")
    client.post("/account/data/")
    export = DataExport.objects.get()
    own_data.pack("", {"id": export.pk})
    assert export.directory.exists()
    client.post(f"/account/data/{export.public_id}/cancel/")
    drain()
    export.refresh_from_db()
    assert export.state == "cancelled"
    assert not export.file.exists()
    client.post("/account/data/")
    assert DataExport.objects.count() == 2


@pytest.mark.deny
@pytest.mark.security(3, 42)
def test_it_is_handed_to_its_owner_only_who_has_just_shown_who_she_is(
    canary: User, drain: Callable, person: Callable
) -> None:
    export = own_data.request_export(by=canary)
    drain()
    path = f"/account/data/{export.public_id}/linli.zip"
    for name, roles in (
        ("mallory", ()),
        ("boss", ("administrator",)),
        ("op", ("operator",)),
        ("aud", ("auditor",)),
    ):
        person(name, roles=roles)
        other = enter(name)
        assert other.get(path).status_code == 404
        assert other.post(f"/account/data/{export.public_id}/cancel/").status_code == 404
    assert Client().get(path).status_code == 302
    client = enter("canary")
    answer = client.get(path)
    assert answer.status_code == 200
    assert zipfile.is_zipfile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert "no-store" in answer["Cache-Control"]
    assert AuditEntry.objects.filter(action="identity.fetch_data", actor_id=canary.pk).count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        assert client.get(path).url.startswith("/account/reauthenticate/")
        assert client.post("/account/data/").url.startswith("/account/reauthenticate/")


@pytest.mark.deny
@pytest.mark.security(57)
def test_it_is_gone_after_a_day(canary: User, drain: Callable) -> None:
    export = own_data.request_export(by=canary)
    drain()
    export.refresh_from_db()
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1), tick=False):
        client = enter("canary")
        assert client.get(f"/account/data/{export.public_id}/linli.zip").status_code == 404
        assert own_data.sweep_exports() == 1
    assert not export.directory.exists()


@pytest.mark.deny
@pytest.mark.security(57)
def test_nothing_lies_about_that_nobody_waits_for(canary: User, drain: Callable) -> None:
    """A packing that never ended is told to its owner; a folder that a slow worker made after the cancel goes."""
    export = own_data.request_export(by=canary)
    own_data.pack("", {"id": export.pk})
    orphan = export.directory.with_name("0" * 32)
    orphan.mkdir()
    (orphan / "00-1.jsonl").write_text("{}")
    own_data.sweep_exports()
    assert not orphan.exists()
    assert export.directory.exists()
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1), tick=False):
        own_data.sweep_exports()
        own_data.sweep_exports()
        own_data.request_export(by=canary)
    export.refresh_from_db()
    assert export.state == "failed"
    assert not export.directory.exists()
    assert Notification.objects.filter(user=canary, event="data_failed").count() == 1


def test_many_statuses_are_packed_piece_by_piece(canary: User, drain: Callable) -> None:
    """As much memory as a piece needs, however many there are."""
    from foundation.social.models import Post

    now = timezone.now()
    Post.objects.bulk_create(
        Post(author=canary, text="长" * 400, created_at=now, scope_level=PUBLIC) for _number in range(3000)
    )
    export = own_data.request_export(by=canary)
    drain()
    assert len(json.loads(opened(export).read("post.json"))) == 3003
    tracemalloc.start()
    export.state = "packing"
    parts = kinds.own_data()
    number = next(number for number, part in enumerate(parts) if part.key == "post")
    export.part, export.last_pk = number, 0
    own_data._write_piece(
        export, parts[number], parts[number].facet.rows(canary).order_by("pk")[: own_data.ROWS]
    )
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50 * 1024 * 1024
