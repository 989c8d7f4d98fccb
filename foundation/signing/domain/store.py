"""Where signed files lie: named by their content, written once, on the disk before anybody relies on them."""

import contextlib
import hashlib
import os
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from foundation.core.crypto.keys import write_through

PDF, HTML, JSON, ZIP = "pdf", "html", "json", "zip"
# So old, a file that no row names was left by a signature that came to nothing.
ORPHAN_AFTER = timedelta(days=1)


class FileGone(Exception):
    """The file that a row names is not there."""


class FileAltered(Exception):
    """The file is not what its name says."""


def folder() -> Path:
    """Return the folder of all of them."""
    return Path(settings.PRIVATE_ROOT) / "signed"


def path_of(sha256: str, extension: str = PDF) -> Path:
    """Return where the file of that content lies."""
    return folder() / sha256[:2] / f"{sha256}.{extension}"


def put(data: bytes, extension: str = PDF) -> str:
    """Keep a file and return its SHA-256; what is there already stays as it is. On the disk when this returns."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(sha256, extension)
    if path.exists():
        return sha256
    if not path.parent.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_through(path.parent.parent)
    draft = path.parent / f".{uuid.uuid4().hex}.part"
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # A link never replaces: whoever was first counts, and both have the same bytes.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    write_through(path.parent)
    return sha256


def get(sha256: str, extension: str = PDF) -> bytes:
    """Return a file's bytes. Raises FileGone, FileAltered."""
    try:
        data = path_of(sha256, extension).read_bytes()
    except FileNotFoundError:
        raise FileGone(sha256) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise FileAltered(sha256)
    return data


def unnamed(named: set[str]) -> Iterator[Path]:
    """Yield the files older than a day that are none of `named`, and the drafts of dead processes."""
    oldest = time.time() - ORPHAN_AFTER.total_seconds()
    for path in folder().glob("[0-9a-f][0-9a-f]/*"):
        if path.stem not in named and path.stat().st_mtime < oldest:
            yield path
    for path in folder().glob("[0-9a-f][0-9a-f]/.*.part"):
        if path.stat().st_mtime < oldest:
            yield path
