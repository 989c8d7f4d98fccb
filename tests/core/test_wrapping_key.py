"""The key-encryption key is replaced while the site runs: it is on the disk before it is needed, and never alone (R13)."""

import base64
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from foundation.core.crypto import keys, rotation, wrapping
from foundation.core.crypto.models import CryptoKey
from foundation.core.crypto.seal import open_sealed, seal
from foundation.core.flow import audit

pytestmark = [pytest.mark.django_db, pytest.mark.row("R13"), pytest.mark.security(52)]
FIRST, SECOND = b"A" * keys.KEY, b"B" * keys.KEY


class Died(BaseException):
    """The process is gone at this point."""


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keys of this test's own, in files."""
    for name in (wrapping.HERE, wrapping.NEXT, wrapping.OLD):
        monkeypatch.delenv(name, raising=False)
    settings.KEYS_DIR, settings.KEYS_FRESH = tmp_path / "keys", 0
    _make_data_keys()
    yield settings.KEYS_DIR
    monkeypatch.undo()
    keys.forget()


def _make_data_keys() -> None:
    CryptoKey.objects.all().delete()
    keys.forget()
    for ring in keys.RINGS:
        CryptoKey.objects.create(
            purpose=ring.purpose, number=1, wrapped=keys.wrap(os.urandom(32), purpose=ring.purpose, number=1)
        )


@pytest.fixture
def from_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(wrapping.HERE, base64.b64encode(FIRST).decode())
    _make_data_keys()


def wrapped() -> dict[str, bytes]:
    return {row.purpose: bytes(row.wrapped) for row in CryptoKey.objects.all()}


def opens(by: bytes) -> bool:
    """Whether every data key in the table is wrapped with this one."""
    try:
        return all(keys.unwrap(row, by=by) for row in CryptoKey.objects.all())
    except keys.KeyMissing:
        return False


def test_it_is_replaced_and_the_values_stay(folder: Path) -> None:
    value, first = seal("林秋雨", label="a.b.c", row="1"), keys.key_encryption_key()
    call_command("rotate_keys", "--wrapping", verbosity=0)
    assert keys.key_encryption_key() != first
    assert keys.key_encryption_key_named("old") == first
    assert keys.key_encryption_key_named("next") is None
    assert open_sealed(value, label="a.b.c", row="1") == "林秋雨"
    assert audit.verify()[1] is None
    call_command("rotate_keys", "--wrapping", verbosity=0)
    assert keys.key_encryption_key_named("old") != first
    assert sorted(path.name for path in folder.iterdir()) == ["kek", "kek.old"]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())


@pytest.mark.deny
def test_a_key_of_the_environment_is_never_followed_by_one_that_only_this_process_has(
    from_environment: None, folder: Path
) -> None:
    before, files = wrapped(), set(folder.iterdir())
    with pytest.raises(CommandError, match=r"Nothing was changed.*openssl rand -base64 32.*LINLI_KEK_NEXT"):
        call_command("rotate_keys", "--wrapping", verbosity=0)
    # A file that lies about is none of the other nodes' either.
    keys.create_key_encryption_key("kek.next")
    with pytest.raises(ImproperlyConfigured):
        wrapping.replace_wrapping_key()
    assert wrapped() == before
    assert opens(FIRST)
    assert set(folder.iterdir()) - files == {folder / "kek.next"}


@pytest.mark.deny
def test_a_file_is_not_followed_by_a_key_of_the_environment(folder: Path, monkeypatch: Any) -> None:
    """It would have to take the file's place, and is none itself."""
    before = wrapped()
    monkeypatch.setenv(wrapping.NEXT, base64.b64encode(SECOND).decode())
    with pytest.raises(ImproperlyConfigured, match="unset LINLI_KEK_NEXT"):
        wrapping.replace_wrapping_key()
    assert wrapped() == before


def test_a_key_of_the_environment_is_followed_by_the_one_given(
    from_environment: None, monkeypatch: Any
) -> None:
    monkeypatch.setenv(wrapping.NEXT, base64.b64encode(FIRST).decode())
    with pytest.raises(ImproperlyConfigured, match="present one"):
        wrapping.replace_wrapping_key()
    value = seal("林秋雨", label="a.b.c", row="1")
    monkeypatch.setenv(wrapping.NEXT, base64.b64encode(SECOND).decode())
    said = StringIO()
    call_command("rotate_keys", "--wrapping", stdout=said)
    assert "LINLI_KEK becomes the key of LINLI_KEK_NEXT" in said.getvalue()
    assert opens(SECOND)
    assert open_sealed(value, label="a.b.c", row="1") == "林秋雨"
    monkeypatch.setenv(wrapping.HERE, base64.b64encode(SECOND).decode())
    monkeypatch.delenv(wrapping.NEXT)
    assert rotation.locked_keys() == []


def _names(folder: Path) -> dict[int, str]:
    return {path.stat().st_ino: path.name for path in (*folder.iterdir(), folder)}


def test_the_new_key_is_on_the_disk_before_anything_is_wrapped_with_it(
    folder: Path, monkeypatch: Any
) -> None:
    """Without that, a power cut leaves an empty file, and data keys that nothing opens."""
    done: list[str] = []
    save, fsync, replace = CryptoKey.save, os.fsync, os.replace

    def note_fsync(handle: int) -> None:
        inode = os.fstat(handle).st_ino
        name = _names(folder)[inode]
        done.append(f"disk {'draft' if name.startswith('.') else name}")
        fsync(handle)

    def note_save(row: CryptoKey, **given: Any) -> None:
        done.append("wrapped")
        save(row, **given)

    def note_replace(source: Path, target: Path) -> None:
        done.append(f"name {target.name}")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(os, "replace", note_replace)
    monkeypatch.setattr(CryptoKey, "save", note_save)
    wrapping.replace_wrapping_key()
    assert list(dict.fromkeys(done[: done.index("name kek.old")])) == [
        "disk draft",
        "disk kek.next",
        "disk keys",
        "wrapped",
    ]
    assert done[done.index("name kek.old") :] == ["name kek.old", "disk keys", "name kek", "disk keys"]


@pytest.mark.deny
def test_a_key_that_could_not_be_written_is_not_there_at_all(folder: Path, monkeypatch: Any) -> None:
    def full(handle: int) -> None:
        raise OSError("no room")

    monkeypatch.setattr(os, "fsync", full)
    before = wrapped()
    with pytest.raises(OSError, match="no room"):
        wrapping.replace_wrapping_key()
    assert [path.name for path in folder.iterdir()] == ["kek"]
    assert wrapped() == before


def test_of_two_processes_that_make_a_key_the_first_counts(folder: Path, monkeypatch: Any) -> None:
    link = os.link

    def another_first(source: str, target: Path) -> None:
        target.write_bytes(base64.b64encode(SECOND))
        link(source, target)

    monkeypatch.setattr(os, "link", another_first)
    keys.create_key_encryption_key("kek.next")
    assert keys.key_encryption_key_named("next") == SECOND
    assert sorted(path.name for path in folder.iterdir()) == ["kek", "kek.next"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["before the commit", "before the files", "first file", "second file"])
def test_replacing_it_can_die_anywhere(folder: Path, monkeypatch: Any, moment: str) -> None:
    value, first = seal("林秋雨", label="a.b.c", row="1"), keys.key_encryption_key()
    replace = os.replace

    def die(*args: Any, **kwargs: Any) -> None:
        raise Died

    def die_at_the_second(source: Path, target: Path) -> None:
        if target.name == "kek":
            raise Died
        replace(source, target)

    target, name, instead = {
        "before the commit": (CryptoKey, "save", die),
        "before the files": (wrapping, "_take_its_place", die),
        "first file": (os, "replace", die),
        "second file": (os, "replace", die_at_the_second),
    }[moment]
    with monkeypatch.context() as dying:
        dying.setattr(target, name, instead)
        with pytest.raises(Died):
            wrapping.replace_wrapping_key()
    # Committed, though `kek` is still the old one: the state that has to open.
    assert opens(first) is (moment == "before the commit")
    assert base64.b64decode((folder / "kek").read_bytes()) == first
    # A process that holds the old wrapping key and reads the table again, then one that starts now.
    for ring in keys.RINGS:
        ring.forget()
    assert open_sealed(value, label="a.b.c", row="1") == "林秋雨"
    assert rotation.locked_keys() == []
    assert open_sealed(value, label="a.b.c", row="1") == "林秋雨"
    wrapping.replace_wrapping_key()
    assert keys.key_encryption_key() != first
    assert opens(keys.key_encryption_key())
    assert keys.key_encryption_key_named("old") == first
    assert open_sealed(value, label="a.b.c", row="1") == "林秋雨"
