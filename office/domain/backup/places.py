"""Where backups lie: a folder, an S3 bucket or a server reached by SSH. Names are paths with slashes."""

import contextlib
import fcntl
import os
import posixpath
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import boto3
import paramiko
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

# What a place answers when it can't be reached, is full, or lets nobody in.
TROUBLE = (OSError, EOFError, paramiko.SSHException, BotoCoreError, ClientError, boto3.exceptions.Boto3Error)
SECONDS = 30


class NoPlace(Exception):
    """The address names no kind of place that we know; the message says what one looks like."""


class Place(Protocol):
    """Keeps whole objects: one that was cut off while it was put is never there under its name."""

    def names(self, prefix: str) -> set[str]: ...

    def put(self, name: str, source: Path) -> None: ...

    def get(self, name: str, target: Path) -> None: ...

    def remove(self, name: str) -> None: ...


class Folder:
    """A folder, on a disk that is not the one with the data."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self, prefix: str) -> set[str]:
        start = self.root / prefix
        return {
            found.relative_to(self.root).as_posix()
            for found in start.rglob("*")
            if found.is_file() and not found.name.endswith(".part")
        }

    def put(self, name: str, source: Path) -> None:
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        with source.open("rb") as read, part.open("wb") as write:
            shutil.copyfileobj(read, write, 1 << 20)
            write.flush()
            os.fsync(write.fileno())
        part.replace(target)

    def get(self, name: str, target: Path) -> None:
        shutil.copyfile(self.root / name, target)

    def remove(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)


class Bucket:
    """A bucket of anything that speaks S3; who we are and where it is come from AWS_… in the environment."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self.bucket, self.prefix = bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.client: Any = boto3.client(
            "s3",
            config=Config(
                connect_timeout=SECONDS,
                read_timeout=SECONDS,
                retries={"max_attempts": 4, "mode": "standard"},
                # Others than Amazon do not know the newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def names(self, prefix: str) -> set[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=f"{self.prefix}{prefix}"
        )
        return {
            entry["Key"].removeprefix(self.prefix) for page in pages for entry in page.get("Contents", ())
        }

    def put(self, name: str, source: Path) -> None:
        self.client.upload_file(str(source), self.bucket, f"{self.prefix}{name}")

    def get(self, name: str, target: Path) -> None:
        self.client.download_file(self.bucket, f"{self.prefix}{name}", str(target))

    def remove(self, name: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=f"{self.prefix}{name}")


class Server:
    """A folder of another server, over SFTP; only a server whose key is known is believed."""

    def __init__(self, *, user: str, host: str, port: int, folder: str) -> None:
        self.folder = folder
        self._ssh = paramiko.SSHClient()
        with contextlib.suppress(FileNotFoundError):
            self._ssh.load_host_keys(settings.BACKUP_KNOWN_HOSTS)
        self._ssh.set_missing_host_key_policy(paramiko.RejectPolicy())
        try:
            self._ssh.connect(
                host,
                port=port,
                username=user or None,
                key_filename=settings.BACKUP_SSH_KEY or None,
                allow_agent=not settings.BACKUP_SSH_KEY,
                look_for_keys=not settings.BACKUP_SSH_KEY,
                timeout=SECONDS,
                banner_timeout=SECONDS,
                auth_timeout=SECONDS,
            )
            self._sftp = self._ssh.open_sftp()
        except BaseException:
            self._ssh.close()
            raise

    def close(self) -> None:
        self._sftp.close()
        self._ssh.close()

    def names(self, prefix: str) -> set[str]:
        start = posixpath.join(self.folder, prefix)
        return {posixpath.relpath(path, self.folder) for path in self._walk(start)}

    def _walk(self, folder: str) -> Iterator[str]:
        try:
            entries = self._sftp.listdir_attr(folder)
        except FileNotFoundError:
            return
        for entry in entries:
            path = posixpath.join(folder, entry.filename)
            if stat.S_ISDIR(entry.st_mode or 0):
                yield from self._walk(path)
            elif not entry.filename.endswith(".part"):
                yield path

    def put(self, name: str, source: Path) -> None:
        target = posixpath.join(self.folder, name)
        self._make_folders(posixpath.dirname(target))
        self._sftp.put(str(source), f"{target}.part")
        self._sftp.posix_rename(f"{target}.part", target)

    def _make_folders(self, folder: str) -> None:
        try:
            self._sftp.stat(folder)
        except FileNotFoundError:
            self._make_folders(posixpath.dirname(folder))
            self._sftp.mkdir(folder, 0o700)

    def get(self, name: str, target: Path) -> None:
        self._sftp.get(posixpath.join(self.folder, name), str(target))

    def remove(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._sftp.remove(posixpath.join(self.folder, name))


@contextlib.contextmanager
def place_at(address: str) -> Iterator[Place]:
    """Open the place of an address. Raises NoPlace, and one of TROUBLE where it can't be reached."""
    parts = urlsplit(address)
    path = unquote(parts.path)
    if parts.scheme == "file" and not parts.netloc and path.startswith("/"):
        yield Folder(Path(path))
    elif parts.scheme == "s3" and parts.netloc:
        yield Bucket(parts.netloc, path)
    elif parts.scheme == "sftp" and parts.hostname:
        server = Server(
            user=parts.username or "", host=parts.hostname, port=parts.port or 22, folder=path or "."
        )
        try:
            yield server
        finally:
            server.close()
    else:
        raise NoPlace(f"{address}: a place is file:///folder, s3://bucket/prefix or sftp://user@host/folder")


def check_apart(address: str, others: Sequence[str]) -> None:
    """Raise NoPlace where a place is one of the others, or lies in one, or one in it.

    Buckets are compared whole: one set of credentials opens all of it.
    """
    for other in others:
        (ours, our_path), (theirs, their_path) = _where(address), _where(other)
        if ours == theirs and (our_path.is_relative_to(their_path) or their_path.is_relative_to(our_path)):
            raise NoPlace(
                "LINLI_BACKUP_KEYS_PLACE is one of the places, or lies in one, or one in it:"
                " keys lie apart from what they open"
            )


def _where(address: str) -> tuple[tuple[str, str, int], PurePosixPath]:
    """On which machine an address is, and under which path there, however either is written."""
    parts = urlsplit(address)
    path = unquote(parts.path)
    if parts.scheme == "file":
        return ("file", "", 0), PurePosixPath(os.path.realpath(path))
    if parts.scheme == "s3":
        return ("s3", parts.netloc, 0), PurePosixPath("/")
    # Without a path it is the folder that one is in after signing in: which one that is nobody knows here.
    path = posixpath.normpath(posixpath.join("/", path.lstrip("/")))
    return (parts.scheme, parts.hostname or "", parts.port or 22), PurePosixPath(path)


@contextlib.contextmanager
def spool() -> Iterator[Path]:
    """A folder for what is on its way, on the disk of the data, readable by us alone; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="backup-", dir=settings.VAR_DIR))
    handle = os.open(folder, os.O_RDONLY)
    try:
        # As long as this process lives nobody takes it for one that was left (`clear_left`).
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def clear_left() -> int:
    """Remove what a process that was killed left on its way, a whole database perhaps; return how many folders."""
    gone = 0
    for folder in Path(settings.VAR_DIR).glob("backup-*/"):
        # Gone meanwhile, in use, or not ours: it stays.
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
                gone += 1
            finally:
                os.close(handle)
    return gone
