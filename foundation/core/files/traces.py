"""What a camera writes beside the picture: where, when, with what; and how to leave it behind."""

import io
from typing import Any

from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps

TRACES = {"exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment", "iptc"}
ENCODING: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 92},
    "MPO": {"quality": 92},
    "PNG": {},
    "WEBP": {"quality": 90},
    "AVIF": {"quality": 85},
    "HEIF": {"quality": 85},
}


def without_traces(file: File) -> ContentFile | None:
    """Return the same picture, upright, with nothing but its pixels and colours; None where nothing has to go.

    A film of pictures (GIF) keeps its frames: its format has no place for where it was taken.
    """
    file.seek(0)
    try:
        with Image.open(file) as opened:
            kind = opened.format or ""
            if kind not in ENCODING or not (opened.getexif() or TRACES & opened.info.keys()):
                return None
            upright = ImageOps.exif_transpose(opened)
            options = dict(ENCODING[kind])
            if profile := opened.info.get("icc_profile"):
                options["icc_profile"] = profile
            clean = Image.frombytes(upright.mode, upright.size, upright.tobytes())
            if upright.mode == "P" and (palette := upright.getpalette()):
                clean.putpalette(palette)
    finally:
        file.seek(0)
    target = io.BytesIO()
    clean.save(target, "JPEG" if kind == "MPO" else kind, **options)
    return ContentFile(target.getvalue(), name=file.name)
