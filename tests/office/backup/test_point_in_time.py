"""Point-in-time recovery on PostgreSQL, with a real server, its archive and pgBackRest (O8)."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from office.domain.backup import point_in_time
from tools import services

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.row("O8"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no archive"),
    pytest.mark.skipif(shutil.which("pgbackrest") is None, reason="pgBackRest is not installed"),
]


class Archived:
    """A server that archives into a sealed repository."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.server = services.Cluster(scratch, durable=True)
        self.server.create()
        self.configuration = scratch / "pgbackrest.conf"
        # In an office it lies where pgBackRest looks by itself.
        self.server._surroundings["PGBACKREST_CONFIG"] = str(self.configuration)
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = self.server.start()
        self.configuration.write_text(
            f"[global]\nrepo1-path={self.scratch}/repo\nrepo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass=sealed\n"
            f"log-path={self.scratch}/log\nlock-path={self.scratch}/lock\nlog-level-console=error\nstart-fast=y\n"
            f"[linli]\npg1-path={self.server.data}\npg1-port={self.server.port}\npg1-socket-path={self.scratch}\n"
            "pg1-user=linli\npg1-database=postgres\n"
        )

    def stop(self) -> None:
        if self.process is not None:
            services.stop(self.process, services.signal.SIGINT)
            self.process = None

    def run(self, *command: str) -> None:
        subprocess.run(
            ["pgbackrest", f"--config={self.configuration}", "--stanza=linli", *command],
            check=True,
            capture_output=True,
            **self.server._as_user,
        )

    def ask(self, statement: str) -> Any:
        until = time.monotonic() + 30
        while True:
            try:
                with psycopg.connect(self.server.url, autocommit=True) as link:
                    cursor = link.execute(statement)
                    return cursor.fetchone() if cursor.description else None
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)


@pytest.fixture
def cluster(settings: Any, monkeypatch: Any) -> Iterator[Archived]:
    scratch = Path(tempfile.mkdtemp(prefix="linli-archive-", dir="/tmp"))
    made = Archived(scratch)
    with (made.server.data / "postgresql.conf").open("a") as file:
        push = f"pgbackrest --config={made.configuration} --stanza=linli archive-push %p"
        file.write(f"archive_mode = on\narchive_command = '{push}'\nwal_level = replica\n")
    made.start()
    made.server.create_database()
    settings.PGBACKREST_STANZA = "linli"
    # Going back closes the node until `--finish`.
    settings.MAINTENANCE_FILE = scratch / "maintenance.json"
    monkeypatch.setenv("PGBACKREST_CONFIG", str(made.configuration))
    yield made
    made.stop()
    shutil.rmtree(scratch, ignore_errors=True)


def test_the_database_goes_back_to_the_moment_before_the_mistake(cluster: Archived, capsys: Any) -> None:
    cluster.run("stanza-create")
    cluster.ask("CREATE TABLE residents AS SELECT generate_series(1, 100) AS id")
    cluster.run("backup")
    cluster.ask("INSERT INTO residents VALUES (101)")
    # A backup's end is known by the second: the moment has to lie in a later one.
    time.sleep(1.1)
    (moment,) = cluster.ask("SELECT clock_timestamp()")
    time.sleep(1)
    cluster.ask("DELETE FROM residents")
    cluster.ask("SELECT pg_switch_wal()")
    standing = point_in_time.archive()
    assert standing is not None
    assert standing.fault == ""
    assert standing.oldest is not None
    assert standing.oldest <= datetime.now(UTC)
    with pytest.raises(CommandError, match="stop it first"):
        call_command("restore", to=moment.isoformat(), data=cluster.server.data)
    cluster.stop()
    call_command("restore", to=moment.isoformat(), data=cluster.server.data, verbosity=0)
    assert (cluster.scratch / "maintenance.json").exists(), "closed before the server starts again"
    cluster.start()
    assert cluster.ask("SELECT count(*) FROM residents") == (101,)
    sealed = b"".join(path.read_bytes() for path in (cluster.scratch / "repo").rglob("*") if path.is_file())
    assert b"generate_series" not in sealed


@pytest.mark.deny
def test_what_is_wrong_with_the_archive_is_named(cluster: Archived, monkeypatch: Any) -> None:
    assert point_in_time.archive().fault, "no stanza yet"
    monkeypatch.setattr(point_in_time, "KNOWS", {15: (99, 0), 18: (99, 0)})
    assert "too old for PostgreSQL" in point_in_time.archive().fault


@pytest.mark.deny
@pytest.mark.parametrize(
    "options", [{"to": "yesterday"}, {"to": "2026-11-29T08:30"}, {"to": "2026-11-29T08:30+08:00"}]
)
def test_a_moment_without_zone_or_directory_is_asked_again(options: dict[str, str]) -> None:
    with pytest.raises(CommandError, match="needs a moment with its zone"):
        call_command("restore", **options)
