"""The demo's agreements: one in force with notes, one that waits for the institution's signature, one being drafted."""

import uuid
from datetime import date, timedelta

from django.utils import timezone

from foundation.accounts.models import Organisation, User
from foundation.core.models import Place
from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from foundation.signing.domain import certificates
from foundation.signing.domain.ceremony import Ceremony
from foundation.signing.models import Certificate
from helpagreements.domain import drafting, notes, pushing, signing
from helpagreements.models import Agreement
from linli.demo.institutions import scan
from organisations.domain.offices import office_of

# Public, like the accounts' password: said on the page of one's keys in docs, and to whoever signs in the demo.
PIN = "258036"


def make_agreements(people: dict[str, User], place: Place) -> None:
    """Give the office its seal and the head her key, then draft, push, sign and follow up."""
    office = office_of(place)
    institution = Organisation.objects.get(type="institution", name="阳光帮扶中心")
    if office is None:
        raise LookupError("the demo's committee has its office")
    head, helper, staff = (_who(name) for name in ("institution", "helper", "staff"))
    certificates.create_seal(office, by=staff)
    certificate = _certify(institution, head)
    today = timezone.localdate()
    care = _draft("care", "助老上门关爱协议", institution, place, staff, today, 365)
    pushing.push(care, ceremony=_ceremony(), by=staff)
    _sign(care, certificate, head)
    signing.follow_the_calendar()
    for text, minutes, by in (
        ("上门陪三位老人聊天，帮王奶奶把厨房的灯泡换了。", 90, helper),
        ("电话回访两户，老人说周三的午餐很合口味。", 20, staff),
    ):
        notes.record_note(care, text=text, happened_on=today, minutes=minutes, once=uuid.uuid4(), by=by)
    children = _draft(
        "children", "留守儿童课后陪伴协议", institution, place, staff, today + timedelta(days=10), 300
    )
    pushing.push(children, ceremony=_ceremony(), by=staff)
    _draft("volunteers", "周末志愿服务合作协议", institution, place, staff, today + timedelta(days=30), 365)


def _who(name: str) -> User:
    """The account as a request of its own reads it: what somebody belongs to is read once."""
    return User.objects.get(username=name)


def _certify(institution: Organisation, head: User) -> Certificate:
    row = certificates.ask(institution, holding=certificates.PinKey(pin=PIN), letters=[scan()], by=head)
    item = ReviewItem.objects.open().get(kind="certificate", object_id=str(row.pk))
    for name in ("staff", "staff2"):
        inbox.decide(item, approved=True, by=_who(name))
    return Certificate.objects.get(pk=row.pk)


def _draft(
    type_: str, title: str, institution: Organisation, place: Place, by: User, starts_on: date, days: int
) -> Agreement:
    return drafting.start_draft(
        type=type_,
        title=title,
        institution=institution,
        place=place,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days),
        by=by,
    )


def _ceremony() -> Ceremony:
    return Ceremony(confirmed_by="password", confirmed_at=timezone.now(), ip="127.0.0.1", user_agent="demo")


def _sign(agreement: Agreement, certificate: Certificate, head: User) -> None:
    version = agreement.current
    for page in signing.pages_left(version, head):
        signing.open_page(version, page, by=head)
    digest = version.document.sha256 if version.document else ""
    signing.sign(
        agreement,
        credential=signing.Credential(certificate, digest, pin=PIN),
        proof=signing.Proof("password", timezone.now(), "127.0.0.1", "demo"),
        by=head,
    )
