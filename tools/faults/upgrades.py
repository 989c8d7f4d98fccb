"""The last release's database is migrated forward, in one go and killed on the way: every row stays what it was."""

import hashlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
from typing import Any

import psycopg

from tools.bench.figures import ROOT
from tools.faults.house import Broken, House, bare
from tools.faults.load import page, sign_in
from tools.faults.make_release import RELEASES
from tools.faults.outcome import Outcome

# What `migrate` writes by itself: the list of what was applied, the rights it makes, the marks of what it made.
OWN = {"django_migrations", "auth_permission", "django_content_type", "linli_cache", "sqlite_sequence"}

type Fingerprint = dict[str, tuple[list[str], int, str]]


# What migrating adds to by itself: a purpose of data keys that the release before did not have, the portal's languages
# and which groups may translate.
GROWS = {"core_cryptokey", "wagtailcore_locale", "auth_group_permissions"}


def _connect(house: House) -> Any:
    if house.embedded:
        return sqlite3.connect(house.var / "linli.sqlite3")
    return psycopg.connect(house.environment["DATABASE_URL"].replace("postgres://", "postgresql://"))


def _tables(house: House, cursor: Any) -> list[str]:
    if house.embedded:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_fts%'")
    else:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return sorted(name for (name,) in cursor.fetchall() if name not in OWN)


def _columns(cursor: Any, table: str) -> list[str]:
    cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
    return sorted(column[0] for column in cursor.description)


def fingerprint(house: House, of: Fingerprint | None = None) -> Fingerprint:
    """Columns, number of rows and a digest of every table; of the columns and tables of an earlier one."""
    found: Fingerprint = {}
    connection = _connect(house)
    try:
        cursor = connection.cursor()
        there = set(_tables(house, cursor))
        for table in sorted(of or there):
            if table not in there:
                continue
            columns = [name for name in _columns(cursor, table) if of is None or name in of[table][0]]
            listed = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(f'SELECT {listed} FROM "{table}"')
            rows = sorted(repr([_plain(value) for value in row]) for row in cursor.fetchall())
            found[table] = (columns, len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    finally:
        connection.close()
    return found


def _plain(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, memoryview | bytes) else value


def _compare(before: Fingerprint, after: Fingerprint, outcome: Outcome) -> None:
    for table, (columns, count, digest) in before.items():
        if table not in after:
            outcome.broken.append(f"{table} has gone")
        elif after[table][0] != columns:
            outcome.broken.append(f"{table} lost {sorted(set(columns) - set(after[table][0]))}")
        elif after[table][1] < count:
            outcome.lost += count - after[table][1]
        elif after[table][1] > count and table not in GROWS:
            outcome.doubled += after[table][1] - count
        elif after[table][2] != digest and table not in GROWS:
            outcome.broken.append(f"rows of {table} changed")
    outcome.facts["tables"] = len(before)
    outcome.facts["rows"] = sum(count for _columns, count, _digest in before.values())


def _killed_on_the_way(house: House, after: int) -> int:
    """Migrate, and kill that when so many migrations are through; return how many it said were."""
    command = [sys.executable, "-u", "manage.py", "migrate", "--no-color"]
    said = 0
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=house.environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        for line in process.stdout or ():
            said += bool(re.search(r"Applying .*\.\.\.", line))
            if said >= after:
                os.killpg(process.pid, signal.SIGKILL)
                break
    return said


def migrate(house: House, outcome: Outcome, *, killed: bool) -> None:
    """Migrate the database of the house, if need be killed once on the way, and compare every row."""
    before = fingerprint(house)
    if killed:
        applied = _killed_on_the_way(house, 1)
        if not applied:
            raise Broken("there was nothing to migrate: nothing is proved")
        outcome.facts["killed_after"] = applied
    house.manage("migrate", "--verbosity", "0")
    _compare(before, fingerprint(house, before), outcome)


def upgrade(outcome: Outcome, *, embedded: bool, killed: bool = False) -> None:
    """Migrate every kept release forward; sealed fields open, people come in, the site answers."""
    for release in sorted(path for path in RELEASES.iterdir() if path.is_dir()):
        with bare(release, embedded=embedded) as house:
            outcome.begin_bare()
            migrate(house, outcome, killed=killed)
            house.open_doors()
            # What the release had left in its outbox is carried out by this version.
            house.ask("drain", seconds=120)
            opened = house.ask("unsealed")
            outcome.facts["opened"] = opened
            outcome.check(is_so=opened > 0, otherwise="no sealed field was opened: nothing is proved")
            sign_in(house.ports[0], "resident")
            status, _text, _took = page(house.ports[0])
            outcome.check(is_so=status == 200, otherwise=f"the front page answers {status}")
            outcome.count_rows(house)
