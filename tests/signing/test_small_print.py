"""What must not go wrong around signing: locks, chores, looks, names, files of those who leave (H1, H6, H8)."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.domain.leaving import erase_account
from foundation.accounts.models import Membership
from foundation.core.access.limits import TooOften
from foundation.core.files import pictures
from foundation.core.flow import audit
from foundation.core.models import AuditEntry, StoredFile
from foundation.signing.domain import (
    apart,
    authorities,
    certificates,
    documents,
    endings,
    pins,
    store,
    sweeping,
    verification,
)
from foundation.signing.domain.faults import CertificateNotValid, DigestDiffers
from foundation.signing.domain.pdf import pades
from foundation.signing.domain.queries.fingerprints import fingerprints_of
from foundation.signing.models import Certificate, Revision, SignedDocument
from foundation.signing.signals import certificate_revoked
from tests.signing.conftest import PIN, Parties

pytestmark = [pytest.mark.django_db, pytest.mark.row("H6")]


def entries(paper: Any) -> list[str]:
    found = AuditEntry.objects.filter(kind="signed_document", object_id=str(paper.pk)).order_by("seq")
    return list(found.values_list("action", flat=True))


@pytest.mark.row("H8")
def test_the_logs_end_is_free_while_another_machine_is_asked_for_the_time(
    parties: Parties, monkeypatch: Any
) -> None:
    """Freeze and seal in one transaction, as a push does: nothing is logged before the clock has answered."""
    before, real = AuditEntry.objects.count(), pades.sign

    def slow(*args: Any, **values: Any) -> bytes:
        assert AuditEntry.objects.count() == before, "the log's end is held"
        return real(*args, **values)

    monkeypatch.setattr(pades, "sign", slow)
    paper = parties.paper(signed_at_once=True)
    parties.seal_it(paper)
    assert entries(paper) == ["signing.freeze", "signing.sign"]
    monkeypatch.undo()
    parties.sign_it(paper)
    alone = parties.paper("XY-2026-0002")
    parties.seal_it(alone)
    assert entries(alone) == ["signing.freeze", "signing.sign"], "once, however it came about"
    assert audit.verify()[1] is None


@pytest.mark.row("H8")
def test_a_revocation_takes_the_lists_before_the_logs_end(parties: Parties, monkeypatch: Any) -> None:
    """Whoever signs under an old list holds the lists when she comes to the log: the same order, or both wait."""
    order: list[str] = []
    lock, append = authorities.lock_lists, audit.append

    def locking() -> None:
        order.append("lists")
        lock()

    def appending(*args: Any, **values: Any) -> Any:
        order.append("log")
        return append(*args, **values)

    monkeypatch.setattr(authorities, "lock_lists", locking)
    monkeypatch.setattr(audit, "append", appending)
    certificates.revoke(parties.certificate, reason="手机丢了", by=parties.head)
    assert order[:2] == ["lists", "log"]


def test_other_floors_hear_of_a_revocation_within_it(parties: Parties) -> None:
    heard: list[tuple[Any, Any, str]] = []

    def hear(certificate: Certificate, by: Any, **_more: Any) -> None:
        heard.append((certificate.pk, by, Certificate.objects.get(pk=certificate.pk).state))

    certificate_revoked.connect(hear)
    try:
        certificates.revoke(parties.certificate, reason="手机丢了", by=parties.head)
    finally:
        certificate_revoked.disconnect(hear)
    assert heard == [(parties.certificate.pk, parties.head, "revoked")]


def test_a_file_from_before_the_yearly_timestamp_is_still_the_one_that_was_signed(parties: Parties) -> None:
    paper = parties.signed()
    kept = documents.latest_bytes(paper)
    half = store.get(paper.revisions.get(number=1).sha256)
    long_ago = timezone.now() - timedelta(days=366)
    SignedDocument.objects.update(completed_at=long_ago)
    Revision.objects.update(made_at=long_ago)
    assert sweeping.renew_timestamps() == 1
    report = verification.verify_bytes(kept)
    assert report.good
    assert "之后只加过时间戳" in report.line("file").text
    old = verification.verify_bytes(half)
    assert old.line("file").ok is False
    assert "旧版本" in old.line("file").text


@pytest.mark.deny
def test_one_broken_document_keeps_no_other_from_its_timestamp(parties: Parties, caplog: Any) -> None:
    broken, whole = parties.signed("XY-2026-0001"), parties.signed("XY-2026-0002")
    long_ago = timezone.now() - timedelta(days=366)
    SignedDocument.objects.update(completed_at=long_ago)
    Revision.objects.update(made_at=long_ago)
    store.path_of(broken.latest_sha256).unlink()
    with caplog.at_level(logging.ERROR, "linli.signing"):
        assert sweeping.renew_timestamps() == 1
    assert str(broken.pk) in caplog.text
    before = whole.latest_sha256
    whole.refresh_from_db()
    assert whole.latest_sha256 != before


@pytest.mark.row("H1")
@pytest.mark.deny
def test_one_certificate_that_cannot_be_ended_keeps_no_other(
    parties: Parties, monkeypatch: Any, caplog: Any
) -> None:
    Membership.objects.filter(user=parties.head).update(until=timezone.now())
    Certificate.objects.filter(pk=parties.seal.pk).update(valid_until=timezone.now())
    real = certificates.CERTIFICATE.apply

    def failing(certificate: Certificate, event: str, **values: Any) -> Any:
        if certificate.is_seal:
            raise OSError("no")
        return real(certificate, event, **values)

    monkeypatch.setattr(certificates.CERTIFICATE, "apply", failing)
    with caplog.at_level(logging.ERROR, "linli.signing"):
        assert endings.end_due() == 1
    assert str(parties.seal.pk) in caplog.text
    parties.certificate.refresh_from_db()
    assert parties.certificate.state == "revoked"


@pytest.mark.deny
def test_a_key_revoked_while_it_is_opened_is_a_fault_with_words(parties: Parties, monkeypatch: Any) -> None:
    real = Certificate.refresh_from_db

    def revoked_first(self: Certificate, *args: Any, **values: Any) -> None:
        Certificate.objects.filter(pk=self.pk).update(state="revoked", key="")
        real(self, *args, **values)

    monkeypatch.setattr(Certificate, "refresh_from_db", revoked_first)
    with pytest.raises(CertificateNotValid):
        pins.open_key(parties.certificate, PIN, by=parties.head)


@pytest.mark.deny
@pytest.mark.parametrize("shown", ["指纹", "é" * 64, "\ud800"])
def test_a_digest_that_is_none_is_a_fault_with_words(parties: Parties, shown: str) -> None:
    paper = parties.paper()
    with pytest.raises(DigestDiffers):
        parties.sign_it(paper, shown_digest=shown)


@pytest.mark.deny
def test_a_persons_name_is_masked_however_long_it_is(
    parties: Parties, places: dict, person: Callable, picture: Callable
) -> None:
    paper = parties.signed()
    by_seal, by_person = verification.verify_document(paper).parties
    assert by_seal.name == parties.seal.name
    name = parties.certificate.name
    assert by_person.name == name[0] + "*" * (len(name) - 1)
    assert verification.masked("阿依古丽·买买提江") == "阿********"
    # Of a file that nobody here knows, every name may be a person's.
    SignedDocument.objects.filter(pk=paper.pk).update(code="ANOTHER")
    Revision.objects.filter(document=paper).update(sha256="0" * 64)
    unknown = verification.verify_bytes(documents.latest_bytes(paper))
    assert unknown.document is None
    assert all("*" in one.name for one in unknown.parties)


@pytest.mark.row("H1")
def test_an_organisations_page_can_show_with_what_it_signs(parties: Parties) -> None:
    (seal,) = fingerprints_of(parties.office)
    assert (seal.name, seal.short_print) == (parties.seal.name, parties.seal.short_print)
    (head,) = fingerprints_of(parties.institution)
    assert "*" in head.name
    shown = render_to_string("signing/fingerprints.html", {"fingerprints": [head]})
    assert head.short_print in shown
    assert parties.certificate.name not in shown
    certificates.revoke(parties.certificate, reason="手机丢了", by=parties.head)
    assert fingerprints_of(parties.institution) == []
    assert render_to_string("signing/fingerprints.html", {"fingerprints": []}).strip() == ""


@pytest.mark.row("H1", "H8")
def test_who_looks_at_anothers_letter_is_written_down(parties: Parties, portal: Any) -> None:
    stored = parties.certificate.letters.get()
    pictures.make("", {"id": stored.pk})
    url = reverse("signing:letter", args=[parties.certificate.public_id, stored.public_id])
    looks = AuditEntry.objects.filter(action="certificate.look_at_letter")
    client = Client()
    client.force_login(parties.head)
    assert b"".join(client.get(url).streaming_content)
    assert not looks.exists(), "her own"
    client.force_login(parties.clerk)
    assert b"".join(client.get(url).streaming_content)
    assert looks.get().actor_id == parties.clerk.pk
    StoredFile.objects.filter(pk=stored.pk).update(dropped_at=timezone.now())
    assert client.get(url).status_code == 404
    assert looks.count() == 1


@pytest.mark.row("H1")
def test_letters_stay_with_the_certificate_when_its_holder_leaves(parties: Parties) -> None:
    stored = parties.certificate.letters.get()
    endings.erase_certificates(parties.head)
    erase_account(parties.head)
    stored.refresh_from_db()
    assert stored.dropped_at is None, "kept five years with the certificate"
    assert stored.owner_id == 0


@pytest.mark.deny
def test_a_papers_address_is_asked_so_often_and_read_once(
    client: Client, parties: Parties, portal: Any, settings: Any, monkeypatch: Any
) -> None:
    paper = parties.signed()
    reads: list[int] = []
    real = verification.reading.read

    def counted(*args: Any) -> Any:
        reads.append(1)
        return real(*args)

    monkeypatch.setattr(verification.reading, "read", counted)
    settings.RATES = {**settings.RATES, "verify": "2/h"}
    for status in (200, 200, 429):
        assert client.get(paper.verify_url).status_code == status
    assert len(reads) == 1
    certificates.revoke(parties.certificate, reason="手机丢了", by=parties.head)
    assert verification.verify_document(paper).line("signatures").ok
    assert len(reads) == 2, "another list: read again"


@pytest.mark.deny
def test_an_upload_is_counted_and_measured_before_it_is_read(
    client: Client, portal: Any, settings: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(verification, "MOST_BYTES", 10)
    huge = client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", b"0" * 80_000)})
    assert huge.status_code == 413
    assert "超过" in huge.content.decode()
    settings.RATES = {**settings.RATES, "verify": "1/h"}
    assert client.post("/verify/", {}).status_code == 422
    assert client.post("/verify/", {}).status_code == 429, "what is no file counts as well"
    strict = Client(enforce_csrf_checks=True, REMOTE_ADDR="203.0.113.80")
    assert strict.post("/verify/", {}).status_code == 403


@pytest.mark.deny
def test_two_strangers_files_are_read_at_once_and_no_third(
    client: Client, portal: Any, monkeypatch: Any, settings: Any, tmp_path: Any
) -> None:
    settings.VAR_DIR = tmp_path
    trust = authorities.trust()
    with apart._turn(), apart._turn():
        with pytest.raises(TooOften):
            apart.read(b"no pdf", trust)
        answer = client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", b"no pdf")})
        assert answer.status_code == 429
    assert apart.read(b"no pdf", trust).readable is False
