"""Bad uploads are refused with a sentence before a pixel is decoded, or come out as nothing but pixels."""

import contextlib
import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from foundation.core.files import uploads
from foundation.core.files.models import FORMATS, SIZES, StoredFile
from foundation.social.models import Post

pytestmark = [pytest.mark.django_db, pytest.mark.row("S2"), pytest.mark.deny]
ANYTHING = pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, rows: int | None = None) -> bytes:
    """Return a grey PNG of any size in a few kB."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    line = bytes(1 + (width + 7) // 8)
    packer, packed = zlib.compressobj(9), b""
    for _row in range(height if rows is None else rows):
        packed += packer.compress(line)
    packed += packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def encoded(kind: str, size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    file = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(file, kind, **options)
    return file.getvalue()


def webp_that_lies(side: int) -> bytes:
    """Return a small WebP whose header names a huge canvas: some decoders reserve it on opening."""
    data = bytearray(encoded("WEBP"))
    at = data.index(b"\x9d\x01\x2a") + 3
    data[at : at + 4] = struct.pack("<HH", side, side)
    return bytes(data)


def zip_bomb() -> bytes:
    """Return an archive of 10 kB that holds 10 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", bytes(10 * 1024 * 1024))
    return file.getvalue()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb of 81 megapixels": (lambda: png(9000, 9000), "像素太多"),
    "bomb of 144 megapixels": (lambda: png(12000, 12000), "像素太多"),
    "just above the limit": (lambda: png(8000, 5001), "像素太多"),
    "one long line": (lambda: png(60_000_000, 1), "像素太多"),
    "webp that lies": (lambda: webp_that_lies(16383), "像素太多"),
    "20 MB": (lambda: encoded("PNG") + bytes(20 * 1024 * 1024), "10 MB"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "不是能识别的图片"),
    "html named jpg": (lambda: b"<!DOCTYPE html><script>alert(1)</script>", "不是能识别的图片"),
    "half a header": (lambda: encoded("JPEG")[:12], "不是能识别的图片"),
    "heic cut off": (lambda: encoded("HEIF")[:60], "不是能识别的图片"),
    "avif cut off": (lambda: encoded("AVIF")[:60], "不是能识别的图片"),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "不是能识别的图片"),
    "program": (lambda: b"MZ\x90\x00" + bytes(200), "不是能识别的图片"),
    "postscript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "不是能识别的图片"),
    "archive that grows a thousandfold": (zip_bomb, "不是能识别的图片"),
    "tiff": (lambda: encoded("TIFF"), "不是能识别的图片"),
    "bmp": (lambda: encoded("BMP"), "不是能识别的图片"),
}


@ANYTHING
@pytest.mark.security(21, 22, 23)
def test_each_is_refused_with_its_sentence_and_the_text_stays(person: Callable, portal: Any) -> None:
    client = Client()
    client.force_login(person("lin"))
    for name, (build, words) in REFUSED.items():
        upload = SimpleUploadedFile("a.jpg", build(), "image/jpeg")
        answer = client.post("/feed/post/", {"text": "我的照片", "scope": "public", "pictures": upload})
        assert answer.status_code == 422, name
        assert words in str(answer.context["form"].errors["pictures"]), name
        assert "我的照片" in answer.content.decode(), name
    assert not StoredFile.objects.exists()
    assert not Post.objects.exists()


@pytest.mark.security(22)
def test_an_empty_file_is_no_picture(person: Callable, portal: Any, client: Client) -> None:
    client.force_login(person("lin"))
    empty = SimpleUploadedFile("a.jpg", b"", "image/jpeg")
    answer = client.post("/feed/post/", {"text": "空的", "scope": "public", "pictures": empty})
    assert not StoredFile.objects.exists()
    assert answer.status_code in (302, 422)


@ANYTHING
@pytest.mark.security(23)
@pytest.mark.parametrize("side", [9000, 12000])
def test_a_bomb_is_refused_without_being_decoded(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = png(side, side)
    assert len(data) < 40_000
    monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("decoded"))
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _self: pytest.fail("decoded"))
    # Once before: what is loaded for good by the first refusal (the sentences' translations) is no cost of a picture.
    with pytest.raises(ValidationError):
        uploads.check_picture(SimpleUploadedFile("a.png", data))
    tracemalloc.start()
    try:
        with pytest.raises(ValidationError) as refused:
            uploads.check_picture(SimpleUploadedFile("a.png", data))
        assert tracemalloc.get_traced_memory()[1] < 2 * 1024 * 1024
    finally:
        tracemalloc.stop()
    assert refused.value.code == "bomb"


@ANYTHING
@pytest.mark.security(21)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF"])
def test_a_broken_file_is_refused_or_marked_but_never_breaks_the_page(kind: str, tmp_path: Any) -> None:
    """Cut off and scribbled over, each by a fixed rule: decoders answer broken files in many ways."""
    import random

    from foundation.core.files import pictures

    whole, chance, refused = encoded(kind), random.Random(7), 0
    for number in range(120):
        data = bytearray(whole)
        if number % 3 == 0:
            data = data[: chance.randrange(len(data))]
        for _byte in range(chance.randrange(6) if number % 3 else 0):
            data[chance.randrange(min(len(data), 600))] = chance.randrange(256)
        try:
            uploads.check_picture(SimpleUploadedFile("a.jpg", bytes(data)))
        except ValidationError:
            refused += 1
            continue
        if number % 4 == 0:
            (tmp_path / "source").write_bytes(bytes(data))
            with contextlib.suppress(Image.DecompressionBombError, *uploads.UNREADABLE):
                pictures.make_sizes(tmp_path / "source", tmp_path)
    assert refused


NAMES = [
    "../../../../etc/passwd.jpg",
    "..\\..\\windows\\win.ini.jpg",
    "/etc/cron.d/x.jpg",
    "a.jpg\r\nContent-Type: text/html",
    'a";\r\nX-Evil: 1;".jpg',
    "a.html",
    "a.php.jpg",
    "\u202egpj.exe",
    "C:\\a.jpg",
    "." * 200 + ".jpg",
]


@pytest.mark.security(26)
def test_the_name_of_an_upload_is_used_nowhere(
    person: Callable, portal: Any, drain: Callable, settings: Any
) -> None:
    client = Client()
    client.force_login(person("lin"))
    for name in NAMES:
        upload = SimpleUploadedFile("a.jpg", encoded("JPEG"), "image/jpeg")
        upload.__dict__["_name"] = name  # past Django's own cleaning of the name
        sent = client.post("/feed/post/", {"text": "看", "scope": "public", "pictures": upload})
        assert sent.status_code == 302, name
    drain()
    assert StoredFile.objects.filter(state="ready").count() == len(NAMES)
    lying = {path.name for path in settings.PRIVATE_ROOT.rglob("*") if path.is_file()}
    assert lying == {f"{size}.{extension}" for size in SIZES for extension in FORMATS}
    for stored in StoredFile.objects.all():
        answer = client.get(stored.url_320)
        b"".join(answer.streaming_content)
        assert answer["Content-Disposition"] == "inline"
        assert "X-Evil" not in answer


@pytest.mark.security(21, 26, 27)
def test_what_hides_in_a_picture_does_not_come_out(person: Callable, portal: Any, drain: Callable) -> None:
    """A picture that is a page as well, a film, and the place it was taken: only pixels come out."""
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 20.0)
    page = b"<html><script>alert('SecretPage')</script>"
    film = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    frames[0].save(film, "GIF", save_all=True, append_images=frames[1:], comment=b"SecretComment")
    given = [
        encoded("PNG") + page,
        encoded("JPEG", comment=page),
        encoded("JPEG", exif=exif),
        encoded("WEBP", exif=exif),
        encoded("PNG", exif=exif),
        film.getvalue(),
    ]
    client = Client()
    client.force_login(person("lin"))
    files = [SimpleUploadedFile("a.html", data, "text/html") for data in given]
    assert client.post("/feed/post/", {"text": "", "scope": "public", "pictures": files}).status_code == 302
    drain()
    assert StoredFile.objects.filter(state="ready").count() == len(given)
    for stored in StoredFile.objects.all():
        assert not stored.original.exists()
        for size in SIZES:
            for extension in FORMATS:
                answer = client.get(stored.url_of(size, extension))
                data = b"".join(answer.streaming_content)
                assert b"Secret" not in data
                assert b"<script" not in data
                assert answer["Content-Type"] == f"image/{extension}"
                assert answer["X-Content-Type-Options"] == "nosniff"
                assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
                with Image.open(io.BytesIO(data)) as clean:
                    assert not clean.getexif()
                    assert getattr(clean, "n_frames", 1) == 1


@pytest.mark.security(27)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_an_editor_s_picture_lies_open_without_place_and_camera(
    kind: str, portal: Any, person: Callable, client: Client
) -> None:
    """Portal pictures are public with their pages, the original too."""
    from foundation.core.models import PortalImage

    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SecretCamera", 6
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 20.0)
    client.force_login(person("editor", roles=("editor",)))
    upload = SimpleUploadedFile(f"a.{kind.lower().replace('jpeg', 'jpg')}", encoded(kind, exif=exif))
    sent = client.post("/admin/images/add/", {"title": "图", "file": upload, "description": "银杏"})
    assert sent.status_code == 302
    image = PortalImage.objects.get()
    with image.file.open() as file:
        data = file.read()
    assert b"SecretCamera" not in data
    with Image.open(io.BytesIO(data)) as clean:
        assert not clean.getexif()
        assert clean.height > clean.width, "turned upright before the note that says so goes"
    assert image.file_size == len(data)


@pytest.mark.security(25)
def test_a_private_picture_is_reached_by_no_address(
    person: Callable, portal: Any, picture: Callable, drain: Callable
) -> None:
    lin, visitor = person("lin"), Client()
    stored = uploads.store_picture(picture(), owner=lin)
    drain()
    stored.refresh_from_db()
    where = stored.directory.relative_to(stored.directory.parents[2])
    tries = [stored.url_of(size, extension) for size in SIZES for extension in FORMATS]
    tries += [
        f"{beginning}{where}/320.webp"
        for beginning in ("/media/", "/media/private/", "/static/", "/private/")
    ]
    tries += [f"/media/../private/{where}/320.webp", f"/media/%2e%2e/private/{where}/320.webp"]
    tries += [f"/media/..%2fprivate/{where}/320.webp", f"/media//{stored.path_of(320, 'webp')}"]
    tries += [
        f"/files/{stored.public_id}/original",
        f"/files/{where}/320.webp",
        f"/en/files/{stored.public_id}/320.webp",
    ]
    for address in tries:
        for headers in ({}, {"HTTP_X_ACCEL_REDIRECT": "/_private/x"}):
            answer = visitor.get(address, follow=True, **headers)
            assert answer.status_code in (400, 404), address


@pytest.mark.security(22)
def test_too_many_and_too_much_in_one_form_are_refused_as_a_whole(
    person: Callable, portal: Any, client: Client, settings: Any
) -> None:
    client.force_login(person("lin"))
    ten = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(10)]
    assert client.post("/feed/post/", {"text": "十张", "scope": "public", "pictures": ten}).status_code == 400
    settings.UPLOAD_MAX_BODY = 1000
    one = SimpleUploadedFile("a.jpg", bytes(2000))
    assert client.post("/feed/post/", {"text": "大", "scope": "public", "pictures": one}).status_code == 413
    assert not StoredFile.objects.exists()
