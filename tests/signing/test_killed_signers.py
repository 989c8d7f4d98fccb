"""Processes that are killed with -9 while they sign, and two that sign at once: signed whole, or not at all (H6, M4)."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection, transaction

from foundation.signing.domain import documents, store, sweeping, verification
from foundation.signing.domain.faults import AlreadySigned
from foundation.signing.models import Revision, Signature
from tests.signing.conftest import Parties

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.row("H6", "M4")]
# From the finished PDF to the commit.
POINTS = ("signed", "written", "named", "kept", "row", "logged")
STEM = """
import os, signal, sys, django
django.setup()
from pathlib import Path
from django.conf import settings
from django.db import transaction
settings.PRIVATE_ROOT = Path(sys.argv[1])
from foundation.accounts.models import User
from foundation.signing.domain import pins, signatures, store
from foundation.signing.domain.ceremony import Ceremony
from foundation.signing.models import Revision, Signature, SignedDocument

def die(*_args, **_values):
    os.kill(os.getpid(), signal.SIGKILL)

def before(module, name):
    setattr(module, name, die)

def after(module, name):
    real = getattr(module, name)
    def wrapped(*args, **values):
        real(*args, **values)
        die()
    setattr(module, name, wrapped)

PLANS = {
    "none": lambda: None,
    "signed": lambda: before(signatures, "_keep"),
    "written": lambda: before(store.os, "link"),
    "named": lambda: after(store.os, "link"),
    "kept": lambda: before(Revision, "save"),
    "row": lambda: after(Signature, "save"),
    "logged": lambda: after(signatures.audit, "append"),
}
for line in sys.stdin:
    point, document, user = line.split()
    worker = os.fork()
    if not worker:
        PLANS[point]()
        with transaction.atomic():
            signatures.sign_with_seal(
                SignedDocument.objects.get(pk=document),
                slot="community",
                by=User.objects.get(pk=user),
                ceremony=Ceremony(confirmed_by="password"),
            )
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]), flush=True)
"""


@pytest.fixture
def signers(parties: Parties, settings: Any) -> Iterator[subprocess.Popen]:
    """What signs in a process of its own, and dies at the point that it is told."""
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    stem = subprocess.Popen(
        [sys.executable, "-c", STEM, str(settings.PRIVATE_ROOT)],
        cwd=configured.BASE_DIR,
        env={
            **os.environ,
            "PYTHONPATH": str(configured.BASE_DIR / "site"),
            "DJANGO_SETTINGS_MODULE": "linli.settings.production",
            "DATABASE_URL": url,
            "REDIS_URL": "",
            "LINLI_VAR": str(configured.VAR_DIR),
            "LINLI_KEYS": str(configured.KEYS_DIR),
            "LINLI_SECRET_KEY": "tests",
            "LINLI_HOSTS": "127.0.0.1",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with stem:
        yield stem
        os.killpg(stem.pid, signal.SIGKILL)


def sign(signers: subprocess.Popen, point: str, paper: Any, by: Any) -> int:
    """Let a process sign, and return how it ended."""
    signers.stdin.write(f"{point} {paper.pk} {by.pk}\n")  # type: ignore[union-attr]
    signers.stdin.flush()  # type: ignore[union-attr]
    return int(signers.stdout.readline())  # type: ignore[union-attr]


def test_whoever_dies_while_signing_has_signed_nothing(signers: subprocess.Popen, parties: Parties) -> None:
    paper = parties.paper()
    for point in POINTS:
        assert sign(signers, point, paper, parties.clerk) == -signal.SIGKILL, point
        paper.refresh_from_db()
        assert paper.latest_sha256 == paper.sha256, point
        assert not Signature.objects.exists(), point
        assert Revision.objects.count() == 1, point
    for path in store.folder().glob("*/*"):
        os.utime(path, (0, 0))
    for path in store.folder().glob("*/.*"):
        os.utime(path, (0, 0))
    swept = sweeping.sweep()
    assert swept.whole
    assert swept.removed >= 3, "what the dead left"
    assert sign(signers, "none", paper, parties.clerk) == 0
    paper.refresh_from_db()
    with transaction.atomic():
        parties.sign_it(paper)
    paper.refresh_from_db()
    assert verification.verify_document(paper).line("signatures").ok
    assert verification.verify_document(paper).line("complete").ok
    assert documents.latest_bytes(paper)


def test_of_two_that_sign_at_once_one_finds_the_place_taken(parties: Parties) -> None:
    paper = parties.paper()
    start, ends = threading.Barrier(2), []

    def run() -> None:
        start.wait()
        try:
            with transaction.atomic():
                parties.seal_it(paper)
            ends.append("signed")
        except AlreadySigned:
            ends.append("taken")
        finally:
            connection.close()

    racers = [threading.Thread(target=run) for _number in range(2)]
    for one in racers:
        one.start()
    for one in racers:
        one.join()
    assert sorted(ends) == ["signed", "taken"]
    assert Signature.objects.count() == 1
    paper.refresh_from_db()
    assert verification.verify_document(paper).line("signatures").ok
