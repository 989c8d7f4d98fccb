"""Reading a stranger's file in a process of its own (help-platform.md §3.2; H6)."""

import fcntl
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from foundation.core.access.limits import TooOften
from foundation.signing.domain.pdf import reading
from foundation.signing.domain.pdf.pades import Trust

# It is read within this time in seconds, or not at all.
PATIENCE = 25
# So many are read on one machine at once: each may take a gigabyte.
AT_ONCE = 2


def read(data: bytes, trust: Trust) -> reading.Contents:
    """Read a stranger's file in a process with little memory and time; one that dies of it could not be read.

    Raises TooOften where as many are read on this machine as it may at once.
    """
    with _turn():
        return _read(data, trust)


@contextmanager
def _turn() -> Iterator[None]:
    """Hold one of the few places of this machine; whoever dies gives hers back. Raises TooOften."""
    folder = Path(settings.VAR_DIR) / "locks"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number in range(AT_ONCE):
        with (folder / f"verify-{number}").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield
            return
    raise TooOften


def _read(data: bytes, trust: Trust) -> reading.Contents:
    head = {name: [one.hex() for one in getattr(trust, name)] for name in ("roots", "others", "crls")}
    unreadable = reading.Contents(False, hashlib.sha256(data).hexdigest(), len(data), fault="process")
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            [sys.executable, "-m", reading.__name__],
            input=json.dumps(head).encode() + b"\n" + data,
            capture_output=True,
            timeout=PATIENCE,
            check=True,
            cwd=settings.BASE_DIR,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(settings.BASE_DIR), "LANG": "C.UTF-8"},
        )
        said = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return unreadable
    said["signatures"] = [reading.Read(**one) for one in said["signatures"]]
    return reading.Contents(**said)
