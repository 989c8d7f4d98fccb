"""Runs: one at a time, each with its record, which tells faults without anybody's data."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from office.domain.backup.databases import DatabaseFault, NoProgram
from office.domain.backup.places import TROUBLE, NoPlace
from office.domain.backup.sealing import CannotOpen, NoRecipient
from office.models import BackupRun

# Whose words name no person: places, programs and keys.
TOLD = (*TROUBLE, NoPlace, NoProgram, NoRecipient, DatabaseFault, CannotOpen)


class BackupFailed(Exception):
    """No place, or not every place, has the backup; the message says why, place by place."""


class AlreadyRunning(Exception):
    """Another backup or restore of this installation goes on."""


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let no other backup or restore of this installation go on meanwhile. Raises AlreadyRunning."""
    with (Path(settings.VAR_DIR) / "backup.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning("another backup or restore of this installation goes on") from None
        yield


@contextlib.contextmanager
def begun(kind: BackupRun.Kind) -> Iterator[tuple[BackupRun, dict[str, str]]]:
    """Record a run that begins; gives the record and what went wrong, by place, for the block to fill in.

    Whatever the block raises, the run is ended: one without an end would look as if it still went on. What is no
    `Exception` (somebody stops the process) is raised again.
    """
    run = BackupRun.objects.create(kind=kind)
    faults: dict[str, str] = {}
    try:
        yield run, faults
    except BaseException as fault:
        faults["here"] = told(fault)
        if not isinstance(fault, Exception):
            raise
    finally:
        run.good = not faults
        run.fault = "\n".join(f"{place}: {fault}" for place, fault in faults.items())
        run.ended_at = timezone.now()
        run.save()


def told(fault: BaseException) -> str:
    """Say what went wrong; of a fault that nobody foresaw only what kind it is, because its words may name a row."""
    kind = type(fault).__name__
    return f"{kind}: {str(fault)[:200]}" if isinstance(fault, TOLD) else kind


def plain(address: str) -> str:
    """Return an address without who signs in there."""
    scheme, _sep, rest = address.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
