"""Whoever can write in a place makes nobody leave, and lets nobody come back (O8)."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.crypto import keys
from office.domain.backup import newest, sealing, sets
from office.domain.backup.making import back_up
from office.domain.backup.places import place_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.row("O8"), pytest.mark.security(51)]


@pytest.fixture
def replaced(monkeypatch: Any) -> list[Path]:
    """The snapshots that were put back; the database of these tests stays where it is."""
    seen: list[Path] = []
    monkeypatch.setattr("office.domain.backup.databases.put_back", seen.append)
    return seen


def restore(settings: Any, safe: Path) -> None:
    call_command("restore", settings.BACKUP_PLACES[0], identity=safe, replace=True, verbosity=0)


def forge(target: Path, body: bytes, *, at: datetime, key: bytes, name: str) -> None:
    """What somebody can seal who knows the recipient, and has some key."""
    moment = at.isoformat(timespec="seconds")
    code = sets.code_of(newest._told(name, moment, body), key)
    sealing.seal_bytes(json.dumps({"at": moment, "code": code}).encode() + b"\n" + body, target)


@pytest.mark.deny
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("accounts with a date to come", "can't be read"),
        ("with a code of another key", "somebody else made it"),
        ("an empty list", "somebody else made it"),
        ("the other list", "somebody else made it"),
        ("an old one", "somebody put an old one back"),
        ("no sealed thing", "can't be read"),
        ("words for a code", "somebody else made it"),
    ],
)
@pytest.mark.parametrize("name", ["erasures.age", "heads.age"])
def test_a_list_that_somebody_else_made_replaces_nothing(
    house: Path, lin: User, safe: Path, settings: Any, replaced: list[Path], name: str, what: str, said: str
) -> None:
    back_up()
    now, ours, foreign = datetime.now(UTC), keys.key_encryption_key(), b"k" * 32
    line = f"{lin.pk},{(timezone.now() + timedelta(days=365)).isoformat()}\n".encode()
    if what == "accounts with a date to come":
        sealing.seal_bytes(line, house / name)
    elif what == "no sealed thing":
        (house / name).write_bytes(b"nothing")
    elif what == "the other list":
        (other,) = {"erasures.age", "heads.age"} - {name}
        (house / name).write_bytes((house / other).read_bytes())
    elif what == "words for a code":
        told = {"at": now.isoformat(), "code": "林"}
        sealing.seal_bytes(json.dumps(told).encode() + b"\n" + line, house / name)
    elif what == "an old one":
        forge(house / name, b"", at=now - timedelta(days=1), key=ours, name=name)
    else:
        forge(house / name, b"" if what == "an empty list" else line, at=now, key=foreign, name=name)
    with pytest.raises(CommandError, match=f"{name}.*{said}.*Nothing was replaced"):
        restore(settings, safe)
    assert replaced == []
    assert not settings.MAINTENANCE_FILE.exists(), "nothing is broken: it is open"
    lin.refresh_from_db()
    assert lin.erased_at is None


def test_the_newest_good_list_of_another_place_is_taken_and_told(
    house: Path,
    lin: User,
    person: Callable,
    safe: Path,
    settings: Any,
    replaced: list[Path],
    tmp_path: Path,
) -> None:
    leaver = person("zhou")
    settings.BACKUP_PLACES = [f"file://{house}", f"file://{tmp_path / 'far'}", f"file://{tmp_path / 'none'}"]
    settings.ERASURE_LIST.write_text(f"{leaver.pk},{(timezone.now() + timedelta(minutes=1)).isoformat()}\n")
    back_up()
    settings.ERASURE_LIST.unlink()
    sealing.seal_bytes(b"", house / "erasures.age")
    with pytest.raises(
        CommandError, match=r"list of who left can't be read; that of file:///.*/far.* was taken"
    ):
        restore(settings, safe)
    assert len(replaced) == 1
    leaver.refresh_from_db()
    assert leaver.erased_at is not None
    lin.refresh_from_db()
    assert lin.erased_at is None


@pytest.mark.deny
def test_a_list_that_was_taken_away_is_told_and_nobody_let_in(
    house: Path, lin: User, safe: Path, settings: Any, replaced: list[Path]
) -> None:
    back_up()
    assert (house / "erasures.age").exists(), "also where nobody left yet"
    (house / "erasures.age").unlink()
    with pytest.raises(CommandError, match="who took it away"):
        restore(settings, safe)
    assert len(replaced) == 1
    assert settings.MAINTENANCE_FILE.exists()


@pytest.mark.deny
def test_no_set_is_younger_than_the_lists_beside_it(house: Path, lin: User, monkeypatch: Any) -> None:
    """A backup that is cut off between the two leaves no set that its own lists would contradict."""

    def dies(self: Any, name: str, source: Path) -> None:
        if name == "erasures.age":
            raise OSError("cut off")

    monkeypatch.setattr("office.domain.backup.places.Folder.put", dies)
    with pytest.raises(Exception, match="cut off"):
        back_up()
    with place_at(f"file://{house}") as place:
        assert sets.set_names(place) == []
