"""The sizes of a picture, made by a worker: upright, without EXIF, in AVIF and WebP."""

from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from foundation.core.files.models import SIZES, StoredFile
from foundation.core.files.uploads import READABLE, UNREADABLE
from foundation.core.flow import outbox

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
        StoredFile.objects.filter(pk=stored.pk).update(state=StoredFile.State.FAILED)
        stored.original.unlink(missing_ok=True)
        raise outbox.Hopeless(f"not decodable: {type(fault).__name__}") from fault
    StoredFile.objects.filter(pk=stored.pk).update(state=StoredFile.State.READY, width=width, height=height)
    stored.original.unlink(missing_ok=True)


def make_sizes(source: Path, directory: Path) -> tuple[int, int]:
    """Write every size of `source` in every format into `directory`; return width and height of the largest.

    Only pixels are carried over: place, camera, thumbnails and anything hidden behind the picture stay behind.
    Raises one of UNREADABLE where it can't be decoded.
    """
    with Image.open(source, formats=READABLE) as opened:
        # JPEG can be decoded at half or quarter size; others ignore it.
        opened.draft("RGB", (SIZES[-1], SIZES[-1]))
        picture = ImageOps.exif_transpose(opened)
    profile_free = picture.convert("RGBA" if _has_alpha(picture) else "RGB")
    largest: tuple[int, int] | None = None
    for size in reversed(SIZES):
        profile_free.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
        largest = largest or profile_free.size
        for extension, options in ENCODING.items():
            part = directory / f"{size}.{extension}.part"
            clean = Image.frombytes(profile_free.mode, profile_free.size, profile_free.tobytes())
            clean.save(part, format=extension.upper(), **options)
            part.rename(directory / f"{size}.{extension}")
    if largest is None:
        raise ValueError("a picture has at least one size")
    return largest


def _has_alpha(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info
