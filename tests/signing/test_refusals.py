"""What signing refuses, and what a check says of what is not as it should be (H1, H6)."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from foundation.accounts.models import Membership
from foundation.signing.domain import authorities, certificates, documents, endings, signatures, verification
from foundation.signing.domain.faults import AlreadySigned, CertificateNotValid, NotVerified
from foundation.signing.domain.pdf import pades, x509
from foundation.signing.models import Certificate, DeviceTask, Signature
from tests.signing import files
from tests.signing.conftest import PIN, Browser, Parties, ceremony, member, organisation

pytestmark = [pytest.mark.django_db, pytest.mark.row("H6")]


def of_a_stranger(parties: Parties) -> bytes:
    """A certificate that no root here vouches for."""
    return files.Authority.make().signer(parties.certificate.name, "阳光帮扶中心")[1]


@pytest.mark.deny
def test_an_office_without_a_seal_seals_nothing(parties: Parties) -> None:
    paper = parties.paper()
    certificates.revoke(parties.seal, reason="换章", by=parties.clerk)
    with pytest.raises(CertificateNotValid):
        parties.seal_it(paper)


def test_a_member_of_the_office_uses_its_seal_as_staff_do(parties: Parties, person: Callable) -> None:
    deputy = person("deputy")
    member(parties.office, deputy, "member")
    assert signatures.may_use_seal(deputy, parties.office)
    Membership.objects.filter(user=deputy).update(until=timezone.now())
    assert not signatures.may_use_seal(deputy, parties.office)


@pytest.mark.deny
def test_a_certificate_that_stands_on_no_root_signs_nothing(parties: Parties) -> None:
    paper = parties.paper()
    parties.seal_it(paper)
    Certificate.objects.filter(pk=parties.certificate.pk).update(certificate=of_a_stranger(parties))
    with pytest.raises(CertificateNotValid):
        parties.sign_it(paper)
    assert Signature.objects.count() == 1


@pytest.mark.deny
def test_a_browser_is_asked_for_nothing_that_could_not_be_finished(
    parties: Parties, device: Browser, settings: Any
) -> None:
    paper = parties.paper()
    parties.seal_it(paper)
    own: dict[str, Any] = {"slot": "institution", "certificate": parties.certificate, "by": parties.head}
    task = signatures.begin_device_signature(paper, **own)
    settings.SIGNING_TSA = "http://127.0.0.1:9/"
    with pytest.raises(NotVerified):
        signatures.finish_device_signature(
            paper,
            task_token=task.token,
            signature=device.sign(task.to_sign),
            shown_digest=paper.sha256,
            by=parties.head,
            ceremony=ceremony(),
        )
    settings.SIGNING_TSA = ""
    before = bytes(parties.certificate.certificate)
    Certificate.objects.filter(pk=parties.certificate.pk).update(certificate=of_a_stranger(parties))
    paper.refresh_from_db()
    with pytest.raises(CertificateNotValid):
        signatures.begin_device_signature(paper, **own)
    Certificate.objects.filter(pk=parties.certificate.pk).update(certificate=before)
    assert endings.drop_tasks(parties.head) == 1
    assert not DeviceTask.objects.exists()


@pytest.mark.deny
def test_a_file_that_does_not_stand_its_own_check_is_thrown_away(parties: Parties, monkeypatch: Any) -> None:
    paper = parties.paper()
    parties.seal_it(paper)
    real = pades.sign
    seal = files.der(x509.key_from_text(parties.seal.key))

    def unsigned(data: bytes, *_args: Any, **_values: Any) -> bytes:
        return data

    def by_another(data: bytes, order: Any, *, key: bytes, **values: Any) -> bytes:
        changed = dataclasses.replace(order, certificate=bytes(parties.seal.certificate))
        return real(data, changed, key=seal, **values)

    for wrong in (unsigned, by_another):
        monkeypatch.setattr(pades, "sign", wrong)
        with pytest.raises(NotVerified):
            parties.sign_it(paper)
    monkeypatch.undo()
    assert Signature.objects.count() == 1


@pytest.mark.deny
def test_of_two_at_the_same_moment_one_finds_the_place_taken(parties: Parties, monkeypatch: Any) -> None:
    paper = parties.paper()

    def taken(*_args: Any, **_values: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(Signature, "save", taken)
    with pytest.raises(AlreadySigned):
        parties.seal_it(paper)
    paper.refresh_from_db()
    assert paper.latest_sha256 == paper.sha256


@pytest.mark.row("H1")
def test_leaving_takes_a_request_back_and_keeps_what_was_signed(
    parties: Parties, places: dict, picture: Callable
) -> None:
    parties.signed()
    (signature,) = Signature.objects.filter(signer=parties.head)
    own = endings.signature_data(signature)
    assert own["number"] == "XY-2026-0001"
    assert own["ceremony"]["ip"] == "203.0.113.7", "her own data are hers to read"
    second = organisation(places["ginkgo"], "institution", "暖阳服务队", "91110102MA0000001X")
    member(second, parties.head)
    waiting = certificates.ask(
        second, holding=certificates.PinKey(pin=PIN), letters=[picture()], by=parties.head
    )
    assert endings.erase_certificates(parties.head) == 2
    waiting.refresh_from_db()
    assert (waiting.state, waiting.key) == ("refused", "")
    assert Signature.objects.filter(signer=parties.head).exists()


@pytest.mark.row("H1")
def test_what_was_revoked_meanwhile_does_not_expire(parties: Parties) -> None:
    stale = Certificate.objects.get(pk=parties.certificate.pk)
    certificates.revoke(parties.certificate, reason="手机丢了", by=parties.head)
    assert endings._expire(stale) is False
    assert endings._end_without_member(stale) is False
    Membership.objects.filter(user=parties.head).update(until=timezone.now())
    assert endings._end_without_member(stale) is False
    stale.refresh_from_db()
    assert stale.reason == "手机丢了"


@pytest.mark.deny
def test_a_check_says_what_is_wrong_and_where(parties: Parties, monkeypatch: Any) -> None:
    """Every fault has its own words; the file is the same, only what was read of it differs."""
    paper = parties.signed()
    data = documents.latest_bytes(paper)
    monkeypatch.setattr(verification, "_standings", {})
    whole = verification.reading.read(data, authorities.published())
    assert verification.verify_document(paper).line("standing").text == "没有登记现在的状态。"

    def told(**changes: Any) -> verification.Report:
        first, *rest = whole.signatures
        found = dataclasses.replace(whole, signatures=[dataclasses.replace(first, **changes), *rest])
        return verification._report(found, paper, data)

    damaged = told(intact=False)
    assert "已损坏" in damaged.parties[0].words
    assert damaged.line("unchanged").ok is False
    assert "没有可信时间戳" in told(timestamped=False).parties[0].words
    another = told(fingerprint="0" * 64)
    assert "不是存档中那张证书" in another.parties[0].words
    assert another.line("signatures").ok is False
    assert "*" in another.parties[0].name, "named as the seal, but not with its certificate"
    assert "多出了" in told(field="third").line("complete").text
    assert all(not one.good for one in (damaged, another, told(field="third")))
    assert damaged.parties[0].signed_at, "who signed, and when, is said of a damaged file too"
