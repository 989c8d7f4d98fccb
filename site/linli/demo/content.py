"""The demo's content: files beside this module, and times told as days before now."""

import json
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


def picture(name: str) -> SimpleUploadedFile:
    """Return a drawn picture as if somebody uploaded it."""
    data = (HERE / "pictures" / f"{name}.webp").read_bytes()
    return SimpleUploadedFile(f"{name}.webp", BytesIO(data).getvalue(), "image/webp")
