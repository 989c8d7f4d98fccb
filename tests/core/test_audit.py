"""The audit log (O4, H8): append-only, chained, and still able to forget."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from foundation.core.access.roles import Role
from foundation.core.crypto.seal import seal
from foundation.core.flow import audit
from foundation.core.flow.models import AuditEntry, AuditHead, AuditPayload

pytestmark = [pytest.mark.django_db, pytest.mark.row("O4"), pytest.mark.security(55)]


@pytest.fixture
def chain(person: Callable) -> Any:
    user = person("lin")
    for number in range(5):
        audit.append(
            f"test.{number}", by=user, obj=user, place_path="0001", data={"text": f"payload {number}"}
        )
    return user


def test_a_whole_chain_holds(chain: Any) -> None:
    count, broken = audit.verify()
    assert broken is None
    assert count == AuditEntry.objects.count() >= 5
    out = StringIO()
    call_command("audit", "verify", stdout=out)
    assert out.getvalue() == f"{count} entries, the chain holds.\n"


def test_an_empty_log_holds(db: None) -> None:
    assert audit.verify() == (0, None)


@pytest.mark.parametrize(
    "change",
    [
        {"action": "test.other"},
        {"actor_id": 999},
        {"role": "administrator"},
        {"object_id": "7"},
        {"place_path": "0002"},
        {"purpose": "another"},
        {"payload_digest": "0" * 64},
        {"at": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_altered_entry_is_named(chain: Any, change: dict) -> None:
    AuditEntry.objects.filter(action="test.2").update(**change)
    seq = AuditEntry.objects.order_by("seq").values_list("seq", flat=True)[AuditEntry.objects.count() - 3]
    _count, broken = audit.verify()
    assert broken == audit.Break(seq, "altered")


def test_a_deleted_entry_is_named(chain: Any) -> None:
    gone = AuditEntry.objects.get(action="test.2")
    seq = gone.seq
    gone.delete()
    assert audit.verify()[1] == audit.Break(seq, "missing")


def test_a_cut_tail_is_seen_against_the_head(chain: Any) -> None:
    last = AuditEntry.objects.order_by("-seq").first()
    AuditEntry.objects.filter(seq=last.seq).delete()
    assert audit.verify()[1] == audit.Break(last.seq, "the tail was cut or the head altered")


def test_an_inserted_entry_is_seen(chain: Any) -> None:
    last = AuditEntry.objects.order_by("-seq").first()
    AuditEntry.objects.create(
        seq=last.seq + 1, at=last.at, action="test.forged", previous=last.digest, digest="f" * 64
    )
    assert audit.verify()[1] == audit.Break(last.seq + 1, "altered")


def test_reordered_entries_are_seen(chain: Any) -> None:
    first, second = AuditEntry.objects.order_by("seq")[1:3]
    one, other = first.action, second.action
    AuditEntry.objects.filter(seq=first.seq).update(action=other)
    AuditEntry.objects.filter(seq=second.seq).update(action=one)
    assert audit.verify()[1] == audit.Break(first.seq, "altered")


def test_an_altered_payload_is_named(chain: Any) -> None:
    entry = AuditEntry.objects.get(action="test.3")
    payload = AuditPayload.objects.get(seq=entry.seq)
    payload.data = {"text": "something else"}
    payload.save()
    _count, broken = audit.verify()
    assert broken == audit.Break(entry.seq, "payload altered or missing")
    with pytest.raises(CommandError, match=f"breaks at entry {entry.seq}"):
        call_command("audit", "verify")


def test_a_payload_that_is_gone_without_having_been_erased_is_named(chain: Any) -> None:
    entry = AuditEntry.objects.get(action="test.2")
    AuditPayload.objects.filter(seq=entry.seq).delete()
    assert audit.verify()[1] == audit.Break(entry.seq, "payload altered or missing")
    AuditPayload.objects.create(seq=999_999, data={"text": "belongs to no entry"})
    assert audit.verify()[1] == audit.Break(entry.seq, "payload altered or missing")


def test_a_payload_that_belongs_to_no_entry_is_named(chain: Any) -> None:
    AuditPayload.objects.create(seq=999_999, data={"text": "smuggled in"})
    assert audit.verify()[1] == audit.Break(999_999, "payload altered or missing")


def test_a_payload_whose_ciphertext_was_altered_is_named(chain: Any) -> None:
    """Whoever can write in the table but holds no key: bytes turned, or another row's bytes put in."""
    other = AuditEntry.objects.get(action="test.1").seq
    for seq, source in ((AuditEntry.objects.get(action="test.3").seq, None), (other, other - 1)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT data FROM core_auditpayload WHERE seq = %s", [source or seq])
            sealed = bytearray(cursor.fetchone()[0])
            if source is None:
                sealed[-1] ^= 1
            cursor.execute("UPDATE core_auditpayload SET data = %s WHERE seq = %s", [bytes(sealed), seq])
        assert audit.verify() == (seq - 1, audit.Break(seq, "payload altered or missing"))


def test_a_payload_beside_an_entry_that_had_none_is_named(chain: Any) -> None:
    bare = audit.append("test.bare", by=None)
    audit.append("test.next", by=None, data={"text": "x"})
    AuditPayload.objects.create(seq=bare.seq, data={"text": "smuggled in"})
    assert audit.verify()[1] == audit.Break(bare.seq, "payload altered or missing")


def test_of_two_faults_the_first_is_named(chain: Any) -> None:
    first, later = (AuditEntry.objects.get(action=f"test.{number}").seq for number in (1, 3))
    AuditPayload.objects.filter(seq=first).delete()
    AuditEntry.objects.filter(seq=later).update(action="test.other")
    assert audit.verify() == (first - 1, audit.Break(first, "payload altered or missing"))


def test_a_payload_in_another_spelling_of_its_json_holds(chain: Any) -> None:
    seq = AuditEntry.objects.get(action="test.3").seq
    data = AuditPayload.objects.get(seq=seq).data
    text = json.dumps(dict(sorted(data.items(), reverse=True)), indent=1)
    AuditPayload.objects.filter(seq=seq).update(data=seal(text, label="core.auditpayload.data", row=str(seq)))
    assert audit.verify()[1] is None


def test_a_digest_is_that_of_the_columns_as_json(chain: Any) -> None:
    """The form is put together by hand; an auditor recomputes it with any JSON library."""
    audit.append('引号 " \\ \x1f 𠮷', by=None, purpose="第一行\n第二行\t🍂", place_path="\u2028")
    assert audit.verify()[1] is None
    for row in AuditEntry.objects.values_list(*audit.COLUMNS, "previous", "digest"):
        *columns, previous, digest = row
        columns[1] = columns[1].astimezone(UTC).isoformat(timespec="microseconds")
        text = f"{previous}\n{json.dumps(columns, ensure_ascii=False)}"
        assert digest == hashlib.sha256(text.encode()).hexdigest()


def test_an_entry_costs_one_look_at_the_head_and_one_write(django_assert_num_queries: Callable) -> None:
    audit.append("test.first", by=None, data={"text": "the keys are read"})
    for data, inserts in ((None, 1), ({"text": "x"}, 2)):
        with django_assert_num_queries(2 if connection.vendor == "postgresql" else 2 + inserts):
            audit.append("test.next", by=None, data=data)


@pytest.mark.security(56)
def test_an_erased_payload_leaves_the_chain_whole(chain: Any) -> None:
    entry = AuditEntry.objects.get(action="test.3")
    payload = AuditPayload.objects.get(seq=entry.seq)
    payload.data, payload.erased_at = {}, datetime.now(UTC)
    payload.save()
    assert audit.verify()[1] is None


@pytest.mark.deny
@pytest.mark.parametrize("data", [{"text": "forged"}, {"text": ""}, [], None, "broken"], ids=str)
def test_a_payload_that_was_replaced_and_called_erased_is_named(chain: Any, data: Any) -> None:
    entry = AuditEntry.objects.get(action="test.3")
    sealed = seal(json.dumps(data), label="core.auditpayload.data", row=str(entry.seq))
    if data == "broken":
        sealed = sealed[:-1]
    AuditPayload.objects.filter(seq=entry.seq).update(data=sealed, erased_at=datetime.now(UTC))
    assert audit.verify()[1] == audit.Break(entry.seq, "payload altered or missing")


@pytest.mark.security(56)
def test_a_payload_that_was_emptied_altogether_leaves_the_chain_whole(chain: Any) -> None:
    seq = AuditEntry.objects.get(action="test.3").seq
    AuditPayload.objects.filter(seq=seq).update(data=b"", erased_at=datetime.now(UTC))
    assert audit.verify()[1] is None
    AuditPayload.objects.filter(seq=seq).update(erased_at=None)
    assert audit.verify()[1] == audit.Break(seq, "payload altered or missing")


@pytest.mark.deny
def test_a_log_that_was_removed_with_its_head_is_no_empty_log(chain: Any) -> None:
    for model in (AuditPayload, AuditEntry, AuditHead):
        model.objects.all().delete()
    broken = audit.Break(1, "the head is missing")
    assert audit.verify() == (0, broken)
    with pytest.raises(audit.HeadMissing), transaction.atomic():
        audit.append("test.next", by=chain)
    call_command("migrate", verbosity=0)
    assert audit.verify() == (0, broken), "neither the next entry nor the next migration heals it"


@pytest.mark.deny
def test_a_head_that_is_gone_is_a_break_where_the_entries_hold(chain: Any) -> None:
    count = AuditEntry.objects.count()
    AuditHead.objects.all().delete()
    assert audit.verify() == (count, audit.Break(count + 1, "the head is missing"))


def test_an_entry_says_which_roles_the_actor_held(person: Callable) -> None:
    roles = [
        audit.append("test.role", by=by).role
        for by in (
            None,
            AnonymousUser(),
            person("lin"),
            person("wang", roles=("staff", "reviewer", "childrens_officer", "editor")),
        )
    ]
    assert roles == ["", "", "resident", "childrens_officer,editor,resident,reviewer,staff"]
    assert audit.verify()[1] is None


def test_there_is_room_for_everybodys_roles() -> None:
    assert len(",".join(Role.values)) <= AuditEntry._meta.get_field("role").max_length


def test_roles_that_were_read_already_cost_nothing(
    person: Callable, django_assert_num_queries: Callable
) -> None:
    user = person("lin", roles=("editor",))
    audit.append("test.first", by=user)
    with django_assert_num_queries(2 if connection.vendor == "postgresql" else 3):
        audit.append("test.next", by=user)


def test_an_entry_is_undone_with_what_it_speaks_of(person: Callable) -> None:
    user = person("lin")
    before = AuditHead.objects.filter(id=1).values_list("seq", flat=True).first() or 0
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - both belong to the transaction
        audit.append("test.undone", by=user)
        raise ZeroDivisionError
    assert not AuditEntry.objects.filter(action="test.undone").exists()
    audit.append("test.next", by=user)
    assert AuditEntry.objects.get(action="test.next").seq == before + 1
    assert audit.verify()[1] is None


@pytest.mark.security(51)
def test_a_payload_is_not_readable_in_the_table(chain: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM core_auditpayload")
        stored = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert b"payload 1" not in stored
