"""Pictures over bad lines: sent in pieces, resumed where they broke, as strict as the form (S2, U5)."""

import hashlib
import io
import os
import shutil
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from foundation.accounts.models import User
from foundation.core.files import resuming
from foundation.core.models import StoredFile, Upload
from foundation.social.models import Post
from tests.api.device import Device, device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("U5", "S2")]
PIECE = "application/offset+octet-stream"


def photo(size: tuple[int, int] = (900, 700)) -> bytes:
    file = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(file, "JPEG", quality=95)
    return file.getvalue()


@pytest.fixture
def lin(portal: Any, person: Callable) -> User:
    return person("lin")


@pytest.fixture
def phone(lin: User) -> Device:
    return device_of(lin)


def begin(phone: Device, data: bytes, **more: Any) -> Any:
    return phone.post("/uploads", {"size": len(data), "media_type": "image/jpeg", **more})


def send(phone: Device, name: str, data: bytes, offset: int = 0, **headers: str) -> Any:
    sent = {"Upload_Offset": str(offset), "Content_Type": PIECE, "Tus_Resumable": "1.0.0"} | headers
    return phone.patch(f"/uploads/{name}", data, **sent)


def uploaded(phone: Device, data: bytes) -> str:
    name = begin(phone, data).json()["id"]
    assert send(phone, name, data).status_code == 204
    return name


def test_a_picture_in_pieces_becomes_part_of_a_status(phone: Device, drain: Callable, settings: Any) -> None:
    data = photo()
    made = begin(phone, data, sha256=hashlib.sha256(data).hexdigest())
    name = made.json()["id"]
    assert made.headers["Location"] == f"/api/v1/uploads/{name}"
    for start in range(0, len(data), 100_000):
        answer = send(phone, name, data[start : start + 100_000], start)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (
            204,
            str(min(start + 100_000, len(data))),
        )
    asked = phone.call("HEAD", f"/uploads/{name}")
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, str(len(data)))
    assert (asked.headers["Upload-Length"], asked.headers["Tus-Resumable"]) == (str(len(data)), "1.0.0")
    status = phone.post("/statuses", {"pictures": [{"upload": name, "alt": "银杏"}]})
    assert status.status_code == 201
    drain()
    (shown,) = phone.get(f"/statuses/{status.json()['id']}").json()["pictures"]
    assert (shown["alt"], shown["width"], shown["ready"]) == ("银杏", 900, True)
    assert problem(phone.get(f"/uploads/{name}")) == "not_found", "used up"


def test_what_arrived_before_the_line_broke_stays(phone: Device, lin: User) -> None:
    data = photo((1200, 1000))
    name = begin(phone, data).json()["id"]
    upload = Upload.objects.get()
    pieces = iter([data[: resuming.PIECE], None])

    def read(most: int) -> bytes:
        piece = next(pieces)
        if piece is None:
            raise OSError("the line broke")
        return piece

    with pytest.raises(OSError, match="broke"):
        resuming.append(upload, offset=0, read=read, by=lin)
    offset = phone.get(f"/uploads/{name}").json()["offset"]
    assert offset == resuming.PIECE
    assert send(phone, name, data[offset:], offset).status_code == 204
    assert phone.post("/statuses", {"pictures": [{"upload": name}]}).status_code == 201
    assert StoredFile.objects.get().original.read_bytes() == data


def test_what_a_killed_process_wrote_and_did_not_note_is_written_over(phone: Device) -> None:
    data = photo()
    name = begin(phone, data).json()["id"]
    send(phone, name, data[:1000])
    with Upload.objects.get().path.open("ab") as target:
        target.write(b"half of a piece")
    assert send(phone, name, data[1000:], 1000).status_code == 204
    assert Upload.objects.get().path.read_bytes() == data


@pytest.mark.deny
@pytest.mark.parametrize("offset", ["5", "-1", "x", "", "99999999999999"])
def test_a_piece_that_begins_elsewhere_is_refused(phone: Device, offset: str) -> None:
    name = begin(phone, b"x" * 100).json()["id"]
    refused = phone.patch(f"/uploads/{name}", b"xx", Upload_Offset=offset, Content_Type=PIECE)
    if offset == "5":
        assert (refused.status_code, problem(refused)) == (409, "offset")
        assert refused.headers["Upload-Offset"] == "0"
    else:
        assert problem(refused) == "invalid"


@pytest.mark.deny
def test_a_body_of_another_type_is_refused(phone: Device) -> None:
    name = begin(phone, b"x" * 100).json()["id"]
    assert problem(send(phone, name, b"{}", Content_Type="application/json")) == "media_type"


@pytest.mark.deny
@pytest.mark.security(21, 22)
def test_what_is_no_picture_or_too_much_is_refused_as_by_the_form(phone: Device) -> None:
    assert problem(begin(phone, b"x" * (10 * 1024 * 1024 + 1))) == "invalid"
    assert problem(begin(phone, b"")) == "invalid"
    assert problem(phone.post("/uploads", {"size": 5, "media_type": "text/html"})) == "invalid"
    for data, code in ((b"<!DOCTYPE html><script>", "no_picture"), (photo()[:40], "no_picture")):
        name = begin(phone, data).json()["id"]
        refused = send(phone, name, data)
        assert [fault["code"] for fault in refused.json()["errors"]] == [code]
        assert "不是能识别的图片" in refused.json()["detail"]
        assert problem(phone.get(f"/uploads/{name}")) == "not_found"
    name = begin(phone, b"x" * 10).json()["id"]
    assert [fault["code"] for fault in send(phone, name, b"x" * 11).json()["errors"]] == ["too_long"]
    assert not StoredFile.objects.exists()


@pytest.mark.deny
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.security(23)
def test_a_bomb_is_refused_before_it_is_decoded(phone: Device) -> None:
    from tests.security.test_uploads import png

    data = png(9000, 9000)
    name = phone.post("/uploads", {"size": len(data), "media_type": "image/png"}).json()["id"]
    assert [fault["code"] for fault in send(phone, name, data).json()["errors"]] == ["bomb"]


@pytest.mark.deny
def test_what_changed_on_the_way_is_thrown_away(phone: Device) -> None:
    data = photo()
    name = begin(phone, data, sha256=hashlib.sha256(b"another").hexdigest()).json()["id"]
    assert [fault["code"] for fault in send(phone, name, data).json()["errors"]] == ["checksum"]
    assert not Upload.objects.exists()


@pytest.mark.deny
@pytest.mark.security(22)
def test_nobody_leaves_more_lying_than_one_form_takes(phone: Device, settings: Any) -> None:
    settings.UPLOAD_MAX_BODY = 250
    for _number in range(2):
        assert begin(phone, b"x" * 100).status_code == 201
    refused = begin(phone, b"x" * 100)
    assert [fault["code"] for fault in refused.json()["errors"]] == ["quota"]


@pytest.mark.deny
def test_an_upload_is_its_sender_s_alone(phone: Device, person: Callable) -> None:
    data = photo()
    name, stranger = uploaded(phone, data), device_of(person("mallory"))
    assert problem(stranger.get(f"/uploads/{name}")) == "not_found"
    assert stranger.call("HEAD", f"/uploads/{name}").status_code == 404
    assert problem(send(stranger, name, b"x", len(data))) == "not_found"
    assert problem(stranger.delete(f"/uploads/{name}")) == "not_found"
    refused = stranger.post("/statuses", {"text": "看", "pictures": [{"upload": name}]})
    assert [fault["code"] for fault in refused.json()["errors"]] == ["upload"]
    assert not Post.objects.exists()


@pytest.mark.deny
def test_a_picture_that_is_not_whole_or_used_already_is_refused(phone: Device) -> None:
    half = begin(phone, photo()).json()["id"]
    assert problem(phone.post("/statuses", {"pictures": [{"upload": half}]})) == "invalid"
    whole = uploaded(phone, photo())
    twice = {"pictures": [{"upload": whole}, {"upload": whole}]}
    assert problem(phone.post("/statuses", twice)) == "invalid"
    assert phone.post("/statuses", {"pictures": [{"upload": whole}]}).status_code == 201
    assert problem(phone.post("/statuses", {"pictures": [{"upload": whole}]})) == "invalid"


def test_a_status_that_is_refused_leaves_its_pictures_for_the_next_try(phone: Device) -> None:
    whole = uploaded(phone, photo())
    assert problem(phone.post("/statuses", {"text": "x" * 501, "pictures": [{"upload": whole}]})) == "invalid"
    assert phone.post("/statuses", {"text": "好", "pictures": [{"upload": whole}]}).status_code == 201


def test_it_becomes_a_face(phone: Device, lin: User, drain: Callable) -> None:
    before = phone.get("/me/profile").json()
    body = {"display_name": "林", "levels": before["levels"], "avatar": uploaded(phone, photo())}
    assert phone.put("/me/profile", body).status_code == 200
    drain()
    face = phone.get("/people/lin").json()["avatar"]
    sent = Device().http.get(face["sizes"]["320.webp"])
    assert (sent.status_code, sent["Content-Type"]) == (200, "image/webp")
    assert b"".join(sent.streaming_content)


@pytest.mark.security(57)
def test_it_can_be_thrown_away_and_goes_by_itself(phone: Device, lin: User) -> None:
    from foundation.accounts.domain.leaving import erase_account

    data = photo()
    first, second = uploaded(phone, data), uploaded(phone, data)
    path = Upload.objects.get(public_id=first).path
    assert phone.delete(f"/uploads/{first}").status_code == 204
    Upload.objects.filter(public_id=second).update(created_at=timezone.now() - timedelta(hours=25))
    assert resuming.sweep() == 1
    uploaded(phone, data)
    erase_account(lin)
    assert not Upload.objects.exists()
    assert path.parent.name == "uploads"


@pytest.mark.deny
@pytest.mark.parametrize("moment", ["between two pieces", "before the last look"])
def test_one_that_is_thrown_away_meanwhile_is_not_there(
    phone: Device, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    data = photo()
    name = begin(phone, data).json()["id"]
    monkeypatch.setattr(resuming, "PIECE", len(data) // 2 + 1)
    write, pieces = resuming._write, []

    def and_gone(*given: Any) -> Upload:
        written = write(*given)
        pieces.append(written.offset)
        if moment == "between two pieces" or written.whole:
            Upload.objects.all().delete()
            written.path.unlink()
        return written

    monkeypatch.setattr(resuming, "_write", and_gone)
    answer = send(phone, name, data)
    assert (answer.status_code, problem(answer)) == (404, "not_found")
    assert len(pieces) == (1 if moment == "between two pieces" else 2)


@pytest.mark.row("M4")
def test_bytes_that_no_row_names_go_after_a_day(phone: Device, settings: Any) -> None:
    named = Upload.objects.get(public_id=uploaded(phone, photo())).path
    young, old, other = (named.with_name(name) for name in (uuid.uuid4().hex, uuid.uuid4().hex, "notes"))
    for path in (young, old, other):
        path.write_bytes(b"x")
    ago = time.time() - 2 * 86400
    for path in (named, old, other):
        os.utime(path, (ago, ago))
    assert resuming.sweep_orphans() == 1
    assert not old.exists()
    assert all(path.exists() for path in (named, young, other))
    shutil.rmtree(named.parent)
    assert resuming.sweep_orphans() == 0


@pytest.mark.deny
def test_who_may_not_speak_uploads_nothing(portal: Any, person: Callable) -> None:
    assert problem(begin(device_of(person("new", verified=False)), b"x")) == "verify"
    assert problem(begin(Device(), b"x")) == "sign_in"
