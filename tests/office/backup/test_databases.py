"""A snapshot takes the whole place of what is there, on PostgreSQL too, or none of it (O8)."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from foundation.accounts.models import User
from foundation.core.crypto.models import CryptoKey
from office.domain.backup import databases
from office.domain.backup.making import back_up
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
from pathlib import Path
from foundation.accounts.models import User
from office.domain.backup import databases
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
