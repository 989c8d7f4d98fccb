"""Keys change while the site runs (R13; security.md §7): nothing is lost, nothing stays readable by the old ones."""

import os
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from foundation.accounts.domain.telephone import phone_index, phone_indexes
from foundation.accounts.mfa import SECRETS, open_secret, seal_secret
from foundation.accounts.models import User
from foundation.core.crypto import keys, rotation
from foundation.core.crypto.models import CryptoKey
from foundation.core.crypto.seal import blind_index, blind_indexes, open_sealed, seal
from foundation.core.flow import audit, outbox
from foundation.core.flow.models import OutboxMessage
from identity.models import Claim
from residents.domain.records import Particulars, number_index, number_indexes, record_resident
from residents.models import Resident

pytestmark = [pytest.mark.django_db, pytest.mark.row("R13"), pytest.mark.security(52)]
NUMBERS = ["110102195806071243", "11010219800101001X", "110102199003073241"]


@pytest.fixture(autouse=True)
def _fresh_keys(settings: Any, tmp_path: Any) -> Iterator[None]:
    """Keys of this test's own: what it rotates, others still seal with."""
    settings.KEYS_DIR, settings.KEYS_FRESH = tmp_path / "keys", 0
    CryptoKey.objects.all().delete()
    keys.forget()
    for ring in keys.RINGS:
        CryptoKey.objects.create(
            purpose=ring.purpose, number=1, wrapped=keys.wrap(os.urandom(32), purpose=ring.purpose, number=1)
        )
    yield
    keys.forget()


@pytest.fixture
def residents(person: Callable, places: dict) -> list[Resident]:
    found = []
    for number, name in zip(NUMBERS, ("lin", "zhou", "chen"), strict=True):
        user = person(name)
        user.phone_sealed = f"+86139000{number[-5:-1]}0"
        user.phone_index = phone_index(user.phone_sealed)
        user.identity_index = number_index("id_card", number)
        user.save()
        particulars = Particulars(
            name="林秋雨",
            gender="female",
            birthday=date(1958, 6, 7),
            document="id_card",
            number=number,
            phone=user.phone_sealed,
            email="lin@example.org",
        )
        found.append(record_resident(particulars, place=places["ginkgo"], account=user, by=None))
    return found


def rotate() -> rotation.Outcome:
    return rotation.rotate(wait=lambda seconds: None)


def states(purpose: str) -> dict[int, str]:
    return dict(CryptoKey.objects.filter(purpose=purpose).values_list("number", "state"))


def key_numbers() -> set[int]:
    """Which data keys sealed what stands in the tables now."""
    found = set()
    for model, columns in rotation.sealed_columns():
        for row in model._base_manager.values_list(*[column.attname for column in columns]):
            found |= {value.data[1] for value in row if value is not None and value.data}
    return found


def test_every_value_is_sealed_with_the_new_key_and_says_the_same(residents: list[Resident]) -> None:
    outbox.enqueue("mail", key="letter", payload={"to": ["lin@example.org"], "text": "您好"})
    audit.append("test.look", by=None, data={"text": "理由"})
    secret = {"secret": seal_secret("JBSWY3DP"), "seed": seal_secret("seed")}
    factor = Authenticator.objects.create(user=residents[0].account, type="totp", data=secret)
    assert key_numbers() == {1}
    outcome = rotate()
    assert (states("field"), states("index")) == ({1: "read", 2: "write"}, {1: "read", 2: "write"})
    assert (outcome.broken, outcome.clashes, key_numbers()) == ([], [], {2})
    assert [one.number_sealed for one in Resident.objects.order_by("sid")] == NUMBERS
    assert OutboxMessage.objects.get(key="letter").payload.count("您好") == 1
    factor.refresh_from_db()
    assert [open_secret(factor.data[name]) for name in SECRETS] == ["JBSWY3DP", "seed"]
    assert audit.verify()[1] is None


def test_everybody_is_found_again_by_number_and_telephone(residents: list[Resident]) -> None:
    before = [number_index("id_card", number) for number in NUMBERS]
    rotate()
    after = [number_index("id_card", number) for number in NUMBERS]
    assert set(before).isdisjoint(after)
    assert [Resident.objects.get(number_index=index).account_id for index in after] == [
        User.objects.get(identity_index=index).pk for index in after
    ]
    for one in Resident.objects.all():
        assert User.objects.get(phone_index=phone_index(one.phone_sealed)).pk == one.account_id


def test_between_the_two_generations_whoever_is_asked_for_is_found(residents: list[Resident]) -> None:
    rotation._make_next_keys()
    assert states("index") == {1: "write", 2: "read"}, "known to all before anybody writes with it"
    assert len(number_indexes("id_card", NUMBERS[0])) == 2
    rotation._let_write()
    assert Resident.objects.filter(number_index=number_index("id_card", NUMBERS[0])).first() is None
    for number in NUMBERS:
        assert Resident.objects.filter(number_index__in=number_indexes("id_card", number)).count() == 1
    assert User.objects.filter(phone_index__in=phone_indexes(residents[0].phone_sealed)).count() == 1


def test_a_process_that_read_the_keys_long_ago_reads_them_again_before_it_writes(settings: Any) -> None:
    stale = keys.Keyring("field")
    assert stale.writing()[0] == 1
    rotation._make_next_keys()
    rotation._let_write()
    assert stale.writing()[0] == 2
    settings.KEYS_FRESH = 60
    patient = keys.Keyring("field")
    assert patient.writing()[0] == 2
    rotate()
    assert patient.writing()[0] == 2, "not at every use"


def test_what_an_old_process_still_wrote_is_found_by_the_next_walk(residents: list[Resident]) -> None:
    old = seal("迟到", label="residents.resident.number_sealed", row=str(residents[0].pk))
    rotate()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE residents_resident SET number_sealed = %s WHERE id = %s", [old, residents[0].pk]
        )
    assert rotation.walk().renewed >= 1
    assert Resident.objects.get(pk=residents[0].pk).number_sealed == "迟到"
    assert key_numbers() == {2}


def test_a_run_that_was_killed_is_ended_by_the_next_one(residents: list[Resident], monkeypatch: Any) -> None:
    swap, done = rotation._swap, []

    def dies(model: Any, column: Any, changes: Any) -> int:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(column)
        return swap(model, column, changes)

    monkeypatch.setattr(rotation, "_swap", dies)
    with pytest.raises(KeyboardInterrupt):
        rotate()
    monkeypatch.undo()
    said = StringIO()
    call_command("rotate_keys", stdout=said)
    assert "No new key was made" in said.getvalue(), (
        "whoever wants to be rid of one knows that she is not yet"
    )
    assert states("field") == {1: "read", 2: "write"}, "no third generation"
    assert key_numbers() == {2}
    assert rotation.walk().renewed == 0
    assert rotate().made == ["field 3", "index 3"]


def test_a_run_that_died_before_the_new_keys_wrote_makes_no_others() -> None:
    rotation._make_next_keys()
    rotate()
    assert states("field") == {1: "read", 2: "write"}


def test_what_is_changed_meanwhile_stays_changed(residents: list[Resident], monkeypatch: Any) -> None:
    swap = rotation._swap

    def meanwhile(model: Any, column: Any, changes: Any) -> int:
        if column.name == "number_sealed":
            edited = Resident.objects.get(pk=residents[0].pk)
            edited.number_sealed = "改过"
            edited.save()
            monkeypatch.setattr(rotation, "_swap", swap)
        return swap(model, column, changes)

    monkeypatch.setattr(rotation, "_swap", meanwhile)
    rotate()
    assert Resident.objects.get(pk=residents[0].pk).number_sealed == "改过"


@pytest.mark.deny
def test_a_value_that_does_not_open_keeps_the_old_keys(residents: list[Resident]) -> None:
    broken = bytearray(seal("x", label="residents.resident.number_sealed", row="0"))
    broken[-1] ^= 1
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE residents_resident SET number_sealed = %s WHERE id = %s", [bytes(broken), residents[0].pk]
        )
    outcome = rotate()
    pk = residents[0].pk
    assert outcome.broken == [
        f"residents.resident.number_sealed of {pk}, key 1",
        # What it stands beside can't be made anew either, in the record and in its account.
        f"residents.Resident.number_index of {pk}",
        f"accounts.User.identity_index of {residents[0].account_id}",
    ]
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert rotation.retire() == 0
    assert states("field") == {1: "read", 2: "write"}


@pytest.mark.deny
def test_a_broken_value_does_not_keep_a_leaked_key_in_its_place(residents: list[Resident]) -> None:
    broken = bytearray(seal("x", label="residents.resident.number_sealed", row="0"))
    broken[-1] ^= 1
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE residents_resident SET number_sealed = %s WHERE id = %s", [bytes(broken), residents[0].pk]
        )
    assert rotate().made == ["field 2", "index 2"]
    assert rotate().made == ["field 3", "index 3"]
    assert states("field") == {1: "read", 2: "read", 3: "write"}, "what still needs the first one finds it"
    assert key_numbers() == {1, 3}
    assert Resident.objects.get(pk=residents[1].pk).number_sealed == NUMBERS[1]
    said = StringIO()
    with pytest.raises(CommandError) as left:
        call_command("rotate_keys", stdout=said)
    assert "New keys write now: field 4, index 4." in said.getvalue()
    assert "retired" not in said.getvalue()
    assert "3 values did not open" in str(left.value)
    assert "the old keys stay" in str(left.value)


@pytest.mark.deny
def test_a_second_factor_that_does_not_open_is_named_and_holds_nobody_up(residents: list[Resident]) -> None:
    whole, torn = seal_secret("JBSWY3DP"), seal_secret("KRSXG5DS")
    data = {"secret": torn.replace(torn[:16], "0" * 16), "seed": whole}
    factor = Authenticator.objects.create(user=residents[0].account, type="totp", data=data)
    outcome = rotate()
    assert outcome.broken == [f"mfa.authenticator.data of {factor.pk}, key 1"]
    factor.refresh_from_db()
    assert open_secret(factor.data["seed"]) == "JBSWY3DP"
    assert outcome.made


@pytest.mark.deny
def test_two_rows_of_one_person_are_named_and_the_old_keys_stay(residents: list[Resident]) -> None:
    rotation._make_next_keys()
    rotation._let_write()
    # Two processes at the same moment, one of each generation: only the walk can see that it is one person.
    first, second = residents[0], residents[1]
    second.number_sealed, second.number_index = NUMBERS[0], number_index("id_card", NUMBERS[0])
    second.save()
    outcome = rotate()
    assert len(outcome.clashes) == 2, "the record and its account"
    with pytest.raises(CommandError, match="another row has this index"):
        call_command("rotate_keys", verbosity=0)
    first.refresh_from_db()
    assert first.number_index in number_indexes("id_card", NUMBERS[0])


def test_old_keys_are_retired_after_a_day_and_destroyed_after_ninety(residents: list[Resident]) -> None:
    rotate()
    assert rotation.retire() == 0
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert rotation.retire() == 2
        assert (states("field"), states("index")) == ({1: "retired", 2: "write"}, {1: "retired", 2: "write"})
        assert [one.number_sealed for one in Resident.objects.order_by("sid")] == NUMBERS
        assert blind_indexes("x", label="t") == [blind_index("x", label="t")]
        assert rotation.retire() == 0
    with time_machine.travel(timezone.now() + timedelta(days=100)):
        assert rotation.retire() == 2
    assert not any(CryptoKey.objects.filter(state="retired").values_list("wrapped", flat=True))


@pytest.mark.deny
def test_a_retired_key_opens_nothing_and_its_values_are_named(residents: list[Resident]) -> None:
    old = seal("x", label="residents.resident.number_sealed", row=str(residents[0].pk))
    rotate()
    assert rotation.unknown_keys() == []
    CryptoKey.objects.filter(purpose="field", number=1).update(state="retired", retired_at=timezone.now())
    keys.forget()
    with pytest.raises(keys.KeyMissing):
        open_sealed(old, label="residents.resident.number_sealed", row=str(residents[0].pk))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE residents_resident SET number_sealed = %s WHERE id = %s", [old, residents[0].pk]
        )
    assert rotation.unknown_keys() == ["residents.resident.number_sealed 1"]


@pytest.mark.deny
def test_a_lost_wrapping_key_opens_nothing_and_is_named(residents: list[Resident], settings: Any) -> None:
    (settings.KEYS_DIR / "kek").unlink()
    keys.create_key_encryption_key()
    assert len(rotation.locked_keys()) == len(keys.RINGS)
    with pytest.raises(keys.KeyMissing):
        seal("x", label="a.b.c", row="1")
    with pytest.raises(keys.KeyMissing):
        Resident.objects.first().number_sealed  # noqa: B018
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("rotate_keys", verbosity=0)


def test_every_blind_index_can_be_made_anew() -> None:
    """What stands beside a sealed value and can't be recomputed would never be found again."""
    columns = {
        (model._meta.label, column.name)
        for model in apps.get_models()
        for column in model._meta.local_concrete_fields
        if column.name.endswith("_index") and getattr(column, "max_length", None) == 32
    }
    assert columns == rotation.indexes()


@pytest.mark.django_db(transaction=True)
def test_readers_find_everything_while_keys_change(residents: list[Resident]) -> None:
    stop, failed, reads = threading.Event(), [], []

    def read() -> None:
        try:
            while not stop.is_set():
                for number in NUMBERS:
                    found = Resident.objects.filter(
                        number_index__in=number_indexes("id_card", number)
                    ).first()
                    if found is None or found.number_sealed != number:
                        failed.append(number)
                    reads.append(number)
        except Exception as fault:
            failed.append(repr(fault))
        finally:
            connection.close()

    readers = [threading.Thread(target=read) for _reader in range(2)]
    for reader in readers:
        reader.start()
    for _time in range(3):
        rotate()
    stop.set()
    for reader in readers:
        reader.join()
    assert failed == []
    assert reads
    assert Claim.objects.count() == 0
