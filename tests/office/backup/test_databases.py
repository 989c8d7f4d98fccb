"""A snapshot takes the whole place of what is there, on PostgreSQL too, or none of it (O8)."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from foundation.accounts.models import User
from foundation.core.crypto.models import CryptoKey
from office.domain.backup import databases, sealing, sets
from office.domain.backup.making import back_up
from office.domain.backup.places import place_at
from tests.office.backup.conftest import Installation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.row("O8"), pytest.mark.security(59)]
only_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's file goes whole")

NEWER = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE newer_alone (id serial PRIMARY KEY)")
    cursor.execute("CREATE TABLE newer_child (id int GENERATED ALWAYS AS IDENTITY, who bigint REFERENCES accounts_user)")
    cursor.execute("CREATE VIEW newer_view AS SELECT id FROM accounts_user")
    cursor.execute("CREATE TYPE newer_mood AS ENUM ('fine')")
    cursor.execute("CREATE TABLE newer_moods (mood newer_mood)")
    cursor.execute("CREATE FUNCTION newer_works(one newer_mood) RETURNS int LANGUAGE sql AS 'SELECT 1'")
    cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
"""
LEFT = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relname LIKE 'newer%%' UNION ALL"
        " SELECT proname FROM pg_proc WHERE proname LIKE 'newer%%' UNION ALL"
        " SELECT typname FROM pg_type WHERE typname LIKE 'newer%%'")
    print([row[0] for row in cursor.fetchall()])
"""
SCHEMA = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT nspowner, nspacl::text FROM pg_namespace WHERE nspname = 'public'")
    print(cursor.fetchone())
"""


@only_postgresql
def test_a_set_from_before_an_upgrade_takes_the_place_of_the_newer_tables(
    house: Path, lin: User, safe: Path, elsewhere: Installation, settings: Any, give_keys: None
) -> None:
    back_up()
    command = ("restore", settings.BACKUP_PLACES[0], "--identity", str(safe))
    done = elsewhere.run(*command)
    assert done.returncode == 0, done.stderr
    elsewhere.ask(NEWER)
    schema = elsewhere.ask(SCHEMA)
    done = elsewhere.run(*command, "--replace")
    assert done.returncode == 0, done.stderr
    assert elsewhere.ask(LEFT) == "[]"
    assert elsewhere.ask(SCHEMA) == schema, "owner and grants as they were"
    assert "accounts: 1" in elsewhere.ask(
        "from foundation.accounts.models import User; print('accounts:', User.objects.filter(username='lin').count())"
    )


@only_postgresql
@pytest.mark.deny
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_snapshot_that_breaks_off_changes_nothing(
    house: Path,
    lin: User,
    safe: Path,
    elsewhere: Installation,
    settings: Any,
    give_keys: None,
    share: float,
    tmp_path: Path,
) -> None:
    back_up()
    assert elsewhere.run("restore", settings.BACKUP_PLACES[0], "--identity", str(safe)).returncode == 0
    code = f"""
import sqlite3
from pathlib import Path
from foundation.accounts.models import User
from office.domain.backup import databases, sealing, sets
path = Path({str(tmp_path / "snapshot")!r})
databases.snapshot(path)
before = databases.row_counts()
path.write_bytes(path.read_bytes()[: int(path.stat().st_size * {share})])
try:
    databases.put_back(path)
except databases.DatabaseFault as fault:
    print(fault)
print("the same:", before == databases.row_counts())
"""
    said = elsewhere.ask(code)
    assert "pg_restore" in said or "psql" in said
    assert "the same: True" in said


@pytest.mark.deny
def test_what_is_no_database_of_ours_is_not_empty(monkeypatch: Any) -> None:
    """Whoever names another program's database by mistake does not lose it."""
    monkeypatch.setattr(connection.introspection, "table_names", lambda: ["orders"])
    assert not databases.is_empty()
    monkeypatch.setattr(connection.introspection, "table_names", list)
    assert databases.is_empty()


def test_a_snapshot_tells_the_rows_of_a_table(lin: User, tmp_path: Path) -> None:
    databases.snapshot(tmp_path / "snapshot")
    rows = databases.rows_in(tmp_path / "snapshot", CryptoKey._meta.db_table)
    assert {(row["purpose"], int(row["number"]), row["state"], bytes(row["wrapped"])) for row in rows} == {
        (row.purpose, row.number, row.state, bytes(row.wrapped)) for row in CryptoKey.objects.all()
    }
    assert databases.rows_in(tmp_path / "snapshot", "never_was") == []


def test_a_snapshot_put_back_undoes_what_came_after_it(lin: User, tmp_path: Path) -> None:
    before = databases.row_counts()
    databases.snapshot(tmp_path / "snapshot")
    User.objects.filter(pk=lin.pk).update(display_name="后来改的")
    databases.put_back(tmp_path / "snapshot")
    assert User.objects.get(pk=lin.pk).display_name == lin.display_name
    assert databases.row_counts() == before


@pytest.mark.deny
def test_a_damaged_snapshot_puts_nothing_back(lin: User, tmp_path: Path) -> None:
    path = tmp_path / "snapshot"
    databases.snapshot(path)
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + bytes(20_000) + whole[middle + 20_000 :])
    User.objects.filter(pk=lin.pk).update(display_name="后来改的")
    with pytest.raises((databases.DatabaseFault, sqlite3.DatabaseError)):
        databases.put_back(path)
    assert User.objects.get(pk=lin.pk).display_name == "后来改的"


@pytest.mark.deny
@pytest.mark.parametrize("written", ["{", "[]", '{"name": "x"}', '{"format": 99}'])
def test_a_set_that_nobody_can_read_is_said_to_be_so(tmp_path: Path, written: str) -> None:
    name = "20261129T000000Z-0000"
    (tmp_path / "place" / "sets" / name).mkdir(parents=True)
    (tmp_path / "place" / "sets" / name / "set.json").write_text(written)
    with place_at(f"file://{tmp_path / 'place'}") as place:
        with pytest.raises(sealing.CannotOpen):
            sets.read_set(place, "latest", tmp_path)
        with pytest.raises(sets.NoSet, match="the newest is"):
            sets.read_set(place, "20261128T000000Z-0000", tmp_path)


@pytest.mark.deny
@pytest.mark.parametrize("text", ["", "# a comment", "AGE-SECRET-KEY-1NONSENSE"])
def test_what_is_no_identity_opens_nothing(text: str) -> None:
    with pytest.raises(sealing.CannotOpen, match="identity"):
        sealing.read_identities(text)
