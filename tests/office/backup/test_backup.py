"""One command makes a consistent, encrypted backup and sends it away; one command brings it back (O8)."""

import os
import shutil
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from foundation.accounts.models import User
from foundation.core.crypto import keys
from foundation.social.models import Draft
from office.domain.backup import making, sets
from office.domain.backup.drill import drill
from office.domain.backup.making import back_up
from office.domain.backup.places import NoPlace, place_at, spool
from office.domain.backup.runs import AlreadyRunning, BackupFailed, alone
from office.domain.backup.sealing import NoRecipient
from office.models import BackupRun
from tests.office.backup.conftest import NUMBER, PHONE, SECRET, Installation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.row("O8")]


def everything_in(*folders: Path) -> bytes:
    return b"\n".join(
        path.read_bytes() + str(path).encode()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    )


@pytest.mark.deny
@pytest.mark.security(51)
def test_a_stolen_backup_shows_nothing(house: Path, lin: User, picture: Path, tmp_path: Path) -> None:
    run = back_up()
    assert run.good
    assert {path.name for path in (house / "sets" / run.name).iterdir()} == {
        "database.age",
        "contents.age",
        "objects.gz",
        "set.json",
    }
    stolen = everything_in(house, tmp_path / "keys-place")
    wrapping = keys.key_encryption_key()
    for secret in (NUMBER, PHONE, SECRET, "林秋雨", "lin@example.org", "private picture", "0123", "960.webp"):
        assert secret.encode() not in stolen, secret
    assert wrapping not in stolen
    assert wrapping.hex().encode() not in stolen


@pytest.mark.security(59)
def test_a_drill_puts_the_newest_backup_back_and_says_what_a_disaster_would_cost(
    house: Path, lin: User, picture: Path, safe: Path, settings: Any
) -> None:
    back_up()
    run = drill(settings.BACKUP_PLACES[0], identity=safe, keys_from=settings.BACKUP_KEYS_PLACE)
    assert (run.good, run.fault) == (True, "")
    assert (run.report["files"], run.report["faults"], run.report["lost_entries"]) == (1, [], 0)
    assert 0 <= run.report["lost"] < 300
    assert run.report["needed"] > 0
    assert run.report["audit_entries"] > 0


def test_the_backup_is_of_one_moment_while_everybody_writes(
    house: Path, lin: User, safe: Path, elsewhere: Installation, settings: Any, give_keys: None
) -> None:
    """Two rows that belong together are both there or both not, and every row a file speaks of has its file."""
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with transaction.atomic():
                Draft.objects.create(user=lin, key=f"pair:{number}:a", text="a")
                Draft.objects.create(user=lin, key=f"pair:{number}:b", text="b")
            path = Path(settings.PRIVATE_ROOT) / "pairs" / f"{number}.webp"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x" * 100)
            Draft.objects.create(user=lin, key=f"file:{number}", text=path.name)
            written.append(number)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    while len(written) < 5:
        time.sleep(0.01)
    back_up()
    during = len(written)
    stop.set()
    writer.join()
    assert during > 5
    done = elsewhere.run("restore", settings.BACKUP_PLACES[0], "--identity", str(safe))
    assert done.returncode == 0, done.stderr
    code = "from foundation.social.models import Draft; print('\\n'.join(Draft.objects.values_list('key', flat=True)))"
    drafts = set(elsewhere.ask(code).splitlines())
    assert {key[:-1] for key in drafts if key.endswith(":a")} == {
        key[:-1] for key in drafts if key.endswith(":b")
    }
    files = {path.name for path in (elsewhere.folder / "private" / "pairs").iterdir()}
    assert {f"{key.removeprefix('file:')}.webp" for key in drafts if key.startswith("file:")} <= files


def test_what_was_put_away_once_is_not_sent_again(house: Path, lin: User, picture: Path) -> None:
    back_up()
    (stored,) = (house / "objects").rglob("*.age")
    before = stored.stat().st_mtime_ns
    back_up()
    assert [path.stat().st_mtime_ns for path in (house / "objects").rglob("*.age")] == [before]
    assert BackupRun.objects.filter(kind="backup", good=True).count() == 2


def test_a_drill_where_nothing_was_backed_up_says_so_once(house: Path, safe: Path) -> None:
    house.mkdir()
    with pytest.raises(CommandError) as told:
        call_command("backup", "drill", identity=safe, verbosity=0)
    assert str(told.value) == BackupRun.objects.get(kind="drill").fault == "there is no set in this place yet"


def test_one_place_that_fails_keeps_the_other_from_nothing_and_is_named(
    house: Path, lin: User, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "full").write_text("a file, not a folder")
    settings.BACKUP_PLACES = [f"file://{tmp_path}/full", *settings.BACKUP_PLACES]
    with pytest.raises(BackupFailed, match=r"full: .*Error"):
        back_up()
    with place_at(settings.BACKUP_PLACES[1]) as place:
        assert len(sets.set_names(place)) == 1
    run = BackupRun.objects.get(kind="backup")
    assert (run.good, run.ended_at is not None) == (False, True)
    with pytest.raises(CommandError, match="full"):
        call_command("backup", verbosity=0)


@pytest.mark.deny
def test_an_unreachable_server_shows_no_secret(house: Path, settings: Any) -> None:
    settings.BACKUP_PLACES = ["sftp://keeper@127.0.0.1:9/backups"]
    with pytest.raises(BackupFailed) as told:
        back_up()
    assert "keeper" not in str(told.value)
    assert "127.0.0.1:9" in str(told.value)


@pytest.mark.deny
@pytest.mark.parametrize("stray", ["sets/old copy", "sets/20269999T999999Z-abcd", "sets/a/b", "sets"])
def test_what_somebody_laid_among_the_sets_is_passed_over(
    house: Path, lin: User, settings: Any, tmp_path: Path, stray: str
) -> None:
    (house / stray).mkdir(parents=True)
    (house / stray / "set.json").write_text("{}")
    settings.BACKUP_PLACES = [*settings.BACKUP_PLACES, f"file://{tmp_path / 'second'}"]
    run = back_up()
    for address in settings.BACKUP_PLACES:
        with place_at(address) as place:
            assert sets.set_names(place) == [run.name]
    assert (house / stray / "set.json").exists()


@pytest.mark.deny
def test_a_fault_that_nobody_foresaw_is_that_places_alone(
    house: Path, lin: User, settings: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    settings.BACKUP_PLACES = [*settings.BACKUP_PLACES, f"file://{tmp_path / 'second'}"]
    prune = making.prune

    def stumbles(place: Any) -> int:
        if place.root == house:
            raise ValueError("林秋雨 is no date")
        return prune(place)

    monkeypatch.setattr(making, "prune", stumbles)
    with pytest.raises(BackupFailed, match=r"place: ValueError$"):
        back_up()
    with place_at(settings.BACKUP_PLACES[1]) as place:
        assert len(sets.set_names(place)) == 1
    assert BackupRun.objects.get(kind="backup").ended_at


@pytest.mark.deny
@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_a_run_is_ended_whatever_happens_in_it(house: Path, monkeypatch: Any, fault: type) -> None:
    def stumbles(self: Any) -> None:
        raise fault

    monkeypatch.setattr(making._Making, "before", stumbles)
    with pytest.raises((BackupFailed, KeyboardInterrupt)):
        back_up()
    run = BackupRun.objects.get(kind="backup")
    assert (run.good, run.fault) == (False, f"here: {fault.__name__}")
    assert run.ended_at


def test_one_backup_that_fails_ends_no_row_of_them(house: Path, monkeypatch: Any, capsys: Any) -> None:
    outcomes: list[Exception] = [DatabaseError("林秋雨"), BackupFailed("full"), ZeroDivisionError()]
    waited: list[float] = []

    def fails(say: Any) -> None:
        raise outcomes.pop(0)

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if not outcomes:
            raise KeyboardInterrupt

    monkeypatch.setattr("office.management.commands.backup.back_up", fails)
    monkeypatch.setattr("office.management.commands.backup.time.sleep", wait)
    with pytest.raises(KeyboardInterrupt):
        call_command("backup", every=5, verbosity=0)
    assert len(waited) == 3
    assert capsys.readouterr().err.split() == ["DatabaseError", "full", "ZeroDivisionError"]


def test_what_a_killed_backup_left_on_the_disk_goes_and_what_is_in_use_stays(
    house: Path, lin: User, picture: Path, settings: Any
) -> None:
    left = settings.VAR_DIR / "backup-killed"
    left.mkdir()
    (left / "database").write_text(NUMBER)
    with spool() as in_use:
        back_up()
        assert in_use.exists()
    assert not left.exists()
    assert list(settings.VAR_DIR.glob("backup-*.csv")), "what is known of the objects is no such thing"


def test_both_far_places_take_a_backup(
    house: Path, lin: User, picture: Path, s3: str, sftp: str, settings: Any, tmp_path: Path
) -> None:
    settings.BACKUP_PLACES = [s3, sftp]
    run = back_up()
    for address in (s3, sftp):
        with place_at(address) as place:
            assert sets.set_names(place) == [run.name]
            assert len(place.names("objects/")) == 1


@pytest.mark.deny
def test_a_backup_needs_a_place_a_recipient_and_the_keys_apart(house: Path, settings: Any) -> None:
    places, settings.BACKUP_PLACES = settings.BACKUP_PLACES, []
    with pytest.raises(NoPlace, match="LINLI_BACKUP_PLACES"):
        back_up()
    settings.BACKUP_PLACES, settings.BACKUP_KEYS_PLACE = places, f"{places[0]}/"
    with pytest.raises(NoPlace, match="apart"):
        back_up()
    with pytest.raises(CommandError, match="apart"):
        call_command("backup", "keys")
    for wrong in ([], ["age1nobody"]):
        settings.BACKUP_RECIPIENTS = wrong
        with pytest.raises(NoRecipient, match="LINLI_BACKUP_RECIPIENTS"):
            back_up()
    assert not BackupRun.objects.exists()


@pytest.mark.deny
def test_two_backups_are_not_made_at_once(house: Path) -> None:
    with alone(), pytest.raises(AlreadyRunning):
        back_up()


def test_a_backup_that_was_killed_is_none_and_the_next_one_is_whole(
    house: Path, lin: User, picture: Path, settings: Any, monkeypatch: Any
) -> None:
    put = making._Making._put_set

    def dies(self: Any, place: Any, there: Any) -> None:
        place.put(f"sets/{self.name}/database.age", self.folder / "database.age")
        raise KeyboardInterrupt

    monkeypatch.setattr(making._Making, "_put_set", dies)
    with pytest.raises(KeyboardInterrupt):
        back_up()
    monkeypatch.setattr(making._Making, "_put_set", put)
    with place_at(settings.BACKUP_PLACES[0]) as place:
        assert sets.set_names(place) == []
        assert BackupRun.objects.get(kind="backup").good is False
        run = back_up()
        assert sets.set_names(place) == [run.name]


def test_old_sets_go_and_with_them_what_only_they_needed(
    house: Path, lin: User, picture: Path, settings: Any
) -> None:
    old = back_up()
    picture.unlink()
    (Path(settings.PRIVATE_ROOT) / "new.webp").write_bytes(b"new")
    renamed = f"20200101T000000Z-{old.name[-4:]}"
    shutil.move(house / "sets" / old.name, house / "sets" / renamed)
    run = back_up()
    with place_at(settings.BACKUP_PLACES[0]) as place:
        assert sets.set_names(place) == [run.name]
        assert len(place.names("objects/")) == 1


TODAY = datetime(2026, 11, 29, tzinfo=UTC)
MOMENTS = st.lists(
    st.integers(0, 900 * 24).map(lambda hours: TODAY - timedelta(hours=hours)),
    unique=True,
    max_size=60,
)


@given(MOMENTS)
def test_all_of_a_day_one_a_day_one_a_month_are_kept(moments: list[datetime]) -> None:
    now = TODAY
    names = [sets.new_name(moment) for moment in moments]
    kept = list(making._kept_of(names, now))
    assert set(kept) <= set(names)
    assert not names or max(names) in kept

    def age(name: str) -> timedelta:
        return now - datetime.strptime(name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

    assert {name for name in names if age(name) < timedelta(days=1)} <= set(kept)
    months = [name[:6] for name in kept if timedelta(days=31) <= age(name)]
    assert len(months) == len(set(months))
    assert not [name for name in kept[1:] if age(name) >= timedelta(days=366)]


def test_the_command_makes_an_identity_that_lies_nowhere(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "backup", "identity"],
        cwd=Path(__file__).resolve().parents[3],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "linli.settings.demo", "LINLI_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("AGE-SECRET-KEY-1")
    assert "LINLI_BACKUP_RECIPIENTS=age1" in done.stderr
    assert done.stdout.strip().encode() not in everything_in(tmp_path)
