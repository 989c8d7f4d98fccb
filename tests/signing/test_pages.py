"""The pages around signing: checking a paper, one's own certificates, the ceremony, the office's page (H1, H6)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core.files import pictures
from foundation.signing.domain import certificates, documents, signatures
from foundation.signing.domain.pins import OpenedKey
from foundation.signing.interfaces.ceremony import CeremonyForm
from foundation.signing.models import Certificate
from tests.signing.conftest import PIN, Browser, Parties, organisation

pytestmark = [pytest.mark.django_db, pytest.mark.row("H6")]


def text(response: Any) -> str:
    return response.content.decode()


def fresh(user: Any, name: str) -> Client:
    """A browser in which somebody has just shown who she is."""
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    answer = client.post("/account/reauthenticate/", {"password": f"pw-{name}-2026"})
    assert answer.status_code == 302, text(answer)
    return client


def test_anybody_checks_a_paper_by_its_address_or_its_number(
    client: Client, parties: Parties, portal: Any
) -> None:
    paper = parties.signed()
    page = client.get(paper.verify_url)
    assert page.status_code == 200
    assert "文件是真的" in text(page)
    assert "李**" not in text(page)
    assert "实名head" not in text(page), "a person's name is for the parties"
    assert "自己的时间戳服务" in text(page)
    assert "不替代第三方认证" in text(page)
    # As people type it: full-width, in small letters, with blanks.
    typed = paper.number.lower().replace("x", "ｘ").replace("-", "－")
    found = client.get("/verify/", {"number": typed, "code": f" {paper.code.lower()} "})
    assert "文件是真的" in text(found)


@pytest.mark.deny
def test_a_number_without_its_code_opens_nothing(client: Client, parties: Parties, portal: Any) -> None:
    paper = parties.signed()
    assert client.get(f"/verify/{paper.number}/AAAAAAAAAA/").status_code == 404
    wrong = client.get("/verify/", {"number": paper.number, "code": "AAAAAAAAAA"})
    assert wrong.status_code == 422
    assert "请核对编号和验证码" in text(wrong)


def test_an_uploaded_file_is_checked_and_not_kept(
    client: Client, parties: Parties, portal: Any, settings: Any
) -> None:
    paper = parties.signed()
    data = documents.latest_bytes(paper)
    before = {path for path in settings.PRIVATE_ROOT.rglob("*") if path.is_file()}
    good = client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", data, "application/pdf")})
    assert "文件是真的" in text(good)
    bad = client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", data + b"x", "application/pdf")})
    assert "有问题" in text(bad)
    none = client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", b"no pdf at all", "application/pdf")})
    assert none.status_code == 200
    assert "不能证明" in text(none)
    assert {path for path in settings.PRIVATE_ROOT.rglob("*") if path.is_file()} == before


@pytest.mark.deny
def test_too_large_a_file_is_refused_with_words(client: Client, portal: Any, monkeypatch: Any) -> None:
    from foundation.signing.domain import verification

    monkeypatch.setattr(verification, "MOST_BYTES", 10)
    answer = client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", b"0" * 11)})
    assert answer.status_code == 422
    assert "超过" in text(answer)


@pytest.mark.deny
def test_one_address_has_so_many_files_checked_and_no_more(
    client: Client, portal: Any, settings: Any
) -> None:
    settings.RATES = {**settings.RATES, "verify": "1/h"}
    for status in (200, 429):
        file = SimpleUploadedFile("a.pdf", b"no pdf at all", "application/pdf")
        assert client.post("/verify/", {"file": file}).status_code == status


def test_the_authoritys_files_are_public(client: Client, parties: Parties) -> None:
    from cryptography.x509 import load_der_x509_certificate, load_der_x509_crl

    assert load_der_x509_crl(client.get("/signing/crl.der").content).is_signature_valid
    for role in ("root", "issuing"):
        assert load_der_x509_certificate(client.get(f"/signing/{role}.cer").content)


@pytest.mark.row("H1")
@pytest.mark.deny
def test_a_key_is_enrolled_only_by_who_has_just_shown_who_she_is(parties: Parties, portal: Any) -> None:
    client = Client()
    client.force_login(parties.head)
    page = client.get(reverse("signing:keys"))
    assert parties.certificate.short_print in text(page)
    stale = client.post(reverse("signing:revoke", args=[parties.certificate.public_id]), {"reason": "丢了"})
    assert "reauthenticate" in stale["Location"]
    parties.certificate.refresh_from_db()
    assert parties.certificate.state == "valid"


@pytest.mark.row("H1")
def test_a_head_revokes_and_asks_anew_with_a_key_in_the_browser(
    parties: Parties, portal: Any, picture: Callable
) -> None:
    client = fresh(parties.head, "head")
    url = reverse("signing:revoke", args=[parties.certificate.public_id])
    assert client.post(url, {"reason": ""}).status_code == 302
    client.post(url, {"reason": "手机丢了"})
    parties.certificate.refresh_from_db()
    assert (parties.certificate.state, parties.certificate.reason) == ("revoked", "手机丢了")
    client.post(url, {"reason": "再来"})
    page = reverse("signing:ask", args=[parties.institution.public_id])
    assert "授权书照片" in text(client.get(page))
    import base64

    browser = Browser()
    holding = browser.holding(parties.head, parties.institution)
    values = {
        "backend": "device",
        "public_key": base64.b64encode(holding.public_key).decode(),
        "proof": base64.b64encode(holding.proof).decode(),
        "challenge": holding.challenge,
    }
    assert client.post(page, {**values, "proof": "", "letter": picture()}).status_code == 422
    assert client.post(page, {**values, "proof": "AAAA", "letter": picture()}).status_code == 422
    assert client.post(page, {**values, "proof": "!", "letter": picture()}).status_code == 422
    assert client.post(page, {**values, "letter": SimpleUploadedFile("a.jpg", b"no")}).status_code == 422
    assert client.post(page, {"backend": "pin", "pin": "123456", "letter": picture()}).status_code == 422
    done = client.post(page, {**values, "letter": picture(), "letter_more": picture()})
    assert done.status_code == 302
    row = Certificate.objects.get(user=parties.head, state="asked")
    assert row.letters.count() == 2
    client.post(reverse("signing:revoke", args=[row.public_id]))
    row.refresh_from_db()
    assert row.state == "refused"


@pytest.mark.deny
def test_a_letter_is_for_its_holder_and_who_reviews_it(
    parties: Parties, portal: Any, person: Callable
) -> None:
    stored = parties.certificate.letters.get()
    pictures.make("", {"id": stored.pk})
    url = reverse("signing:letter", args=[parties.certificate.public_id, stored.public_id])
    for user, status in (
        (parties.head, 200),
        (parties.clerk, 200),
        (person("stranger"), 404),
        (person("far", roles=("staff",), place="bridge"), 404),
    ):
        client = Client()
        client.force_login(user)
        answer = client.get(url)
        assert answer.status_code == status
        if answer.streaming:
            assert b"".join(answer.streaming_content)[:4] == b"RIFF"
    assert Client().get(url).status_code == 404


def test_the_ceremony_opens_the_pin_before_anything_is_locked(parties: Parties) -> None:
    paper = parties.paper()
    given = {"consent": "on", "pin": PIN, "shown_digest": paper.sha256}
    form = CeremonyForm(given, certificate=parties.certificate)
    assert form.is_valid(), form.errors
    assert isinstance(form.cleaned_data["pin"], OpenedKey)
    parties.seal_it(paper)
    parties.sign_it(paper, pin=form.cleaned_data["pin"])


@pytest.mark.deny
def test_without_consent_or_pin_nothing_is_opened(parties: Parties) -> None:
    for given, field in (({"pin": PIN}, "consent"), ({"consent": "on"}, "pin")):
        form = CeremonyForm(given, certificate=parties.certificate)
        assert field in form.errors
    parties.certificate.refresh_from_db()
    assert parties.certificate.tries_left == 5
    wrong = CeremonyForm({"consent": "on", "pin": "135790"}, certificate=parties.certificate)
    assert "4" in str(wrong.errors["pin"])
    assert not CeremonyForm({"consent": "on"}, certificate=None).is_valid()
    assert CeremonyForm({"consent": "on"}, by_seal=True).is_valid()


def test_the_ceremony_of_a_browser_takes_a_task_and_a_signature(parties: Parties, device: Browser) -> None:
    import base64

    paper = parties.paper()
    parties.seal_it(paper)
    task = signatures.begin_device_signature(
        paper, slot="institution", certificate=parties.certificate, by=parties.head
    )
    signature = base64.b64encode(device.sign(task.to_sign)).decode()
    form = CeremonyForm(
        {"consent": "on", "task_token": task.token, "signature": signature}, certificate=parties.certificate
    )
    assert form.is_valid()
    assert len(form.cleaned_data["signature"]) == 64
    assert not CeremonyForm({"consent": "on", "signature": "!"}, certificate=parties.certificate).is_valid()


@pytest.mark.row("H1")
def test_staff_see_their_places_certificates_and_make_a_seal(
    parties: Parties, portal: Any, places: dict, person: Callable
) -> None:
    office = organisation(places["ginkgo"], "office", "银杏里居委会")
    client = fresh(parties.clerk, "clerk")
    page = text(client.get(reverse("signing_office:overview")))
    assert parties.certificate.name in page
    assert "银杏里居委会还没有电子公章" in page
    assert "吊销列表第" in page
    client.post(reverse("signing_office:seal", args=[office.public_id]))
    assert certificates.seal_of(office) is not None
    url = reverse("signing_office:revoke", args=[parties.certificate.public_id])
    client.post(url, {"reason": ""})
    client.post(url, {"reason": "授权到期"})
    parties.certificate.refresh_from_db()
    assert parties.certificate.state == "revoked"
    client.post(url, {"reason": "再来"})
    far = fresh(person("far", roles=("staff",), place="bridge"), "far")
    assert parties.certificate.name not in text(far.get(reverse("signing_office:overview")))
    assert far.post(url, {"reason": "别处"}).status_code == 404
    boss = Client()
    boss.force_login(person("boss", roles=("administrator",)))
    shown = text(boss.get(reverse("signing_office:overview")))
    assert "时间戳证书" in shown
    assert parties.certificate.name not in shown


def test_who_reviews_a_certificate_sees_for_whom_and_on_what_authority(
    parties: Parties, picture: Callable, portal: Any, drain: Callable
) -> None:
    from foundation.moderation.models import ReviewItem
    from foundation.signing.domain import certificates
    from tests.access.cells import browser_of

    certificates.revoke(parties.certificate, reason="换一把", by=parties.head)
    row = certificates.ask(
        parties.institution, holding=certificates.PinKey(pin="481516"), letters=[picture()], by=parties.head
    )
    drain()
    item = ReviewItem.objects.get(kind="certificate", object_id=str(row.pk))
    text = browser_of(parties.clerk).get(item.get_absolute_url()).content.decode()
    for words in ("阳光帮扶中心", parties.institution.code, row.name, "签名密码"):
        assert words in text
    assert f"/account/keys/{row.public_id}/letters/" in text
