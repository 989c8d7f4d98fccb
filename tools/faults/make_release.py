"""Keeps the database of a release, so that later versions are migrated from what offices really have.

python -m tools.faults.make_release        at the commit that is released: writes tools/faults/releases/<version>/

The people are the demo's, invented; `kek` opens what is sealed in this one database, and nothing else anywhere.
"""

import base64
import gzip
import json
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from tools import services
from tools.bench.figures import ROOT, commit

RELEASES = Path(__file__).with_name("releases")


def manage(environment: dict[str, str], *command: str) -> None:
    """Run a management command. Raises CalledProcessError where it fails."""
    subprocess.run([sys.executable, "manage.py", *command], check=True, cwd=ROOT, env=environment)


def filled(environment: dict[str, str]) -> None:
    """The demo community of this version, with what its first letters left in the outbox."""
    for command in ("migrate", "createcachetable", "create_roles", "demo"):
        manage(environment, command, "--verbosity", "0")


def pack(target: Path, content: bytes) -> None:
    """Write the same bytes for the same content: no time stands in the file."""
    target.write_bytes(gzip.compress(content, 9, mtime=0))


def program(name: str) -> str:
    """The client beside the server that the tools start."""
    with tempfile.TemporaryDirectory() as scratch:
        found = services.postgres_programs(Path(scratch)) / name
    on_path = shutil.which(name)
    if found.exists():
        return str(found)
    if on_path is None:
        raise SystemExit(f"faults: no {name}: an administrator runs `apt-get install postgresql`")
    return on_path


def make(folder: Path) -> None:
    """Fill both kinds of database and write what they hold."""
    folder.mkdir(parents=True)
    kek = base64.b64encode(secrets.token_bytes(32)).decode()
    (folder / "kek").write_text(kek + "\n")
    with tempfile.TemporaryDirectory() as scratch, services.running() as running:
        base = {
            **os.environ,
            "LINLI_VAR": scratch,
            "LINLI_KEK": kek,
            "LINLI_SECRET_KEY": "a release",
            "LINLI_HOSTS": "127.0.0.1",
            "LINLI_URL": "http://127.0.0.1:8000",
            "PYTHONWARNINGS": "ignore",
        }
        filled({**base, **running.environment(), **base, "DJANGO_SETTINGS_MODULE": "linli.settings.services"})
        # Without the tool's own marks, which older clients do not know.
        dumped = subprocess.run(
            [program("pg_dump"), "--no-owner", "--no-privileges", running.database_url],
            check=True,
            capture_output=True,
        ).stdout
        pack(folder / "linli.sql.gz", re.sub(rb"(?m)^\\(un)?restrict .*\n", b"", dumped))
        embedded = {name: value for name, value in base.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        filled({**embedded, "DJANGO_SETTINGS_MODULE": "linli.settings.demo"})
        copy = Path(scratch) / "copy.sqlite3"
        with sqlite3.connect(Path(scratch) / "linli.sqlite3") as connection:
            connection.execute("VACUUM INTO ?", [str(copy)])
        pack(folder / "linli.sqlite3.gz", copy.read_bytes())
    (folder / "about.json").write_text(json.dumps({"commit": commit()}) + "\n")


def main() -> None:
    """Name the folder after the version that pyproject.toml states."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    folder = RELEASES / version
    if folder.exists():
        raise SystemExit(f"faults: release {version} is kept already")
    make(folder)
    print(f"faults: {folder.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
