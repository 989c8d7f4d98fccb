"""Keys in three places: a browser, under a PIN, with a licensed authority; and the life of a certificate (H1, H6)."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ValidationError
from django.utils import timezone

from foundation.accounts.models import Membership, User
from foundation.core.access.permissions import Refused
from foundation.core.flow.workflow import StepNotAllowed
from foundation.messaging.models import Notification
from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from foundation.signing.domain import (
    authorities,
    certificates,
    documents,
    endings,
    pins,
    signatures,
    verification,
)
from foundation.signing.domain.faults import (
    CertificateNotValid,
    DeviceTaskOver,
    NotTheSigner,
    NotVerified,
    TrivialPin,
    WrongPin,
)
from foundation.signing.domain.pdf import x509
from foundation.signing.models import Certificate, DeviceTask
from tests.signing.conftest import PIN, Browser, Parties, ceremony, member, organisation

pytestmark = [pytest.mark.django_db, pytest.mark.row("H1", "H6")]


@pytest.fixture
def staff(person: Callable) -> tuple[Any, Any]:
    return person("one", roles=("staff",), place="wutong"), person("two", roles=("staff",), place="wutong")


@pytest.fixture
def house(person: Callable, places: dict) -> tuple[Any, Any]:
    """An institution and its head, who has no certificate yet."""
    org = organisation(places["ginkgo"], "institution", "暖阳服务队", "91110102MA0000001X")
    head = person("chief", display="王队长")
    member(org, head)
    return org, User.objects.get(pk=head.pk)


def begin(parties: Parties, paper: Any, **values: Any) -> signatures.Task:
    usual: dict[str, Any] = {"slot": "institution", "certificate": parties.certificate, "by": parties.head}
    return signatures.begin_device_signature(paper, **{**usual, **values})


def finish(parties: Parties, paper: Any, task: signatures.Task, signature: bytes, **values: Any) -> Any:
    usual: dict[str, Any] = {
        "task_token": task.token,
        "signature": signature,
        "shown_digest": paper.sha256,
        "by": parties.head,
        "ceremony": ceremony(),
    }
    return signatures.finish_device_signature(paper, **{**usual, **values})


def test_a_browser_signs_with_a_key_that_the_server_never_saw(parties: Parties, device: Browser) -> None:
    paper = parties.paper()
    parties.seal_it(paper)
    task = begin(parties, paper)
    assert len(task.to_sign) < 300, "all that travels"
    assert task.digest in task.to_sign
    assert parties.certificate.key == ""
    finish(parties, paper, task, device.sign(task.to_sign))
    paper.refresh_from_db()
    assert verification.verify_document(paper).line("complete").ok
    assert verification.verify_document(paper).line("signatures").ok
    assert not DeviceTask.objects.exists()


@pytest.mark.deny
def test_another_key_another_person_an_old_task_sign_nothing(
    parties: Parties, device: Browser, person: Callable
) -> None:
    paper = parties.paper()
    parties.seal_it(paper)
    task = begin(parties, paper)
    with pytest.raises(NotVerified):
        finish(parties, paper, task, Browser().sign(task.to_sign))
    with pytest.raises(NotVerified):
        finish(parties, paper, task, b"\x00" * 64)
    with pytest.raises(DeviceTaskOver):
        finish(parties, paper, task, device.sign(task.to_sign), by=person("stranger"))
    again = begin(parties, paper)
    with pytest.raises(DeviceTaskOver):
        finish(parties, paper, task, device.sign(task.to_sign))
    DeviceTask.objects.update(expires_at=timezone.now())
    with pytest.raises(DeviceTaskOver):
        finish(parties, paper, again, device.sign(again.to_sign))
    other = parties.paper("XY-2026-0002")
    parties.seal_it(other)
    wrong = begin(parties, other)
    with pytest.raises(DeviceTaskOver):
        finish(parties, paper, wrong, device.sign(wrong.to_sign), shown_digest=paper.sha256)
    with pytest.raises(NotTheSigner):
        parties.sign_it(paper)


@pytest.mark.deny
def test_a_task_ends_with_the_paper_the_certificate_or_the_membership(
    parties: Parties, device: Browser
) -> None:
    paper = parties.paper()
    parties.seal_it(paper)
    task = begin(parties, paper)
    paper.refresh_from_db()
    for rows, values, back in (
        (Membership.objects.filter(user=parties.head), {"until": timezone.now()}, {"until": None}),
        (Certificate.objects.filter(pk=parties.certificate.pk), {"state": "revoked"}, {"state": "valid"}),
        (DeviceTask.objects.all(), {"base_sha256": "0" * 64}, {"base_sha256": paper.latest_sha256}),
    ):
        rows.update(**values)
        with pytest.raises(DeviceTaskOver):
            signatures.task_of(task.token, by=parties.head)
        rows.update(**back)
        assert signatures.task_of(task.token, by=parties.head)
    documents.void(paper, by=parties.clerk)
    assert not DeviceTask.objects.exists(), "the file that waited is nobody's any more"
    with pytest.raises(DeviceTaskOver):
        signatures.task_of(task.token, by=parties.head)


@pytest.mark.deny
def test_the_half_signed_file_goes_to_no_browser(parties: Parties, device: Browser) -> None:
    from django.urls import NoReverseMatch, reverse

    paper = parties.paper()
    parties.seal_it(paper)
    task = begin(parties, paper)
    with pytest.raises(NoReverseMatch):
        reverse("signing:task_file")
    # All that a browser gets: the attributes of one signature, with the digest that the server states.
    assert task.to_sign[:1] == b"\x31"
    before = bytes.fromhex("06092a864886f70d01090431220420")
    assert task.to_sign.count(before) == 1
    assert before + task.digest in task.to_sign


@pytest.mark.deny
def test_a_key_is_proved_before_anything_is_asked_for(house: tuple, picture: Callable) -> None:
    org, head = house
    browser = Browser()
    for values in (
        {"proof": Browser().sign(b"anything")},
        {"challenge": "made up"},
        {"public_key": b"none"},
        {"public_key": x509.public_der(ec.generate_private_key(ec.SECP384R1()).public_key())},
    ):
        with pytest.raises(NotVerified):
            certificates.ask(org, holding=browser.holding(head, org, **values), letters=[picture()], by=head)
    assert not Certificate.objects.filter(organisation=org).exists()


@pytest.mark.deny
@pytest.mark.parametrize(
    "pin", ["12345", "111111", "123456", "987654", "123123", "abcdef", "", "１２３７９４"]
)
def test_a_pin_that_anybody_guesses_is_refused(pin: str) -> None:
    with pytest.raises(TrivialPin):
        pins.check_pin(pin)


def test_a_guess_at_a_pin_costs_half_a_second_and_64_megabytes(settings: Any) -> None:
    from linli.settings import base

    assert base.SIGNING_PIN_COST == 2**16
    pins.check_pin(PIN)
    settings.SIGNING_PIN_COST = base.SIGNING_PIN_COST
    assert json.loads(pins.seal_key(x509.new_key(), PIN, label="x"))["n"] == 65536


@pytest.mark.deny
def test_five_wrong_pins_lock_the_key_for_good(parties: Parties) -> None:
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongPin) as wrong:
            pins.open_key(parties.certificate, "135790", by=parties.head)
        assert wrong.value.tries_left == left
    with pytest.raises(WrongPin):
        pins.open_key(parties.certificate, PIN, by=parties.head)
    assert parties.certificate.is_locked
    with pytest.raises(NotTheSigner):
        pins.open_key(parties.certificate, PIN, by=parties.clerk)
    certificates.revoke(parties.certificate, reason="锁了", by=parties.head)
    with pytest.raises(CertificateNotValid):
        pins.open_key(parties.certificate, PIN, by=parties.head)


def test_a_right_pin_gives_all_tries_back(parties: Parties) -> None:
    with pytest.raises(WrongPin):
        pins.open_key(parties.certificate, "135790", by=parties.head)
    opened = pins.open_key(parties.certificate, PIN, by=parties.head)
    assert parties.certificate.tries_left == 5
    assert "key" not in repr(opened).lower().replace("openedkey", "")


def test_two_of_staff_decide_and_the_certificate_names_the_holder(
    house: tuple, staff: tuple, picture: Callable, drain: Callable
) -> None:
    org, head = house
    row = certificates.ask(org, holding=certificates.PinKey(pin=PIN), letters=[picture()], by=head)
    item = ReviewItem.objects.get(kind="certificate", object_id=str(row.pk))
    inbox.decide(item, approved=True, by=staff[0])
    row.refresh_from_db()
    assert row.state == "asked", "one is not enough"
    with pytest.raises(Refused):
        inbox.decide(item, approved=True, by=staff[0])
    inbox.decide(item, approved=True, by=staff[1])
    row.refresh_from_db()
    assert row.is_valid
    subject = x509.load_all([bytes(row.certificate)])[0].subject.rfc4514_string()
    assert org.name in subject
    assert head.verified_name in subject
    drain()
    assert Notification.objects.filter(user=head, event="certificate_issued").exists()
    assert certificates.certificate_of(head, org) == row


@pytest.mark.deny
def test_who_may_not_ask(house: tuple, person: Callable, picture: Callable, staff: tuple) -> None:
    org, head = house
    helper = person("helper2")
    member(org, helper, "member")
    ask: dict[str, Any] = {"holding": certificates.PinKey(pin=PIN), "letters": [picture()]}
    with pytest.raises(Refused):
        certificates.ask(org, by=User.objects.get(pk=helper.pk), **ask)
    with pytest.raises(Refused):
        certificates.ask(org, by=person("nobody"), **ask)
    with pytest.raises(NotTheSigner):
        certificates.ask(org, by=staff[0], **ask)
    with pytest.raises(ValidationError):
        certificates.ask(org, by=head, **{**ask, "letters": []})
    certificates.ask(org, by=head, **ask)
    with pytest.raises(certificates.AskedAlready):
        certificates.ask(org, by=head, **{**ask, "letters": [picture()]})


@pytest.mark.deny
def test_a_member_decides_nothing_about_her_own_organisation(
    house: tuple, staff: tuple, picture: Callable
) -> None:
    org, head = house
    member(org, staff[0], "member")
    row = certificates.ask(org, holding=certificates.PinKey(pin=PIN), letters=[picture()], by=head)
    item = ReviewItem.objects.get(kind="certificate", object_id=str(row.pk))
    with pytest.raises(Refused):
        inbox.decide(item, approved=True, by=User.objects.get(pk=staff[0].pk))
    with pytest.raises(Refused):
        certificates.decide_certificate(row, approved=True, reason="", by=User.objects.get(pk=staff[0].pk))


def test_a_refused_or_withdrawn_request_can_be_made_again(
    house: tuple, staff: tuple, picture: Callable
) -> None:
    org, head = house
    row = certificates.ask(org, holding=certificates.PinKey(pin=PIN), letters=[picture()], by=head)
    inbox.decide(ReviewItem.objects.get(object_id=str(row.pk)), approved=False, reason="看不清", by=staff[0])
    row.refresh_from_db()
    assert (row.state, row.reason, row.key) == ("refused", "看不清", "")
    again = certificates.ask(org, holding=certificates.PinKey(pin=PIN), letters=[picture()], by=head)
    certificates.take_back(again, by=head)
    with pytest.raises(StepNotAllowed):
        certificates.take_back(again, by=head)
    with pytest.raises(Refused):
        certificates.take_back(again, by=staff[0])
    certificates.ask(org, holding=certificates.PinKey(pin=PIN), letters=[picture()], by=head)


@pytest.mark.deny
def test_nothing_is_issued_to_whoever_left_meanwhile(house: tuple, staff: tuple, picture: Callable) -> None:
    org, head = house
    row = certificates.ask(org, holding=certificates.PinKey(pin=PIN), letters=[picture()], by=head)
    item = ReviewItem.objects.get(object_id=str(row.pk))
    inbox.decide(item, approved=True, by=staff[0])
    Membership.objects.filter(user=head).update(until=timezone.now())
    with pytest.raises(inbox.CannotBeCarriedOut):
        inbox.decide(item, approved=True, by=staff[1])


def test_revoking_publishes_a_new_list_at_once(parties: Parties) -> None:
    from cryptography.x509 import load_der_x509_crl

    before = authorities.newest_list()
    certificates.revoke(parties.certificate, reason="手机丢了", by=parties.clerk)
    after = authorities.newest_list()
    assert after.number == before.number + 1
    listed = load_der_x509_crl(bytes(after.data))
    assert listed.get_revoked_certificate_by_serial_number(int(parties.certificate.serial, 16)) is not None
    assert Notification.objects.filter(user=parties.head, event="certificate_revoked").exists()
    with pytest.raises(StepNotAllowed):
        certificates.revoke(parties.certificate, reason="再来", by=parties.head)


@pytest.mark.deny
def test_strangers_revoke_nothing(parties: Parties, person: Callable) -> None:
    for by in (person("stranger"), person("far", roles=("staff",), place="bridge")):
        with pytest.raises(Refused):
            certificates.revoke(parties.certificate, reason="我说的", by=by)


def test_an_organisation_that_is_suspended_loses_all(
    parties: Parties, house: tuple, picture: Callable
) -> None:
    org, head = house
    waiting = certificates.ask(org, holding=certificates.PinKey(pin=PIN), letters=[picture()], by=head)
    assert certificates.revoke_all(org, reason="机构停用") == 1
    waiting.refresh_from_db()
    assert waiting.state == "refused"
    assert certificates.revoke_all(parties.institution, reason="机构停用", by=parties.clerk) == 1
    parties.certificate.refresh_from_db()
    assert (parties.certificate.state, parties.certificate.key) == ("revoked", "")


def test_a_certificate_runs_out_after_a_year_with_a_warning(parties: Parties) -> None:
    left = parties.certificate.valid_until - timezone.now()
    assert timedelta(days=363) < left <= timedelta(days=365)
    Certificate.objects.filter(pk=parties.certificate.pk).update(
        valid_until=timezone.now() + timedelta(days=20)
    )
    assert endings.end_due() == 1
    assert endings.end_due() == 0, "warned once"
    assert Notification.objects.filter(user=parties.head, event="certificate_expiring").exists()
    Certificate.objects.filter(pk=parties.certificate.pk).update(valid_until=timezone.now())
    paper = parties.paper()
    parties.seal_it(paper)
    with pytest.raises(CertificateNotValid):
        parties.sign_it(paper)
    assert endings.end_due() == 1
    parties.certificate.refresh_from_db()
    assert parties.certificate.state == "expired"


def test_whoever_left_loses_the_certificate_with_the_next_sweep(parties: Parties) -> None:
    Membership.objects.filter(user=parties.head).update(until=timezone.now())
    assert endings.end_due() == 1
    parties.certificate.refresh_from_db()
    assert parties.certificate.state == "revoked"


def test_leaving_ends_the_key_and_keeps_that_it_was_held(parties: Parties) -> None:
    assert endings.erase_certificates(parties.head) == 1
    parties.certificate.refresh_from_db()
    assert (parties.certificate.state, parties.certificate.key) == ("revoked", "")
    assert endings.own_data(parties.certificate)["state"] == "revoked"


@pytest.mark.deny
def test_a_seal_is_an_offices_and_there_is_one(parties: Parties, person: Callable) -> None:
    assert certificates.seal_of(parties.office) == parties.seal
    with pytest.raises(certificates.AskedAlready):
        certificates.create_seal(parties.office, by=parties.clerk)
    with pytest.raises(NotTheSigner):
        certificates.create_seal(parties.institution, by=parties.clerk)
    with pytest.raises(Refused):
        certificates.create_seal(parties.office, by=person("stranger"))
    raw = Certificate.objects.filter(pk=parties.seal.pk).values_list("key", flat=True).get()
    assert b"PRIVATE KEY" not in bytes(raw.data), "the key lies sealed"
    assert hashlib.sha256(bytes(parties.seal.public_key)).hexdigest() == parties.seal.key_print
