"""What is kept of a signing: files written once, the evidence, the sweeper, the authority (H6, H8)."""

import hashlib
import io
import json
import os
import subprocess
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from foundation.core.access.permissions import Refused
from foundation.core.crypto.fields import canonical
from foundation.core.models import AuditEntry
from foundation.signing.domain import authorities, documents, evidence, store, sweeping, verification
from foundation.signing.domain.faults import AuthorityMissing, RenderingMissing
from foundation.signing.domain.pdf import reading, x509
from foundation.signing.models import Authority, Evidence, Revision, SignedDocument
from tests.signing.conftest import Parties

pytestmark = [pytest.mark.django_db, pytest.mark.row("H6")]


@pytest.mark.row("H8")
def test_the_evidence_holds_every_revision_certificate_and_step(
    parties: Parties, drain: Callable, tmp_path: Path
) -> None:
    paper = parties.signed()
    assert evidence.evidence_of(paper) is None
    drain()
    path = evidence.evidence_of(paper)
    assert path is not None
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        sums = archive.read("SHA256SUMS").decode()
        for line in sums.splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
        facts = json.loads(archive.read("facts.json"))
        page = archive.read("evidence.pdf")
    wanted = {
        "frozen.html",
        "clauses.json",
        "revisions/0-frozen.pdf",
        "revisions/1-signed.pdf",
        "revisions/2-signed.pdf",
        "certificates/community.cer",
        "certificates/institution.cer",
        "certificates/revoked.crl",
    }
    assert wanted <= names
    first, second = facts["signatures"]
    assert (first["organisation"], second["organisation"]) == ("梧桐街道办事处", "阳光帮扶中心")
    assert second["ceremony"]["confirmed_by"] == "password"
    assert second["ceremony"]["pages_opened"]
    assert "account" not in second
    for name in names:
        with zipfile.ZipFile(path) as archive:
            content = archive.read(name)
        assert b"203.0.113.7" not in content, "address and browser are nobody's but the signer's"
        assert b"Firefox" not in content
    assert [one["action"] for one in facts["log"]] == ["signing.freeze", "signing.sign", "signing.sign"]
    found = reading.read(page, authorities.trust())
    assert [one.good for one in found.signatures] == [True]
    assert "证据封存" in found.signatures[0].name, "the platform's evidence key, no party's"
    assert evidence.make_evidence(paper) == Evidence.objects.get(), "made once"


@pytest.mark.row("H8")
@pytest.mark.deny
def test_a_court_gets_address_and_browser_from_the_office_and_the_log_says_so(
    parties: Parties, drain: Callable, person: Callable
) -> None:
    paper = parties.signed()
    drain()
    signature = paper.signatures.get(slot__name="institution")
    for by in (parties.head, person("far", roles=("staff",), place="bridge")):
        with pytest.raises(Refused):
            evidence.open_network(signature, purpose="(2026)京0102民初1号", by=by)
    with pytest.raises(ValueError, match="what it is opened for"):
        evidence.open_network(signature, purpose=" ", by=parties.clerk)
    opened = evidence.open_network(signature, purpose="(2026)京0102民初1号", by=parties.clerk)
    assert (opened["ip"], opened["user_agent"]) == ("203.0.113.7", "Firefox")
    with zipfile.ZipFile(evidence.evidence_of(paper)) as archive:
        facts = json.loads(archive.read("facts.json"))
    promised = facts["signatures"][1]["ceremony"]["network_sha256"]
    kept = {"ip": opened["ip"], "user_agent": opened["user_agent"], "salt": opened["salt"]}
    assert promised == opened["sha256"] == hashlib.sha256(canonical(kept).encode()).hexdigest()
    assert len(kept["salt"]) == 32
    logged = AuditEntry.objects.get(action="signing.open_network")
    assert (logged.actor_id, logged.purpose) == (parties.clerk.pk, "(2026)京0102民初1号")
    out = io.StringIO()
    call_command("signing", "network", paper.number, "--by", "clerk", "--purpose", "京1号", stdout=out)
    assert "203.0.113.7" in out.getvalue()
    for by, number in (("head", paper.number), ("nobody", paper.number), ("clerk", "XY-0")):
        with pytest.raises(CommandError):
            call_command("signing", "network", number, "--by", by, "--purpose", "京1号", stdout=out)


@pytest.mark.deny
def test_there_is_no_evidence_of_what_is_half_signed(parties: Parties) -> None:
    paper = parties.paper()
    parties.seal_it(paper)
    with pytest.raises(evidence.NotComplete):
        evidence.make_evidence(paper)


def test_a_file_is_written_once_and_read_back_whole() -> None:
    name = store.put(b"something")
    before = store.path_of(name).stat().st_mtime_ns
    assert store.put(b"something") == name
    assert store.path_of(name).stat().st_mtime_ns == before
    assert store.get(name) == b"something"
    store.path_of(name).write_bytes(b"something else")
    with pytest.raises(store.FileAltered):
        store.get(name)
    store.path_of(name).unlink()
    with pytest.raises(store.FileGone):
        store.get(name)


def test_the_sweeper_removes_what_nothing_names_and_tells_what_is_missing(parties: Parties) -> None:
    paper = parties.signed()
    orphan, fresh = store.put(b"left behind"), store.put(b"just now")
    os.utime(store.path_of(orphan), (0, 0))
    done = sweeping.sweep()
    assert (done.removed, done.whole) == (1, True)
    assert store.get(fresh)
    store.path_of(paper.latest_sha256).write_bytes(b"changed")
    store.path_of(paper.sha256).unlink()
    done = sweeping.sweep()
    assert (done.missing, done.altered) == ([paper.sha256], [paper.latest_sha256])
    assert sweeping.sweep_daily() == 2
    report = verification.verify_document(paper)
    assert not report.good
    store.path_of(paper.latest_sha256).unlink()
    assert verification.verify_document(paper).line("file").ok is False
    with pytest.raises(CommandError):
        call_command("signing", "sweep", stdout=io.StringIO())


def test_timestamps_are_renewed_every_year_and_the_file_stays_valid(parties: Parties) -> None:
    paper = parties.signed()
    assert sweeping.renew_timestamps() == 0
    long_ago = timezone.now() - timedelta(days=366)
    SignedDocument.objects.update(completed_at=long_ago)
    Revision.objects.update(made_at=long_ago)
    assert sweeping.renew_timestamps() == 1
    paper.refresh_from_db()
    report = verification.verify_document(paper)
    assert report.line("file").ok
    assert report.line("signatures").ok
    assert report.timestamps == 3
    assert sweeping.renew_timestamps() == 0


def test_the_roots_key_is_written_outside_and_is_nowhere_here(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("LINLI_ROOT_PASSPHRASE", "correct horse")
    out = tmp_path / "root.pem"
    call_command("signing", "create_root", "--out", str(out), stdout=io.StringIO())
    assert out.stat().st_mode & 0o077 == 0
    assert b"ENCRYPTED" in out.read_bytes()
    assert Authority.objects.get(role="root").key == ""
    with pytest.raises(CommandError, match="already"):
        call_command("signing", "create_root", "--out", str(tmp_path / "other.pem"))
    before = authorities.present(Authority.Role.ISSUING)
    call_command("signing", "renew_issuing", "--root", str(out), stdout=io.StringIO())
    assert authorities.present(Authority.Role.ISSUING) != before
    assert len(authorities.trust().others) == 2, "what the old one issued can still be read"
    monkeypatch.setenv("LINLI_ROOT_PASSPHRASE", "wrong")
    with pytest.raises(CommandError):
        call_command("signing", "renew_issuing", "--root", str(out))
    call_command("signing", "crl", stdout=io.StringIO())


@pytest.mark.deny
def test_in_production_nobody_makes_an_authority_by_accident(settings: Any, db: None) -> None:
    settings.SIGNING_CREATE_ROOT = False
    with pytest.raises(AuthorityMissing):
        authorities.trust()


def test_the_lists_are_published_every_day() -> None:
    first = authorities.newest_list()
    assert authorities.newest_list() == first
    assert authorities.renew_lists() == 1
    assert authorities.newest_list().number == first.number + 1


def test_an_outside_timestamp_authority_is_asked_where_one_is_set(settings: Any) -> None:
    settings.SIGNING_TSA = "https://tsa.example.org/"
    assert authorities.clock().url == "https://tsa.example.org/"


@pytest.mark.deny
def test_a_machine_without_pango_says_so(parties: Parties, monkeypatch: Any) -> None:
    import builtins

    real = builtins.__import__

    def without(name: str, *args: Any, **values: Any) -> Any:
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **values)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(RenderingMissing, match="libpango"):
        parties.paper()


@pytest.mark.deny
def test_a_text_reads_nothing_from_outside(parties: Parties, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    html = f'<p>条款</p><img src="file://{secret}"><link rel="attachment" href="file://{secret}">'
    paper = parties.paper(html=html)
    assert b"SECRET" not in documents.frozen_bytes(paper)
    said = subprocess.run(
        ["pdfdetach", "-list", str(store.path_of(paper.sha256))], capture_output=True, text=True, check=False
    ).stdout
    assert said.startswith("1 embedded"), "the clauses alone"


def test_certificates_name_the_list_and_the_rights_of_the_authority(parties: Parties) -> None:
    from cryptography import x509 as c

    made = x509.load_all([bytes(parties.certificate.certificate)])[0]
    points = made.extensions.get_extension_for_class(c.CRLDistributionPoints).value
    assert points[0].full_name[0].value == authorities.crl_url()
    assert made.extensions.get_extension_for_class(c.BasicConstraints).value.ca is False
