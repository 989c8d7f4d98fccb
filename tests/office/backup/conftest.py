"""A second installation beside the tests' own, and servers that speak S3 and SFTP."""

import asyncio
import contextlib
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import asyncssh
import boto3
import pytest
from django.conf import settings as configured
from django.db import connection
from moto.server import ThreadedMotoServer

from foundation.accounts.models import User
from foundation.core.access.scopes import ONLY, Scope
from foundation.core.crypto import keys
from foundation.core.flow import audit, heads
from foundation.social.domain import posts
from office.domain.backup import sealing
from residents.domain.records import Particulars, record_resident

NUMBER, PHONE, SECRET = "110102195806071243", "13900001234", "只给自己看的秘密"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def safe(settings: Any, tmp_path: Path) -> Path:
    """The file with the identity, which the server itself never has; it knows the recipient."""
    secret, recipient = sealing.new_identity()
    settings.BACKUP_RECIPIENTS = [recipient]
    file = tmp_path / "safe.txt"
    file.write_text(f"# kept in a safe\n{secret}\n")
    return file


@pytest.fixture
def house(settings: Any, tmp_path: Path, safe: Path) -> Path:
    """An installation with folders of its own, that backs up into one place; returns that place's folder."""
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    settings.ERASURE_LIST = tmp_path / "var" / "erasures.csv"
    settings.AUDIT_HEADS = tmp_path / "var" / "heads.jsonl"
    settings.MAINTENANCE_FILE = tmp_path / "var" / "maintenance.json"
    settings.BACKUP_PLACES = [f"file://{tmp_path / 'place'}"]
    settings.BACKUP_KEYS_PLACE = f"file://{tmp_path / 'keys-place'}"
    # The processes that the drill starts are no tests.
    settings.SETTINGS_MODULE = "linli.settings.demo"
    audit.append("test.begin", by=None, data={"text": "理由"})
    heads.publish()
    return tmp_path / "place"


@dataclass
class Installation:
    """Another machine: its own database, files and, unless they are given to it, no keys."""

    folder: Path
    url: str

    def environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("LINLI")},
            "DJANGO_SETTINGS_MODULE": "linli.settings.demo",
            "DATABASE_URL": self.url,
            "REDIS_URL": "",
            "LINLI_VAR": str(self.folder),
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False
        )

    def ask(self, code: str) -> str:
        """What a line of Python prints there."""
        done = self.run("shell", "-v", "0", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Installation]:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if connection.vendor == "sqlite":
        yield Installation(folder, f"sqlite:///{folder / 'linli.sqlite3'}")
        return
    name = f"elsewhere_{secrets.token_hex(4)}"
    given = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield Installation(folder, f"postgres://{given['USER']}@{given['HOST']}:{given['PORT']}/{name}")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def give_keys(elsewhere: Installation) -> None:
    """Let the other machine have the key-encryption key."""
    (elsewhere.folder / "keys").mkdir()
    source = Path(configured.KEYS_DIR) / "kek"
    keys.key_encryption_key()
    (elsewhere.folder / "keys" / "kek").write_bytes(source.read_bytes())


@pytest.fixture
def s3(monkeypatch: Any) -> Iterator[str]:
    """The address of a bucket on a server that speaks S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "linli",
        "AWS_SECRET_ACCESS_KEY": "s3-secret",
        "AWS_DEFAULT_REGION": "cn-north-1",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    # Every server of this process remembers the buckets of the one before.
    bucket = f"backups-{secrets.token_hex(4)}"
    # On a busy machine the client asks again for what it has got already.
    with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou):
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "cn-north-1"})
    yield f"s3://{bucket}/ginkgo"
    server.stop()


class _Keeper(asyncssh.SSHServer):
    def __init__(self, allowed: asyncssh.SSHKey) -> None:
        self._allowed = allowed

    def begin_auth(self, username: str) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == "keeper" and key == self._allowed


@pytest.fixture
def sftp(settings: Any, tmp_path: Path) -> Iterator[str]:
    """The address of a folder on an SSH server whose key is known, for whoever holds ours."""
    own, host = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    own.write_private_key(tmp_path / "id")
    settings.BACKUP_SSH_KEY = str(tmp_path / "id")
    settings.BACKUP_KNOWN_HOSTS = str(tmp_path / "known_hosts")
    (tmp_path / "server").mkdir()
    loop = asyncio.new_event_loop()

    async def listen() -> Any:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[host],
            server_factory=lambda: _Keeper(own.convert_to_public()),
            sftp_factory=lambda channel: asyncssh.SFTPServer(
                channel, chroot=str(tmp_path / "server").encode()
            ),
        )

    # In a thread of its own: a browser's tests leave a loop running in this one.
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    port = server.get_port()
    public = host.export_public_key().decode().strip()
    (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{port} {public}\n")
    yield f"sftp://keeper@127.0.0.1:{port}/backups/ginkgo"

    async def close() -> None:
        server.close()
        await server.wait_closed()

    asyncio.run_coroutine_threadsafe(close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def place_of(request: Any, tmp_path: Path) -> Callable[[str], str]:
    """The address of a place by its kind."""

    def address(kind: str) -> str:
        return f"file://{tmp_path / 'folder'}" if kind == "file" else request.getfixturevalue(kind)

    return address


@pytest.fixture
def lin(person: Callable, places: dict, portal: Any) -> User:
    """A resident with a record, a secret and a private picture."""
    user = person("lin")
    particulars = Particulars(
        name="林秋雨",
        gender="female",
        birthday=date(1958, 6, 7),
        document="id_card",
        number=NUMBER,
        phone=f"+86{PHONE}",
        email="lin@example.org",
    )
    record_resident(particulars, place=places["ginkgo"], account=user, by=None)
    posts.post_status(by=user, text=SECRET, scope=Scope(ONLY, str(user.pk)))
    return user


@pytest.fixture
def picture(lin: User, settings: Any) -> Path:
    """A file of hers in the private folder."""
    path = Path(settings.PRIVATE_ROOT) / "ab" / "0123" / "960.webp"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"RIFF" + b"private picture " * 100)
    return path
