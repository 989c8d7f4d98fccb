"""Disks that are full: small ones in memory, mounted as root; without root these faults are skipped by name."""

import contextlib
import io
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from tools import services
from tools.faults.house import House, Missing, house, until
from tools.faults.load import Crowd, degraded, page
from tools.faults.outcome import Outcome


@contextlib.contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of that size. Raises Missing without the right to mount one."""
    if os.geteuid() != 0:
        raise Missing("root, to mount a small disk")
    folder = Path(tempfile.mkdtemp(prefix="linli-disk-", dir=services.SCRATCH))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        folder.rmdir()
        raise Missing(f"the right to mount a small disk ({mounted.stderr.strip()})")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def fill(folder: Path, *, leave: int = 0) -> Path:
    """Take all the room of a disk but `leave` bytes."""
    free = shutil.disk_usage(folder).free - leave
    ballast = folder / "ballast"
    with ballast.open("wb") as file, contextlib.suppress(OSError):
        for _part in range(max(0, free) // 65536 + 1):
            file.write(b"\0" * 65536)
    if leave:
        os.truncate(ballast, max(0, ballast.stat().st_size - leave))
    return ballast


def postgresql(outcome: Outcome) -> None:
    """Fill the disk of PostgreSQL while people post; it may stop for good, and comes back when there is room."""
    with small_disk(400) as disk, house(data=disk / "data") as made:
        outcome.begin(made)
        with Crowd(made) as crowd:
            crowd.reach(30)
            ballast = fill(disk)
            refused = crowd.ledger.statuses["500"] + crowd.ledger.statuses["503"]
            sorry = crowd.ledger.statuses
            until(lambda: sorry["500"] + sorry["503"] > refused + 20, "the full disk", seconds=120)
            outcome.facts["meanwhile"] = degraded(made)
            ballast.unlink()
            if made.running["postgresql"].poll() is not None:
                outcome.facts["stopped"] = True
                made.again("postgresql")
            crowd.reach(30)
        made.settle()
        outcome.count_posts(made, crowd)


def sqlite(outcome: Outcome) -> None:
    """Fill the disk of the embedded default while people post."""
    with small_disk(60) as disk, house(embedded=True, var=disk / "var") as made:
        outcome.begin(made)
        with Crowd(made) as crowd:
            crowd.reach(20)
            ballast = fill(disk)
            sorry = crowd.ledger.statuses
            until(lambda: sorry["500"] + sorry["503"] > 20, "the full disk", seconds=120)
            outcome.facts["meanwhile"] = degraded(made)
            with sqlite3.connect(f"file:{made.var / 'linli.sqlite3'}?mode=ro", uri=True) as connection:
                found = connection.execute("PRAGMA integrity_check").fetchone()[0]
            outcome.check(is_so=found == "ok", otherwise=f"integrity_check says {found}")
            ballast.unlink()
            crowd.reach(20)
        made.settle()
        outcome.count_posts(made, crowd)


def photograph() -> bytes:
    """A picture of about a megabyte, so that it takes more room than is left."""
    file = io.BytesIO()
    Image.effect_noise((1400, 1000), 90).convert("RGB").save(file, "JPEG", quality=88)
    return file.getvalue()


def uploads(made: House, outcome: Outcome) -> None:
    """Fill the disk of private files while people post photographs: no row without bytes, no bytes without a row."""
    with small_disk(24) as disk:
        private = made.var / "private"
        private.rename(made.var / "private-before") if private.exists() else None
        private.symlink_to(disk)
        try:
            with Crowd(made, clients=2, picture=photograph()) as crowd:
                crowd.reach(4)
                ballast = fill(disk, leave=400_000)
                sorry = crowd.ledger.statuses
                until(lambda: sorry["500"] + sorry["503"] > 2, "the full disk", seconds=120)
                outcome.facts["meanwhile"] = page(made.ports[0], "/news/")[0]
                made.ask("chores")
                told = made.ask("troubles")
                outcome.check(is_so="disk_full" in told, otherwise=f"the office was told of {told} only")
                ballast.unlink()
                crowd.reach(2)
            until(lambda: made.ask("hurry", hours=1) + made.ask("waiting") == 0, "all sizes", seconds=150)
            outcome.count_posts(made, crowd)
            outcome.check(is_so=outcome.facts["orphans"] == 0, otherwise="half an upload was left")
        finally:
            private.unlink()
