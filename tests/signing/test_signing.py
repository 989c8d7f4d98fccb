"""A paper is frozen, sealed by the office, signed by the institution, and anybody can check it (H6)."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from foundation.accounts.models import Membership, Organisation
from foundation.signing.domain import documents, store, verification
from foundation.signing.domain.faults import (
    AlreadySigned,
    CertificateNotValid,
    DigestDiffers,
    NotTheSigner,
    WrongPin,
)
from foundation.signing.models import Revision, Signature, SignedDocument
from tests.signing.conftest import PIN, Parties, ceremony

pytestmark = [pytest.mark.django_db, pytest.mark.row("H6")]


def test_a_frozen_paper_is_a_pdf_a_with_its_clauses_and_an_empty_place_for_each_party(
    parties: Parties,
) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    paper = parties.paper()
    data = documents.frozen_bytes(paper)
    reader = PdfFileReader(__import__("io").BytesIO(data))
    fields = [str(one.get_object()["/T"]) for one in reader.root["/AcroForm"]["/Fields"]]
    assert fields == ["community", "institution"]
    assert b"pdfaid" in data or "pdfaid" in str(reader.root["/Metadata"].data)
    assert documents.page_count(paper) == 1
    assert paper.sha256 == paper.latest_sha256
    assert store.get(paper.data_sha256, store.JSON).decode().count(paper.code) == 1
    assert Revision.objects.get(document=paper).what == "frozen"


def test_every_page_names_its_number_and_where_it_can_be_checked(parties: Parties, tmp_path: Path) -> None:
    paper = parties.paper(html="<h1>长</h1>" + "<p>条款</p>" * 120)
    file = tmp_path / "paper.pdf"
    file.write_bytes(documents.frozen_bytes(paper))
    assert documents.page_count(paper) > 2
    for page in range(1, documents.page_count(paper) + 1):
        text = subprocess.run(
            ["pdftotext", "-f", str(page), "-l", str(page), str(file), "-"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert paper.number in text
        assert paper.code in text
    assert documents.verify_url(paper.number, paper.code).endswith(f"/verify/{paper.number}/{paper.code}/")


def test_both_sign_and_every_line_of_the_check_is_good(
    parties: Parties, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = parties.paper()
    sealed = parties.seal_it(paper)
    assert sealed.certificate == parties.seal
    paper.refresh_from_db()
    half = verification.verify_document(paper)
    assert not half.good
    assert half.line("complete").ok is False
    signed = parties.sign_it(paper)
    paper.refresh_from_db()
    assert paper.completed_at == signed.signed_at
    monkeypatch.setitem(
        verification._standings, "agreement", lambda document: verification.Standing("有效", True)
    )
    report = verification.verify_document(paper)
    assert [(line.key, line.ok) for line in report.lines] == [
        ("file", True),
        ("signatures", True),
        ("unchanged", True),
        ("complete", True),
        ("standing", True),
    ]
    assert report.good
    assert [party.organisation for party in report.parties] == ["梧桐街道办事处", "阳光帮扶中心"]
    assert report.own_clock, "the page says that the time is the installation's own"


def test_other_software_finds_both_signatures_valid(parties: Parties, tmp_path: Path) -> None:
    paper = parties.signed()
    file = tmp_path / "signed.pdf"
    file.write_bytes(documents.latest_bytes(paper))
    said = subprocess.run(
        ["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False
    ).stdout
    assert said.count("Signature is Valid") == 2, said


def test_a_file_that_somebody_brings_is_the_archived_one_or_says_what_is_different(parties: Parties) -> None:
    paper = parties.signed()
    data = documents.latest_bytes(paper)
    assert verification.verify_bytes(data).good
    again = verification.verify_bytes(data + b"\n%more\n")
    assert again.document == paper, "known by the number inside it"
    assert again.line("file").ok is False
    assert not again.good


@pytest.mark.deny
def test_nobody_signs_twice_or_something_else_or_for_others(parties: Parties, person: Any) -> None:
    paper = parties.paper()
    parties.seal_it(paper)
    with pytest.raises(AlreadySigned):
        parties.seal_it(paper)
    with pytest.raises(DigestDiffers):
        parties.sign_it(paper, shown_digest="0" * 64)
    with pytest.raises(NotTheSigner):
        parties.sign_it(paper, by=parties.clerk)
    with pytest.raises(NotTheSigner):
        parties.sign_it(paper, slot="nowhere")
    with pytest.raises(WrongPin) as wrong:
        parties.sign_it(paper, pin="999999")
    assert wrong.value.tries_left == 4
    assert Signature.objects.count() == 1
    parties.sign_it(paper)
    with pytest.raises(AlreadySigned):
        parties.sign_it(paper)


@pytest.mark.deny
def test_whoever_left_or_whose_organisation_is_suspended_signs_nothing(parties: Parties) -> None:
    paper = parties.paper()
    parties.seal_it(paper)
    Organisation.objects.filter(pk=parties.institution.pk).update(stands=False)
    with pytest.raises(NotTheSigner):
        parties.sign_it(paper)
    Organisation.objects.filter(pk=parties.institution.pk).update(stands=True)
    from django.utils import timezone

    Membership.objects.filter(user=parties.head).update(until=timezone.now())
    with pytest.raises(NotTheSigner):
        parties.sign_it(paper)


@pytest.mark.deny
def test_a_revoked_certificate_signs_nothing_and_what_it_signed_before_stays(parties: Parties) -> None:
    from foundation.signing.domain import certificates

    signed, other = parties.signed(), parties.paper("XY-2026-0002")
    parties.seal_it(other)
    certificates.revoke(parties.certificate, reason="手机丢了", by=parties.head)
    with pytest.raises(CertificateNotValid):
        parties.sign_it(other)
    assert verification.verify_document(signed).good


@pytest.mark.deny
def test_the_platform_puts_no_seal_on_anothers_place_and_none_by_itself(
    parties: Parties, person: Any
) -> None:
    from foundation.signing.domain.signatures import sign_with_seal

    paper = parties.paper()
    with pytest.raises(NotTheSigner):
        sign_with_seal(paper, slot="institution", by=parties.clerk, ceremony=ceremony())
    with pytest.raises(NotTheSigner):
        sign_with_seal(paper, slot="community", by=None, ceremony=ceremony())
    with pytest.raises(NotTheSigner):
        sign_with_seal(paper, slot="community", by=person("stranger"), ceremony=ceremony())
    elsewhere = person("elsewhere", roles=("staff",), place="bridge")
    with pytest.raises(NotTheSigner):
        sign_with_seal(paper, slot="community", by=elsewhere, ceremony=ceremony())


@pytest.mark.deny
def test_a_void_paper_is_signed_by_nobody_and_its_file_stays(parties: Parties) -> None:
    paper = parties.paper()
    documents.void(paper, by=parties.clerk)
    with pytest.raises(AlreadySigned):
        parties.seal_it(paper)
    assert documents.frozen_bytes(paper)
    assert verification.verify_document(paper).line("standing").ok is False
    done = parties.signed("XY-2026-0003")
    with pytest.raises(AlreadySigned):
        documents.void(done, by=parties.clerk)


def test_a_page_is_shown_from_the_frozen_file_with_the_readers_name_across(parties: Parties) -> None:
    paper = parties.paper()
    before = documents.page_picture(paper, 1, watermark="李主任 预览")
    parties.seal_it(paper)
    paper.refresh_from_db()
    assert documents.page_picture(paper, 1, watermark="李主任 预览") == before, "never the half signed one"
    assert before[:4] == b"RIFF"
    assert documents.page_picture(paper, 1, watermark="") != before
    for number in (0, 2):
        with pytest.raises(IndexError):
            documents.page_picture(paper, number, watermark="")


def test_what_is_undone_leaves_no_signature(parties: Parties) -> None:
    paper = parties.paper()
    with transaction.atomic():
        parties.seal_it(paper)
        transaction.set_rollback(True)
    assert not Signature.objects.exists()
    assert SignedDocument.objects.get().latest_sha256 == paper.sha256
    parties.signed("XY-2026-0009")


def test_wrong_pins_lock_the_key(parties: Parties) -> None:
    paper = parties.paper()
    parties.seal_it(paper)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongPin) as wrong:
            parties.sign_it(paper, pin="135790")
        assert wrong.value.tries_left == left
    with pytest.raises((WrongPin, CertificateNotValid)):
        parties.sign_it(paper, pin=PIN)
    assert Signature.objects.count() == 1
