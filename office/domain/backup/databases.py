"""A whole database at one moment, out and in again, for both engines."""

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections


class NoProgram(Exception):
    """A program of PostgreSQL is missing here, or older than the server."""


class DatabaseFault(Exception):
    """The database's own program failed; the message is its last words, which name no rows."""


def engine() -> str:
    """Return "sqlite" or "postgresql"."""
    return connection.vendor


def snapshot(target: Path) -> dict[str, int]:
    """Write the database of one moment to `target` while others go on writing; return how many rows each table has.

    Raises NoProgram, DatabaseFault.
    """
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        with contextlib.closing(sqlite3.connect(f"file:{name}?mode=ro", uri=True, timeout=60)) as source:
            source.execute("VACUUM INTO ?", [str(target)])
        with contextlib.closing(sqlite3.connect(target)) as copy:
            tables = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            count = 'SELECT count(*) FROM "{}"'
            return {table: copy.execute(count.format(table)).fetchone()[0] for (table,) in tables}
    # A connection of its own holds the moment that pg_dump copies and in which the rows are counted.
    held = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with held.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (moment,) = cursor.fetchone()
            _run(
                "pg_dump",
                f"--snapshot={moment}",
                "--format=custom",
                "--compress=0",
                "--no-owner",
                "--no-privileges",
                f"--file={target}",
            )
            counts = row_counts(held)
            cursor.execute("COMMIT")
        return counts
    finally:
        held.close()


def is_empty() -> bool:
    """Say whether nothing stands in the database that putting a backup back would replace."""
    tables = connection.introspection.table_names()
    if "accounts_user" not in tables:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM accounts_user LIMIT 1")
        return cursor.fetchone() is None


def put_back(source: Path) -> None:
    """Replace the database by the snapshot, whole or not at all. Raises NoProgram, DatabaseFault."""
    connections.close_all()
    if connection.vendor == "sqlite":
        _replace_file(source)
    else:
        _run(
            "pg_restore",
            "--single-transaction",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            f"--dbname={_names()['PGDATABASE']}",
            str(source),
        )
    connections.close_all()


def _replace_file(source: Path) -> None:
    with contextlib.closing(sqlite3.connect(source)) as checked:
        (word,) = checked.execute("PRAGMA integrity_check").fetchone()
    if word != "ok":
        raise DatabaseFault("SQLite finds the backup damaged")
    target = Path(connection.settings_dict["NAME"])
    beside = target.with_name(f"{target.name}.restored")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, beside)
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    # A log of the old file must not be played into the new one.
    for ending in ("-wal", "-shm"):
        target.with_name(f"{target.name}{ending}").unlink(missing_ok=True)
    beside.replace(target)


def row_counts(link: Any = connection) -> dict[str, int]:
    """Return how many rows each table holds, as the connection sees it."""
    counts = {}
    with link.cursor() as cursor:
        for table in sorted(link.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {link.ops.quote_name(table)}")  # noqa: S608 - our own tables
            counts[table] = cursor.fetchone()[0]
    return counts


def _names() -> dict[str, str]:
    """The connection as libpq's variables: a password never stands in a command line that all users can read."""
    given = connection.settings_dict
    names = {
        "PGDATABASE": given["NAME"],
        "PGUSER": given.get("USER", ""),
        "PGPASSWORD": given.get("PASSWORD", ""),
        "PGHOST": given.get("HOST", ""),
        "PGPORT": str(given.get("PORT", "")),
    }
    return {name: value for name, value in names.items() if value}


def _run(program: str, *arguments: str) -> None:
    command = [str(_program(program)), *arguments]
    done = subprocess.run(  # noqa: S603 - our own command, no shell
        command, env={**os.environ, **_names()}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DatabaseFault(f"{program}: {_without_values(done.stderr)}")


def _without_values(words: str) -> str:
    """The program's last line without what it quotes: a row that does not fit must not stand in a log."""
    last = (words.strip().splitlines() or ["failed without a word"])[-1]
    # What was opened and never closed goes to the end of the line.
    return re.sub(r"\(.*?(?:\)|$)|\".*?(?:\"|$)|'.*?(?:'|$)", "…", last)[:200]


def _program(name: str) -> Path:
    """Find a program that is not older than the server. Raises NoProgram."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        server = int(cursor.fetchone()[0]) // 10000
    listed: list[Any] = [os.environ.get("LINLI_PG_BIN"), *sorted(Path("/usr/lib/postgresql").glob("*/bin"))]
    found = [Path(folder) / name for folder in listed if folder and (Path(folder) / name).exists()]
    if on_path := shutil.which(name):
        found.append(Path(on_path))
    versions = {path: _major(path) for path in found}
    fitting = [path for path in found if versions[path] >= server]
    if not fitting:
        raise NoProgram(
            f"{name} {server} or newer is needed: install postgresql-client-{server}, or set LINLI_PG_BIN"
        )
    # The server's own release where it is there: a newer one may write what the server can't read back.
    return min(fitting, key=lambda path: versions[path])


def _major(path: Path) -> int:
    said = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    number = re.search(r"\d{1,9}", said)
    return int(number[0]) if number else 0
