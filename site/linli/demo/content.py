"""The demo's content: files beside this module, and times told as days before now."""

import json
import re
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

HERE = Path(__file__).parent


def read(name: str) -> Any:
    """Return one of the JSON files."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def ago(days: float) -> datetime:
    """Return the moment so many days before now; negative days lie ahead."""
    return timezone.now() - timedelta(days=days)


def dated(text: str) -> str:
    """Put the day into a text that names it as days from now: `{2}` is the day after tomorrow."""

    def day(found: re.Match[str]) -> str:
        then = timezone.localtime(ago(-int(found[1])))
        return f"{then.month} 月 {then.day} 日"

    return re.sub(r"\{(\d+)\}", day, text)


def picture(name: str) -> SimpleUploadedFile:
    """Return a drawn picture as if somebody uploaded it."""
    data = (HERE / "pictures" / f"{name}.webp").read_bytes()
    return SimpleUploadedFile(f"{name}.webp", BytesIO(data).getvalue(), "image/webp")
