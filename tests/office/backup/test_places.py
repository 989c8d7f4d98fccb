"""A second place for backups: a folder, S3 or SSH, each proved against a server that speaks the protocol (O8)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from office.domain.backup import places
from office.domain.backup.places import TROUBLE, NoPlace, check_apart, place_at

pytestmark = pytest.mark.row("O8")
KINDS = ["file", "s3", "sftp"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_put_away_comes_back(kind: str, place_of: Callable, tmp_path: Path) -> None:
    source, back = tmp_path / "source", tmp_path / "back"
    source.write_bytes(b"linli" * 2_000_000)
    with place_at(place_of(kind)) as place:
        assert place.names("") == set()
        place.put("sets/one/database.age", source)
        place.put("objects/ab/abc.age", source)
        source.write_bytes(b"new")
        place.put("objects/ab/abc.age", source)
    with place_at(place_of(kind)) as place:
        assert place.names("") == {"sets/one/database.age", "objects/ab/abc.age"}
        assert place.names("objects/") == {"objects/ab/abc.age"}
        place.get("sets/one/database.age", back)
        assert back.stat().st_size == 10_000_000
        place.get("objects/ab/abc.age", back)
        assert back.read_bytes() == b"new"
        place.remove("objects/ab/abc.age")
        place.remove("objects/ab/abc.age")
        assert place.names("objects/") == set()
        with pytest.raises(TROUBLE):
            place.get("objects/ab/abc.age", back)


@pytest.mark.deny
@pytest.mark.parametrize("kind", ["file", "sftp"])
def test_what_was_cut_off_is_not_there(
    kind: str, place_of: Callable, tmp_path: Path, monkeypatch: Any
) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * 1000)

    def cut(*args: Any, **kwargs: Any) -> None:
        raise OSError("the line is dead")

    with place_at(place_of(kind)) as place:
        monkeypatch.setattr(Path, "replace", cut)
        if kind == "sftp":
            monkeypatch.setattr(place._sftp, "posix_rename", cut)
        with pytest.raises(OSError, match="dead"):
            place.put("sets/one/database.age", source)
        assert place.names("") == set()


@pytest.mark.deny
def test_a_server_whose_key_is_not_known_is_not_believed(sftp: str, settings: Any, tmp_path: Path) -> None:
    for words in ("", f"[127.0.0.1]:{sftp.split(':')[2].split('/')[0]} " + _other_key()):
        (tmp_path / "known_hosts").write_text(words)
        with pytest.raises(TROUBLE), place_at(sftp):
            pass


def _other_key() -> str:
    return asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()


@pytest.mark.deny
def test_the_server_lets_nobody_in_without_the_key(sftp: str, settings: Any, tmp_path: Path) -> None:
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(tmp_path / "wrong")
    settings.BACKUP_SSH_KEY = str(tmp_path / "wrong")
    with pytest.raises(TROUBLE), place_at(sftp):
        pass


@pytest.mark.deny
@pytest.mark.parametrize(
    "address", ["", "/folder", "file://host/x", "ftp://x/y", "s3:///x", "sftp:///x", "http://x"]
)
def test_what_is_no_place_is_named(address: str) -> None:
    with pytest.raises(NoPlace, match="a place is"), place_at(address):
        pass


@pytest.mark.deny
@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("file:///backup", "file:///backup"),
        ("file:///backup/", "file:///backup"),
        ("file:///backup/keys", "file:///backup"),
        ("file:///backup", "file:///backup/sets/"),
        ("file:///disk/../backup", "file:///backup"),
        ("file:///backup%2Fkeys", "file:///backup"),
        ("s3://bucket/keys", "s3://bucket"),
        ("s3://bucket/keys", "s3://bucket/sets"),
        ("sftp://keeper@far.example/linli/keys", "sftp://other@FAR.example:22/linli"),
        ("sftp://keeper@far.example", "sftp://keeper@far.example/linli"),
    ],
)
def test_keys_in_the_same_place_however_it_is_written_are_refused(address: str, other: str) -> None:
    with pytest.raises(NoPlace, match="apart"):
        check_apart(address, ["file:///elsewhere", other])


@pytest.mark.deny
def test_a_link_to_the_same_folder_is_the_same_place(tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "stick").symlink_to(tmp_path / "backup")
    with pytest.raises(NoPlace, match="apart"):
        check_apart(f"file://{tmp_path}/stick", [f"file://{tmp_path}/backup"])


def test_places_that_lie_apart_are_told_from_each_other() -> None:
    for address in ("file:///backup2", "s3://keys", "sftp://far.example/keys", "sftp://near.example/linli"):
        check_apart(address, ["file:///backup", "s3://bucket/keys", "sftp://far.example/linli"])


def test_what_is_on_its_way_is_ours_alone_and_goes(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    with places.spool() as folder:
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()
