"""Point-in-time recovery with pgBackRest: what its archive holds, and going back to a moment (O8)."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

# The first release of pgBackRest that knows each PostgreSQL (its release notes).
KNOWS = {15: (2, 41), 16: (2, 48), 17: (2, 54), 18: (2, 57)}


class CannotRecover(Exception):
    """pgBackRest is missing, too old, or refused; the message says which and why."""


@dataclass(frozen=True)
class Archive:
    """What pgBackRest says of itself."""

    # What keeps it from working, in its own or our words; empty: nothing.
    fault: str
    # The newest backup in the archive, and from when on a moment can be gone back to.
    newest: datetime | None = None
    oldest: datetime | None = None


def archive() -> Archive | None:
    """Return how the archive stands; None where point-in-time recovery is not set up."""
    if not settings.PGBACKREST_STANZA or connection.vendor != "postgresql":
        return None
    try:
        check_release()
        told = json.loads(_run("info", "--output=json"))
    except (CannotRecover, ValueError) as fault:
        return Archive(fault=str(fault)[:200])
    stanza: dict[str, Any] = next((one for one in told if one["name"] == settings.PGBACKREST_STANZA), {})
    if not stanza or stanza["status"]["code"] != 0:
        return Archive(fault=stanza["status"]["message"] if stanza else "the stanza is not known")
    stops = [datetime.fromtimestamp(one["timestamp"]["stop"], UTC) for one in stanza["backup"]]
    return Archive(fault="", newest=max(stops), oldest=min(stops))


def recover(moment: datetime, data: Path) -> None:
    """Bring the stopped server's data directory to that moment; starting it plays the rest. Raises CannotRecover.

    Has to run on the database's machine as the user who owns the directory. `manage.py restore --finish` follows.
    """
    if (data / "postmaster.pid").exists():
        raise CannotRecover("the server runs: stop it first")
    target = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00")
    _run(
        "restore",
        "--delta",
        f"--pg1-path={data}",
        "--type=time",
        f"--target={target}",
        "--target-action=promote",
    )


def check_release() -> None:
    """Raise CannotRecover where pgBackRest is missing or too old for the server."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        server = int(cursor.fetchone()[0]) // 10000
    said = re.search(r"(\d{1,9})\.(\d{1,9})", _run("version", stanza=False))
    ours = (int(said[1]), int(said[2])) if said else (0, 0)
    needed = KNOWS.get(server, KNOWS[max(KNOWS)])
    if server > max(KNOWS) or ours < needed:
        raise CannotRecover(
            f"pgBackRest {ours[0]}.{ours[1]} is too old for PostgreSQL {server}:"
            f" {needed[0]}.{needed[1]} or newer is needed"
        )


def _run(act: str, *options: str, stanza: bool = True) -> str:
    program = shutil.which("pgbackrest")
    if program is None:
        raise CannotRecover("pgBackRest is not installed here")
    command = [program, *([f"--stanza={settings.PGBACKREST_STANZA}"] if stanza else []), *options, act]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines() or ["pgBackRest failed without a word"]
        raise CannotRecover(words[-1][:200])
    return done.stdout
