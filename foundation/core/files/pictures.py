"""The sizes of a picture, made by a worker: upright, without EXIF, in AVIF and WebP."""

import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from foundation.core.files.models import SIZES, StoredFile
from foundation.core.files.uploads import READABLE, UNREADABLE
from foundation.core.flow import outbox
from foundation.core.outage import is_shortage

ENCODING: dict[str, dict[str, Any]] = {
    "avif": {"quality": 62, "speed": 9, "max_threads": 2},
    "webp": {"quality": 78, "method": 2},
}


@outbox.handler("picture")
def make(key: str, payload: dict[str, Any]) -> None:
    """Make the sizes of one stored file; nothing to do where it is ready or gone.

    What can't be decoded after all is marked as failed, and the row's owner sees that instead of the picture.
    """
    stored = StoredFile.objects.filter(pk=payload["id"], dropped_at=None).first()
    if stored is None or stored.ready:
        return
    try:
        width, height = make_sizes(stored.original, stored.directory)
    except (Image.DecompressionBombError, *UNREADABLE) as fault:
        if is_shortage(fault):
            # The disk is full, the picture is none the worse: it waits.
            raise
        mine = StoredFile.objects.filter(pk=stored.pk, state=StoredFile.State.NEW)
        if not mine.update(state=StoredFile.State.FAILED):
            # Another worker, who had it when our lease ran out, has made the sizes and cleared the upload away.
            return
        stored.original.unlink(missing_ok=True)
        raise outbox.Hopeless(f"not decodable: {type(fault).__name__}") from fault
    StoredFile.objects.filter(pk=stored.pk).update(state=StoredFile.State.READY, width=width, height=height)
    stored.original.unlink(missing_ok=True)


def make_sizes(source: Path, directory: Path) -> tuple[int, int]:
    """Write every size of `source` in every format into `directory`; return width and height of the largest.

    Only pixels are carried over: place, camera, thumbnails and anything hidden behind the picture stay behind.
    Raises one of UNREADABLE where it can't be decoded.
    """
    picture = _upright(source)
    largest = picture.size
    with ThreadPoolExecutor(len(ENCODING)) as encoders:
        written: list[Future[None]] = []
        for size in reversed(SIZES):
            # Each from the one before: fewer pixels to read, and the same to the eye.
            picture.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
            # An image takes note of how it is being saved, so each encoder has its own.
            written += [
                encoders.submit(_write, picture.copy(), directory, size, extension) for extension in ENCODING
            ]
        for done in written:
            done.result()
    return largest


def _upright(source: Path) -> Image.Image:
    """The picture at its largest size: shrunk before it is turned and copied, while that is dear."""
    with Image.open(source, formats=READABLE) as opened:
        # JPEG can be decoded at half or quarter size; others ignore it.
        opened.draft("RGB", (SIZES[-1], SIZES[-1]))
        mode = "RGBA" if _has_alpha(opened) else "RGB"
        picture = opened if opened.mode == mode else opened.convert(mode)
        picture.thumbnail((SIZES[-1], SIZES[-1]), Image.Resampling.LANCZOS, reducing_gap=2.0)
        turned = ImageOps.exif_transpose(picture)
        return Image.frombytes(mode, turned.size, turned.tobytes())


def _write(picture: Image.Image, directory: Path, size: int, extension: str) -> None:
    """One file, under its name only when it is whole."""
    # Two workers, of whom one lost her lease, don't write into the same half.
    part = directory / f"{size}.{extension}.{uuid.uuid4().hex}.part"
    try:
        picture.save(part, format=extension.upper(), **ENCODING[extension])
        part.rename(directory / f"{size}.{extension}")
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _has_alpha(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info
