"""Sealed fields and blind indexes (R13; security design: field encryption)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, transaction

from foundation.core.crypto import keys
from foundation.core.crypto.models import CryptoKey
from foundation.core.crypto.seal import SealBroken, blind_index, open_sealed, seal
from foundation.core.ids import time_ordered_id
from residents.domain.records import Particulars, number_index, record_resident
from residents.models import Resident

pytestmark = [pytest.mark.django_db, pytest.mark.row("R13"), pytest.mark.security(51)]
NUMBER = "110102195806071243"


@pytest.fixture
def resident(person: Callable, places: dict) -> Resident:
    particulars = Particulars(
        name="林秋雨",
        gender="female",
        birthday=date(1958, 6, 7),
        document="id_card",
        number=NUMBER,
        phone="+8613900001234",
        email="lin@example.org",
    )
    return record_resident(particulars, place=places["ginkgo"], account=person("lin"), by=None)


def test_what_is_sealed_opens_again_and_never_looks_the_same() -> None:
    one, other = (seal("秘密", label="a.b.c", row="1") for _ in range(2))
    assert one != other
    assert open_sealed(one, label="a.b.c", row="1") == open_sealed(other, label="a.b.c", row="1") == "秘密"


@pytest.mark.deny
@pytest.mark.parametrize(("label", "row"), [("a.b.c", "2"), ("a.b.d", "1")], ids=["row", "field"])
def test_a_value_moved_to_another_place_does_not_open(label: str, row: str) -> None:
    with pytest.raises(SealBroken):
        open_sealed(seal("秘密", label="a.b.c", row="1"), label=label, row=row)


@pytest.mark.deny
@pytest.mark.parametrize("at", [0, 2, 13, 14, -1])
def test_an_altered_value_does_not_open(at: int) -> None:
    sealed = bytearray(seal("秘密", label="a.b.c", row="1"))
    sealed[at] ^= 1
    with pytest.raises(SealBroken):
        open_sealed(bytes(sealed), label="a.b.c", row="1")


@pytest.mark.deny
def test_a_key_that_is_not_held_fails_closed() -> None:
    sealed = bytearray(seal("秘密", label="a.b.c", row="1"))
    sealed[1] = 99
    with pytest.raises(keys.KeyMissing):
        open_sealed(bytes(sealed), label="a.b.c", row="1")
    with pytest.raises(SealBroken):
        open_sealed(b"short", label="a.b.c", row="1")


def test_a_resident_is_found_by_number_which_nobody_reads_in_the_table(resident: Resident) -> None:
    found = Resident.objects.get(number_index=number_index("id_card", NUMBER))
    assert (found.number_sealed, found.phone_sealed) == (NUMBER, "+8613900001234")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM residents_resident")
        row = b"|".join(
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for value in cursor.fetchone()
        )
    for secret in (NUMBER, "13900001234"):
        assert secret.encode() not in row


def test_a_passport_with_the_same_characters_has_another_index() -> None:
    assert number_index("id_card", NUMBER) != number_index("passport", NUMBER)


def test_a_blind_index_takes_full_width_spaces_and_small_letters_for_the_same() -> None:
    assert blind_index("１１０ 10x", label="t") == blind_index("11010X", label="t")
    assert blind_index("11010X", label="t") != blind_index("11010X", label="u")


def test_a_list_that_shows_nothing_sealed_opens_nothing(resident: Resident, monkeypatch: Any) -> None:
    def fail(*args: Any, **kwargs: Any) -> str:
        raise AssertionError("opened")

    monkeypatch.setattr("foundation.core.crypto.fields.open_sealed", fail)
    (row,) = Resident.objects.all()
    assert row.name == "林秋雨"
    row.name = "林秋"
    row.save()
    monkeypatch.undo()
    assert Resident.objects.get().number_sealed == NUMBER


def test_a_deferred_sealed_value_is_read_when_asked_for(resident: Resident) -> None:
    assert Resident.objects.defer("number_sealed").get().number_sealed == NUMBER


@pytest.mark.deny
def test_a_sealed_field_is_never_written_past_its_row(resident: Resident) -> None:
    with pytest.raises(TypeError):
        Resident.objects.update(number_sealed=NUMBER)
    with pytest.raises(TypeError):
        Resident.objects.filter(number_sealed=NUMBER).exists()


def test_empty_stays_empty_and_serialises(resident: Resident) -> None:
    resident.phone_sealed = ""
    resident.save()
    assert Resident.objects.get().phone_sealed == ""
    field = Resident._meta.get_field("number_sealed")
    assert field.value_to_string(resident) == NUMBER
    assert field.to_python("x") == "x"


def test_the_wrapping_key_never_enters_the_database(db: None) -> None:
    seal("x", label="a.b.c", row="1")
    wrapped = [bytes(row) for row in CryptoKey.objects.values_list("wrapped", flat=True)]
    assert wrapped
    assert all(keys.key_encryption_key() not in row for row in wrapped)


@pytest.mark.deny
def test_what_was_derived_from_a_key_leaves_memory_with_it() -> None:
    number, _key = keys.FIELD_KEYS.writing()
    blind_index("x", label="a.b.c")
    assert keys._derive.cache_info().currsize > 0
    keys.forget()
    assert keys._derive.cache_info().currsize == 0
    seal("x", label="a.b.c", row="1")
    CryptoKey.objects.filter(purpose="field").update(state=CryptoKey.State.RETIRED)
    CryptoKey.objects.create(
        purpose="field",
        number=number + 1,
        wrapped=keys.wrap(b"k" * keys.KEY, purpose="field", number=number + 1),
    )
    keys.FIELD_KEYS.reading(number + 1)
    assert keys._derive.cache_info().currsize == 0, (
        "another process retired it; this one read the table again"
    )


def test_an_old_key_still_reads_while_a_new_one_writes() -> None:
    old = seal("alt", label="a.b.c", row="1")
    CryptoKey.objects.filter(purpose="field").update(state=CryptoKey.State.READ)
    CryptoKey.objects.create(
        purpose="field", number=2, wrapped=keys.wrap(b"k" * keys.KEY, purpose="field", number=2)
    )
    keys.forget()
    new = seal("neu", label="a.b.c", row="1")
    assert (old[1], new[1]) == (1, 2)
    assert open_sealed(old, label="a.b.c", row="1") == "alt"
    assert open_sealed(new, label="a.b.c", row="1") == "neu"


@pytest.mark.deny
def test_production_makes_no_key_by_itself(settings: Any, tmp_path: Any, monkeypatch: Any) -> None:
    settings.KEYS_DIR, settings.CREATE_KEYS = tmp_path / "keys", False
    monkeypatch.delenv("LINLI_KEK", raising=False)
    keys.forget()
    with pytest.raises(ImproperlyConfigured, match="create_keys"):
        keys.key_encryption_key()
    call_command("create_keys", verbosity=0)
    first = keys.key_encryption_key()
    call_command("create_keys", verbosity=0)
    keys.forget()
    assert keys.key_encryption_key() == first
    assert (settings.KEYS_DIR / "kek").stat().st_mode & 0o077 == 0


def test_the_wrapping_key_can_come_from_the_environment(monkeypatch: Any) -> None:
    monkeypatch.setenv("LINLI_KEK", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")
    keys.forget()
    assert keys.key_encryption_key() == b"A" * 32
    monkeypatch.setenv("LINLI_KEK", "QUFB")
    keys.forget()
    with pytest.raises(ImproperlyConfigured):
        keys.key_encryption_key()


@pytest.mark.django_db(transaction=True)
def test_what_is_sealed_after_a_transaction_was_undone_opens_for_everybody() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - both belong to the transaction
        seal("undone", label="a.b.c", row="1")
        blind_index("undone", label="a.b.c")
        raise ZeroDivisionError
    kept, index = seal("kept", label="a.b.c", row="2"), blind_index("kept", label="a.b.c")
    keys.forget()  # another process
    assert open_sealed(kept, label="a.b.c", row="2") == "kept"
    assert blind_index("kept", label="a.b.c") == index


@pytest.mark.deny
def test_use_makes_no_key() -> None:
    CryptoKey.objects.all().delete()
    for use in (lambda: seal("x", label="a.b.c", row="1"), lambda: blind_index("x", label="a.b.c")):
        with pytest.raises(keys.KeyMissing, match="migrate"):
            use()
    assert not CryptoKey.objects.exists()


@pytest.mark.deny
@pytest.mark.django_db(transaction=True)
def test_no_key_is_made_in_a_transaction_that_could_undo_it() -> None:
    CryptoKey.objects.all().delete()
    with transaction.atomic(), pytest.raises(RuntimeError):
        keys.create_data_keys()
    assert not CryptoKey.objects.exists()


def test_preparing_an_installation_makes_the_missing_keys_and_replaces_none() -> None:
    before = list(CryptoKey.objects.order_by("purpose").values_list("purpose", "number", "state", "wrapped"))
    assert [row[:3] for row in before] == [
        (purpose, 1, "write") for purpose in ("field", "head", "index", "push")
    ]
    CryptoKey.objects.filter(purpose="index").delete()
    call_command("migrate", verbosity=0)
    after = list(CryptoKey.objects.order_by("purpose").values_list("purpose", "number", "state", "wrapped"))
    assert bytes(after[0][3]) == bytes(before[0][3])
    assert [row[:3] for row in after] == [row[:3] for row in before]


@pytest.mark.deny
def test_preparing_makes_no_wrapping_key_in_production(
    settings: Any, tmp_path: Any, monkeypatch: Any
) -> None:
    settings.KEYS_DIR, settings.CREATE_KEYS = tmp_path / "keys", False
    monkeypatch.delenv("LINLI_KEK", raising=False)
    CryptoKey.objects.all().delete()
    keys.forget()
    with pytest.raises(ImproperlyConfigured, match="create_keys"):
        keys.create_data_keys()
    assert not CryptoKey.objects.exists()


def test_a_thread_that_loads_takes_nothing_from_one_that_seals(monkeypatch: Any) -> None:
    """An unknown number makes the ring read the table again, while others go on sealing."""
    seal("x", label="a.b.c", row="1")
    number, _key = keys.FIELD_KEYS.writing()
    seen = []

    label = keys._label

    def meanwhile(*args: Any) -> bytes:
        seen.append(keys.FIELD_KEYS.writing()[0])
        return label(*args)

    monkeypatch.setattr(keys, "_label", meanwhile)
    with pytest.raises(keys.KeyMissing):
        keys.FIELD_KEYS.reading(99)
    assert seen == [number]


def test_of_two_ids_of_one_millisecond_the_later_is_the_greater() -> None:
    ids = [time_ordered_id(1_780_000_000) for _ in range(1000)]
    assert ids == sorted(set(ids))


def test_time_ordered_ids_grow_with_time() -> None:
    ids = [time_ordered_id(at) for at in (1_600_000_000, 1_780_000_000, 1_780_000_000.002, 1_900_000_000)]
    assert ids == sorted(ids)
    assert len({time_ordered_id(1_780_000_000) for _ in range(100)}) == 100
    assert max(ids) < 1 << 63
