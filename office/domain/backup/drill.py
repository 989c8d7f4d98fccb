"""A restore drill: the newest backup is put back beside the installation, measured, and thrown away (O8)."""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from office.domain.backup.restoring import Restored, record
from office.models import BackupRun

type Say = Callable[[str], None]


def drill(
    address: str, *, identity: Path, name: str = "latest", keys_from: str = "", say: Say = lambda line: None
) -> BackupRun:
    """Put a set back into a scratch database, in a process of its own; return the record with what was measured.

    `lost` are the seconds between the snapshot and now: what a disaster at this moment would have cost. `needed` are
    those that the restore took, from nothing to checked.
    """
    began = timezone.now()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="linli-drill-") as folder, _scratch_database(Path(folder)) as url:
        report = Path(folder) / "report.json"
        command = [sys.executable, "manage.py", "restore", address, f"--set={name}", f"--identity={identity}"]
        command += [f"--report={report}", *([f"--keys={keys_from}"] if keys_from else [])]
        say("putting it back into a scratch database")
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            command,
            cwd=settings.BASE_DIR,
            env=_surroundings(Path(folder), url, keys_from),
            capture_output=True,
            text=True,
            check=False,
        )
        needed = time.monotonic() - started
        if report.exists():
            restored = Restored(**json.loads(report.read_text(encoding="utf-8")))
        else:
            last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
            # Django's own word before it: the command that runs the drill puts its own there.
            restored = Restored(faults=[last.removeprefix("CommandError: ")[:300]])
    lost = (began - datetime.fromisoformat(restored.moment)).total_seconds() if restored.moment else None
    found = {**restored.as_report(), "lost": lost, "needed": round(needed, 1)}
    return record(restored, kind=BackupRun.Kind.DRILL, began=began, report=found)


def _surroundings(folder: Path, url: str, keys_from: str) -> dict[str, str]:
    """This installation's environment, with everything that is written somewhere else."""
    there = {
        "DATABASE_URL": url,
        "LINLI_VAR": str(folder / "var"),
        "LINLI_ERASURES": str(folder / "erasures.csv"),
        "LINLI_AUDIT_HEADS": str(folder / "heads.jsonl"),
        "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
    }
    # With the keys' own backup the drill proves that one too; else it borrows the keys that are here.
    there["LINLI_KEYS"] = str(folder / "keys") if keys_from else str(settings.KEYS_DIR)
    (folder / "var").mkdir()
    return {**os.environ, **there}


@contextlib.contextmanager
def _scratch_database(folder: Path) -> Iterator[str]:
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'drill.sqlite3'}"
        return
    name = f"linli_drill_{secrets.token_hex(4)}"
    quoted = connection.ops.quote_name(name)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {quoted}")
    try:
        yield _address_of(name)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")


def _address_of(name: str) -> str:
    given: dict[str, Any] = connection.settings_dict
    who = f"{given['USER']}:{given['PASSWORD']}" if given.get("PASSWORD") else given.get("USER", "")
    return f"postgres://{who}@{given.get('HOST') or ''}:{given.get('PORT') or 5432}/{name}"
