"""What keeps the audit log from being cut (O4): signed heads in a second place, triggers in the database."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from foundation.core.crypto import rotation
from foundation.core.flow import audit, guard, heads
from foundation.core.flow.models import AuditEntry, AuditHead, AuditPayload

pytestmark = [pytest.mark.django_db, pytest.mark.row("O4"), pytest.mark.security(55)]


@pytest.fixture
def file(settings: Any, tmp_path: Path) -> Path:
    settings.AUDIT_HEADS = tmp_path / "elsewhere" / "heads.jsonl"
    return settings.AUDIT_HEADS


@pytest.fixture
def chain(person: Callable) -> None:
    for number in range(4):
        audit.append(f"test.{number}", by=None, data={"text": f"理由 {number}"})


def later(minutes: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


def test_the_signed_head_is_written_where_the_log_grew(file: Path, chain: None) -> None:
    assert heads.publish() == 1
    assert heads.publish() == 0, "not twice within five minutes"
    with later(6):
        assert heads.publish() == 0, "nothing new"
        audit.append("test.more", by=None)
        assert heads.publish() == 1
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["seq"] for line in lines] == [AuditHead.objects.get().seq - 1, AuditHead.objects.get().seq]
    out = StringIO()
    call_command("audit", "verify", heads=file, stdout=out)
    assert "2 signed heads, the log agrees with all." in out.getvalue()


@pytest.mark.deny
def test_a_log_whose_end_was_cut_disagrees_with_its_heads(file: Path, chain: None) -> None:
    """Whoever may write in the database makes the chain whole again; the second place remembers."""
    heads.publish()
    last = AuditEntry.objects.order_by("-seq")[1]
    AuditPayload.objects.filter(seq__gt=last.seq).delete()
    AuditEntry.objects.filter(seq__gt=last.seq).delete()
    AuditHead.objects.update(seq=last.seq, digest=last.digest)
    assert audit.verify()[1] is None
    with pytest.raises(CommandError, match=r"Line 1 .* names entry"):
        call_command("audit", "verify", heads=file, stdout=StringIO())


@pytest.mark.deny
def test_a_head_that_somebody_else_signed_counts_for_nothing(file: Path, chain: None) -> None:
    heads.publish()
    head = json.loads(file.read_text())
    head["signature"] = base64.b64encode(Ed25519PrivateKey.generate().sign(heads._message(head))).decode()
    file.write_text(json.dumps(head) + "\n")
    with pytest.raises(CommandError, match="was not signed by this key"):
        call_command("audit", "verify", heads=file, stdout=StringIO())


@pytest.mark.deny
def test_a_file_that_is_none_is_named(file: Path, chain: None, tmp_path: Path) -> None:
    (tmp_path / "noise").write_text("{}\n")
    with pytest.raises(CommandError, match="is no head"):
        call_command("audit", "verify", heads=tmp_path / "noise", stdout=StringIO())
    with pytest.raises(CommandError, match="No such file"):
        call_command("audit", "verify", heads=tmp_path / "missing", stdout=StringIO())
    heads.publish()
    with pytest.raises(CommandError, match="no public key"):
        call_command("audit", "verify", heads=file, key="AAAA", stdout=StringIO())


def test_a_line_that_was_cut_while_it_was_written_is_passed_over(file: Path, chain: None) -> None:
    heads.publish()
    with file.open("a") as handle:
        handle.write('{"seq": 4, "dig')
    assert heads.check(file.read_text().splitlines(keepends=True)) == (1, None)
    with later(6):
        audit.append("test.more", by=None)
        assert heads.publish() == 1
    assert heads.check(file.read_text().splitlines(keepends=True)) == (2, None)


def test_the_command_prints_the_signed_head(chain: None) -> None:
    out = StringIO()
    call_command("audit", "head", stdout=out)
    assert heads.check([out.getvalue()], key=heads.public_key()) == (1, None)


@pytest.fixture
def guarded(chain: None) -> Iterator[None]:
    """The triggers, in this test's transaction only."""
    guard.install()
    guard.install()
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'linli_audit%'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")


@pytest.mark.deny
@pytest.mark.parametrize(
    "forge",
    [
        lambda: AuditEntry.objects.filter(seq=2).update(action="test.other"),
        lambda: AuditEntry.objects.filter(seq=2).delete(),
        lambda: AuditPayload.objects.filter(seq=2).delete(),
        lambda: AuditPayload.objects.filter(seq=2).update(seq=9),
        lambda: AuditPayload.objects.filter(seq=2).update(erased_at=None),
    ],
    ids=["entry changed", "entry removed", "payload removed", "payload moved", "payload changed"],
)
def test_the_database_lets_nobody_change_the_log(guarded: None, forge: Callable[[], Any]) -> None:
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        forge()


@pytest.mark.deny
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no INSERT OR REPLACE")
@pytest.mark.parametrize("table", [AuditEntry._meta.db_table, AuditPayload._meta.db_table])
def test_nothing_is_written_over_an_entry(guarded: None, table: str) -> None:
    with (
        pytest.raises(DatabaseError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE seq = 2")


def test_erasing_a_payload_is_the_one_change_and_happens_once(guarded: None) -> None:
    row = AuditPayload.objects.get(seq=2)
    row.data, row.erased_at = {}, timezone.now()
    row.save()
    assert audit.verify()[1] is None
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditPayload.objects.filter(seq=2).update(erased_at=timezone.now())
    audit.append("test.more", by=None)


@pytest.mark.row("R13")
@pytest.mark.security(52)
def test_a_new_key_seals_payloads_anew_and_nothing_else_passes(guarded: None) -> None:
    before = [row.data for row in AuditPayload.objects.order_by("seq")]
    rotation.rotate(wait=lambda seconds: None)
    assert [row.data for row in AuditPayload.objects.order_by("seq")] == before
    assert {row[1] for row in AuditPayload.objects.values_list("seq", "data") if row[1].data[1] == 2}
    assert audit.verify()[1] is None
    for value in (b"\x01\x01" + b"x" * 40, b"\x01\x02" + b"x" * 40, b""):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            AuditPayload.objects.filter(seq=2).update(data=value)


@pytest.mark.deny
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_nobody_empties_the_log(guarded: None) -> None:
    with (
        pytest.raises(DatabaseError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {AuditEntry._meta.db_table}")
