"""People's pictures: taken in with limits, cut by a worker, seen by whom they are for (S2, S4; DESIGN §2)."""

import errno
import io
import os
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from PIL import Image

from foundation.core.access.scopes import Scope
from foundation.core.files import pictures, uploads
from foundation.core.files.models import FORMATS, SIZES, StoredFile
from foundation.core.flow import outbox
from foundation.core.flow.models import OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.row("S2")]


@pytest.fixture
def stored(person: Callable, picture: Callable, drain: Callable) -> StoredFile:
    made = uploads.store_picture(
        picture(size=(1600, 1200)), owner=person("lin"), description="银杏", scope=Scope("public")
    )
    drain()
    made.refresh_from_db()
    return made


def test_a_worker_cuts_every_size_in_every_format_and_the_upload_goes(stored: StoredFile) -> None:
    assert stored.ready
    assert (stored.width, stored.height) == (1600, 1200)
    names = {path.name for path in stored.directory.iterdir()}
    assert names == {f"{size}.{extension}" for size in SIZES for extension in FORMATS}
    with Image.open(stored.path_of(320, "webp")) as small:
        assert small.size == (320, 240)
    assert stored.alt == "银杏"


def test_cutting_again_changes_nothing(stored: StoredFile, drain: Callable) -> None:
    before = stored.path_of(960, "avif").stat().st_mtime_ns
    OutboxMessage.objects.filter(channel="picture").update(state="new", done_at=None)
    drain()
    assert stored.path_of(960, "avif").stat().st_mtime_ns == before


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("size", SIZES)
def test_a_public_picture_is_sent_as_what_it_is(
    client: Any, stored: StoredFile, size: int, extension: str
) -> None:
    answer = client.get(stored.url_of(size, extension))
    assert answer.status_code == 200
    assert answer["Content-Type"] == f"image/{extension}"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == stored.path_of(size, extension).read_bytes()


@pytest.mark.deny
@pytest.mark.security(25)
def test_whoever_may_not_see_it_gets_404_for_every_size(client: Any, stored: StoredFile) -> None:
    uploads.rescope([stored.pk], Scope("only", str(stored.owner_id)))
    for size in SIZES:
        assert client.get(stored.url_of(size)).status_code == 404
    assert client.get(f"/files/{stored.public_id}/123.webp").status_code == 404
    assert client.get(f"/files/{stored.public_id}/320.png").status_code == 404
    assert client.get("/files/AAAAAAAAAAAAAAAA/320.webp").status_code == 404


def test_behind_nginx_only_the_right_is_checked_here(client: Any, stored: StoredFile, settings: Any) -> None:
    settings.PRIVATE_ACCEL = "/_private"
    answer = client.get(stored.url_320)
    assert answer["X-Accel-Redirect"].startswith("/_private/")
    assert answer["X-Accel-Redirect"].endswith("/320.webp")
    assert answer.content == b""


@pytest.mark.deny
@pytest.mark.security(57)
def test_a_dropped_picture_is_gone_at_once_and_its_bytes_with_the_sweep(
    client: Any, stored: StoredFile
) -> None:
    uploads.drop([stored.pk])
    assert client.get(stored.url_320).status_code == 404
    assert stored.directory.exists()
    assert uploads.sweep() == 1
    assert not stored.directory.exists()
    assert not StoredFile.objects.exists()


def test_what_can_not_be_decoded_after_all_is_marked_and_parked(
    person: Callable, drain: Callable, picture: Callable
) -> None:
    broken = picture(size=(400, 300))
    whole = broken.read()
    broken.file = io.BytesIO(whole[: len(whole) // 3])
    broken.size = len(whole) // 3
    made = uploads.store_picture(broken, owner=person("lin"))
    drain()
    made.refresh_from_db()
    assert made.state == "failed"
    assert not made.original.exists()
    assert OutboxMessage.objects.get(channel="picture").state == "dead"


def test_a_file_whose_bytes_are_gone_is_not_found(client: Any, stored: StoredFile) -> None:
    stored.path_of(320, "webp").unlink()
    assert client.get(stored.url_320).status_code == 404


@pytest.mark.deny
@pytest.mark.security(27)
def test_place_and_camera_are_cut_out_of_every_size(
    person: Callable, picture: Callable, drain: Callable
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 20.0)
    made = uploads.store_picture(picture(size=(640, 480), exif=exif), owner=person("lin"))
    drain()
    made.refresh_from_db()
    for size in SIZES:
        for extension in FORMATS:
            path = made.path_of(size, extension)
            assert b"SecretCamera" not in path.read_bytes()
            with Image.open(path) as cut:
                assert not cut.getexif()
                assert cut.height > cut.width, "turned upright"


def test_transparency_is_kept(person: Callable, drain: Callable) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = io.BytesIO()
    Image.new("RGBA", (64, 64), (255, 0, 0, 0)).save(file, "PNG")
    made = uploads.store_picture(SimpleUploadedFile("a.png", file.getvalue()), owner=person("lin"))
    drain()
    with Image.open(made.path_of(320, "webp")) as cut:
        assert cut.mode == "RGBA"


@pytest.mark.deny
def test_without_a_scope_only_the_owner_sees_it(person: Callable, picture: Callable, drain: Callable) -> None:
    lin, zhou = person("lin"), person("zhou")
    made = uploads.store_picture(picture(), owner=lin)
    assert StoredFile.objects.visible_to(lin).filter(pk=made.pk).exists()
    assert not StoredFile.objects.visible_to(zhou).filter(pk=made.pk).exists()


@pytest.mark.deny
def test_what_is_no_picture_is_refused_in_words() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    with pytest.raises(ValidationError, match="不是能识别的图片") as refused:
        uploads.check_picture(SimpleUploadedFile("a.jpg", b"hello"))
    assert refused.value.code == "no_picture"


@pytest.mark.row("M4")
@pytest.mark.deny
def test_a_full_disk_spoils_no_picture_that_waits_to_be_cut(
    person: Callable, picture: Callable, drain: Callable, monkeypatch: Any
) -> None:
    stored = uploads.store_picture(picture(), owner=person("lin"))

    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(pictures, "_write", full)
        drain()
    stored.refresh_from_db()
    assert stored.state == "new"
    assert stored.original.exists()
    outbox.channels.forget()
    OutboxMessage.objects.update(next_at=timezone.now())
    drain()
    stored.refresh_from_db()
    assert stored.ready


@pytest.mark.row("M4")
@pytest.mark.deny
def test_who_comes_second_with_a_picture_does_not_spoil_it(
    person: Callable, picture: Callable, monkeypatch: Any
) -> None:
    """A lease may run out while somebody still cuts; then two cut the same, and the upload goes under the second."""
    stored = uploads.store_picture(picture(), owner=person("lin"))
    make_sizes = pictures.make_sizes

    def second(*where: Any) -> tuple[int, int]:
        monkeypatch.setattr(pictures, "make_sizes", make_sizes)
        pictures.make("", {"id": stored.pk})
        return make_sizes(*where)

    monkeypatch.setattr(pictures, "make_sizes", second)
    pictures.make("", {"id": stored.pk})
    stored.refresh_from_db()
    assert stored.ready
    assert sorted(path.name for path in stored.directory.iterdir()) == sorted(
        f"{size}.{form}" for size in SIZES for form in FORMATS
    )


@pytest.mark.row("M4")
@pytest.mark.deny
def test_half_an_upload_leaves_no_row_and_no_bytes(
    person: Callable, picture: Callable, monkeypatch: Any
) -> None:
    upload = picture()
    first = upload.read(100)

    def chunks() -> Iterator[bytes]:
        yield first
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(upload, "chunks", chunks)
    with pytest.raises(OSError, match="No space"):
        uploads.store_picture(upload, owner=person("lin"))
    assert not StoredFile.objects.exists()
    assert list(uploads._folders()) == []


@pytest.mark.row("M4")
def test_bytes_that_no_row_names_go_after_a_day(stored: StoredFile, settings: Any) -> None:
    young, old = (settings.PRIVATE_ROOT / uuid.uuid4().hex[:2] / "ab" / uuid.uuid4().hex for _ in range(2))
    other = settings.PRIVATE_ROOT / "ab" / "cd" / "notes"
    for folder in (young, old, other):
        folder.mkdir(parents=True)
        (folder / "original").write_bytes(b"x")
    ago = time.time() - 2 * 86400
    stored.original.write_bytes(b"x")
    for folder in (old, other, stored.directory):
        os.utime(folder, (ago, ago))
    assert uploads.sweep_orphans() == 1
    assert young.exists()
    assert not old.exists()
    assert other.exists()
    assert stored.original.exists()
