"""Whatever moment of a rotation a backup is made in, the keys that were backed up open it (O8, R13)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from foundation.accounts.models import User
from foundation.core.crypto import keys
from foundation.core.crypto import wrapping as key_wrapping
from office.domain.backup import sealing, wrapping
from office.domain.backup.drill import drill
from office.domain.backup.making import back_up
from office.domain.backup.places import Folder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.row("O8"), pytest.mark.security(52)]


@pytest.fixture
def ring(settings: Any, tmp_path: Path) -> Path:
    """A folder of keys of this test's own, with the key that everybody has."""
    present = keys.key_encryption_key()
    assert present
    held = (settings.KEYS_DIR / "kek").read_bytes()
    settings.KEYS_DIR = tmp_path / "ring"
    settings.KEYS_DIR.mkdir()
    (settings.KEYS_DIR / "kek").write_bytes(held)
    # What overrides a setting hides this one; the drill's process has to know it.
    settings.SETTINGS_MODULE = "linli.settings.demo"
    keys.forget()
    return settings.KEYS_DIR


@pytest.fixture
def between(monkeypatch: Any) -> Callable[[], None]:
    """Stop a rotation of the wrapping key between its commit and the renaming."""

    def stop() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(key_wrapping, "_take_its_place", lambda folder: None)
            key_wrapping.replace_wrapping_key()

    return stop


def test_a_set_from_the_middle_of_a_rotation_opens_with_the_keys_that_were_backed_up(
    house: Path, lin: User, ring: Path, between: Callable, safe: Path, settings: Any
) -> None:
    between()
    back_up()
    run = drill(settings.BACKUP_PLACES[0], identity=safe, keys_from=settings.BACKUP_KEYS_PLACE)
    assert (run.good, run.fault) == (True, "")


@pytest.mark.deny
def test_a_set_whose_keys_nothing_opens_replaces_nothing(
    house: Path, lin: User, ring: Path, between: Callable, safe: Path, settings: Any, monkeypatch: Any
) -> None:
    between()
    back_up()
    (ring / "kek.next").rename(ring / "elsewhere")
    keys.forget()
    replaced: list[Path] = []
    monkeypatch.setattr("office.domain.backup.databases.put_back", replaced.append)
    with pytest.raises(CommandError, match=r"does not open these data keys of the set: .*field 1"):
        call_command("restore", settings.BACKUP_PLACES[0], identity=safe, replace=True, verbosity=0)
    assert replaced == []


def test_a_long_lived_process_backs_up_the_key_that_another_one_made(
    house: Path, lin: User, ring: Path, safe: Path, settings: Any, tmp_path: Path
) -> None:
    before = keys.key_encryption_key()
    key_wrapping.replace_wrapping_key()
    after = keys.key_encryption_key()
    # As a process has it that read it before the rotation.
    keys.key_encryption_key.cache_clear()
    (ring / "kek").rename(ring / "new")
    (ring / "kek.old").rename(ring / "kek")
    assert keys.key_encryption_key() == before
    (ring / "kek").rename(ring / "kek.old")
    (ring / "new").rename(ring / "kek")
    back_up()
    identities = sealing.read_identities(safe.read_text())
    ring.rename(tmp_path / "gone")
    wrapping.fetch_keys(settings.BACKUP_KEYS_PLACE, identities, tmp_path)
    assert keys.wrapping_keys() == [after, before]


def test_a_key_that_is_here_under_another_name_is_not_the_coming_one(
    house: Path, ring: Path, between: Callable, safe: Path, settings: Any, tmp_path: Path
) -> None:
    between()
    wrapping.back_up_keys(settings.BACKUP_KEYS_PLACE)
    key_wrapping._take_its_place(ring)
    keys.forget()
    wrapping.fetch_keys(settings.BACKUP_KEYS_PLACE, sealing.read_identities(safe.read_text()), tmp_path)
    assert not (ring / "kek.next").exists(), "the next rotation would replace it by itself"


@pytest.mark.deny
def test_the_keys_lie_on_no_disk_in_the_clear(
    house: Path, settings: Any, monkeypatch: Any, safe: Path
) -> None:
    seen: list[bytes] = []
    put = Folder.put

    def look(self: Folder, name: str, source: Path) -> None:
        seen.extend(path.read_bytes() for path in source.parent.iterdir())
        put(self, name, source)

    monkeypatch.setattr(Folder, "put", look)
    wrapping.back_up_keys(settings.BACKUP_KEYS_PLACE)
    assert seen
    assert not [one for one in seen if b'"kek"' in one]
