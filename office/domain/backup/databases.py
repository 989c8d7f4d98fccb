"""A whole database at one moment, out and in again, for both engines."""

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

# `pg_restore --clean` takes away only what the snapshot knows: what a newer release made beside it would stand in its
# way, or stay. The schema itself stays, and with it its owner, who may be somebody else, and its grants; so does what
# belongs to an extension. Tables first: what hangs on them goes along.
CLEAR = """
DO $clear$
DECLARE one record;
BEGIN
    PERFORM pg_catalog.set_config('search_path', '', true);
    FOR one IN
        SELECT format('%I.%I', 'public', c.relname) AS name,
            CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END AS sort
        FROM pg_catalog.pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
            AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY position(c.relkind::text in 'prfvmS'), c.relname
    LOOP
        EXECUTE format('DROP %s IF EXISTS %s CASCADE', one.sort, one.name);
    END LOOP;
    FOR one IN
        SELECT p.oid::regprocedure::text AS name FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
        ORDER BY p.oid
    LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', one.name);
    END LOOP;
    FOR one IN
        SELECT format('%I.%I', 'public', t.typname) AS name FROM pg_catalog.pg_type t
        LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
        WHERE t.typnamespace = 'public'::regnamespace
            AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
            AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
        ORDER BY t.oid
    LOOP
        EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', one.name);
    END LOOP;
END $clear$;"""


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


def rows_in(snapshot: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of one small table as a snapshot has them; of another release it may have none.

    PostgreSQL's are words, but for what is bytes. Raises NoProgram, DatabaseFault.
    """
    if connection.vendor == "sqlite":
        with contextlib.closing(sqlite3.connect(snapshot)) as link:
            link.row_factory = sqlite3.Row
            known = link.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [table]).fetchone()
            return [dict(row) for row in link.execute(f'SELECT * FROM "{table}"')] if known else []  # noqa: S608
    said = _run("pg_restore", "--data-only", f"--table={table}", "--file=-", str(snapshot))
    # COPY public.name (a, b) FROM stdin; then a line each, with tabs; a line \\. ends them.
    found = re.search(r"^COPY \S+ \((.*)\) FROM stdin;\n(.*?)^\\\.$", said, re.MULTILINE | re.DOTALL)
    if found is None:
        return []
    columns = [column.strip().strip('"') for column in found[1].split(",")]
    lines = (line.split("\t") for line in found[2].splitlines())
    return [dict(zip(columns, map(_value, values), strict=True)) for values in lines]


def _value(copied: str) -> str | bytes:
    return bytes.fromhex(copied[3:]) if copied.startswith("\\\\x") else copied


def is_empty() -> bool:
    """Say whether nothing stands in the database that putting a backup back would replace."""
    tables = connection.introspection.table_names()
    if "accounts_user" not in tables:
        return not tables
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM accounts_user LIMIT 1")
        return cursor.fetchone() is None


def put_back(source: Path) -> None:
    """Replace the database by the snapshot, whole or not at all. Raises NoProgram, DatabaseFault."""
    connections.close_all()
    if connection.vendor == "sqlite":
        _replace_file(source)
    else:
        _play(source)
    connections.close_all()


def _play(source: Path) -> None:
    """Empty the database and fill it from the snapshot, in one transaction.

    What `pg_restore` makes of the snapshot goes through `psql`. COMMIT comes at the very end, from here: whichever of
    the three ends before it, the server takes everything back.
    """
    script = [str(_program("pg_restore")), "--clean", "--if-exists", "--no-owner", "--no-privileges"]
    player = [str(_program("psql")), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"]
    surroundings = {**os.environ, **_names()}
    connections.close_all()
    with (
        tempfile.TemporaryFile() as told,
        tempfile.TemporaryFile() as heard,
        subprocess.Popen(  # noqa: S603 - our own command, no shell
            [*script, "--file=-", str(source)], env=surroundings, stdout=subprocess.PIPE, stderr=told
        ) as reading,
        subprocess.Popen(  # noqa: S603
            player, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=heard
        ) as playing,
    ):
        assert reading.stdout is not None  # noqa: S101 - asked for above
        assert playing.stdin is not None  # noqa: S101
        # Who ended is told by how it ended, not by the pipe that broke.
        with contextlib.suppress(BrokenPipeError):
            playing.stdin.write(f"BEGIN;\n{CLEAR}\n".encode())
            shutil.copyfileobj(reading.stdout, playing.stdin, 1 << 20)
            if reading.wait() == 0:
                playing.stdin.write(b"\nCOMMIT;\n")
                playing.stdin.flush()
        reading.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            playing.stdin.close()
        ends = (("psql", playing.wait(), heard), ("pg_restore", reading.wait(), told))
        for program, end, words in ends:
            if end:
                words.seek(0)
                raise DatabaseFault(f"{program}: {_without_values(words.read().decode(errors='replace'))}")


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


def _run(program: str, *arguments: str) -> str:
    command = [str(_program(program)), *arguments]
    done = subprocess.run(  # noqa: S603 - our own command, no shell
        command, env={**os.environ, **_names()}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DatabaseFault(f"{program}: {_without_values(done.stderr)}")
    return done.stdout


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
