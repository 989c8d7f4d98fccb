"""An office with a seal, an institution whose head holds a PIN key, and a paper between the two."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.utils import timezone

from foundation.signing.domain.ceremony import Ceremony

PIN = "481516"
HTML = """<h1>帮扶协议</h1><h2>第一条 帮扶事项</h2><p>乙方每周六上午为社区老人上门做饭、读报。</p>
<h2>第二条 期限</h2><p>自 2026 年 12 月 1 日起，至 2027 年 11 月 30 日止。</p>"""


def ceremony(**facts: Any) -> Ceremony:
    now = timezone.now()
    usual: dict[str, Any] = {
        "pages_opened": {1: now - timedelta(minutes=2)},
        "confirmed_by": "password",
        "confirmed_at": now - timedelta(minutes=1),
        "ip": "203.0.113.7",
        "user_agent": "Firefox",
    }
    return Ceremony(**{**usual, **facts})


@dataclass
class Parties:
    """Both sides of a paper, and everything that signing takes."""

    office: Any
    institution: Any
    clerk: Any
    head: Any
    seal: Any
    certificate: Any

    def paper(self, number: str = "XY-2026-0001", **values: Any) -> Any:
        """Freeze a paper about the institution."""
        from foundation.signing.domain.documents import Slot, freeze

        usual: dict[str, Any] = {
            "kind": "agreement",
            "about": self.institution,
            "number": number,
            "title": "老人助餐帮扶协议",
            "html": HTML,
            "data": {"matters": "助餐"},
            "slots": [
                Slot("community", self.office, "甲方"),
                Slot("institution", self.institution, "乙方"),
            ],
            "by": self.clerk,
        }
        return freeze(**{**usual, **values})

    def seal_it(self, paper: Any) -> Any:
        from foundation.signing.domain.signatures import sign_with_seal

        return sign_with_seal(paper, slot="community", by=self.clerk, ceremony=ceremony())

    def sign_it(self, paper: Any, **values: Any) -> Any:
        from foundation.signing.domain.signatures import sign_with_pin

        usual: dict[str, Any] = {
            "slot": "institution",
            "certificate": self.certificate,
            "pin": PIN,
            "shown_digest": paper.sha256,
            "by": self.head,
            "ceremony": ceremony(),
        }
        return sign_with_pin(paper, **{**usual, **values})

    def signed(self, number: str = "XY-2026-0001") -> Any:
        """Return a paper that both have signed."""
        paper = self.paper(number)
        self.seal_it(paper)
        self.sign_it(paper)
        paper.refresh_from_db()
        return paper


def organisation(place: Any, kind: str, name: str, code: str = "") -> Any:
    from foundation.accounts.models import Organisation

    return Organisation.objects.create(type=kind, name=name, code=code, place=place, stands=True)


def member(org: Any, user: Any, position: str = "head") -> Any:
    from foundation.accounts.models import Membership

    return Membership.objects.create(organisation=org, user=user, position=position)


def certify(org: Any, user: Any, deciders: tuple[Any, Any], picture: Callable, **values: Any) -> Any:
    """Ask for a certificate, and let two of staff approve."""
    from foundation.accounts.models import User
    from foundation.moderation.domain import inbox
    from foundation.moderation.models import ReviewItem
    from foundation.signing.domain import certificates

    usual: dict[str, Any] = {"holding": certificates.PinKey(pin=PIN), "letters": [picture()]}
    row = certificates.ask(org, by=User.objects.get(pk=user.pk), **{**usual, **values})
    item = ReviewItem.objects.get(kind="certificate", object_id=str(row.pk))
    for one in deciders:
        inbox.decide(item, approved=True, by=one)
    row.refresh_from_db()
    return row


@pytest.fixture
def parties(person: Callable, places: dict, picture: Callable) -> Parties:
    from foundation.accounts.models import User
    from foundation.signing.domain import certificates

    office = organisation(places["wutong"], "office", "梧桐街道办事处")
    institution = organisation(places["ginkgo"], "institution", "阳光帮扶中心", "91110102MA0000000X")
    clerk = person("clerk", display="小赵", roles=("staff",), place="wutong")
    second = person("second", display="老钱", roles=("staff",), place="wutong")
    head = person("head", display="李主任")
    member(institution, head)
    head = User.objects.get(pk=head.pk)
    seal = certificates.create_seal(office, by=clerk)
    certificate = certify(institution, head, (clerk, second), picture)
    return Parties(office, institution, clerk, head, seal, certificate)


class Browser:
    """A key as WebCrypto keeps it: r and s side by side."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def sign(self, data: bytes) -> bytes:
        r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)

    def holding(self, by: Any, org: Any, **values: Any) -> Any:
        from foundation.signing.domain import certificates
        from foundation.signing.domain.pdf import x509

        said = certificates.challenge(by, org)
        usual: dict[str, Any] = {
            "public_key": x509.public_der(self.key.public_key()),
            "challenge": said,
            "proof": self.sign(said.encode()),
        }
        return certificates.DeviceKey(**{**usual, **values})


@pytest.fixture
def device(parties: Parties, picture: Callable, person: Callable) -> Browser:
    """The institution's head has enrolled a browser instead of a PIN."""
    from foundation.signing.domain import certificates

    browser = Browser()
    certificates.revoke(parties.certificate, reason="换成本机", by=parties.head)
    deciders = parties.clerk, person("third", roles=("staff",), place="wutong")
    holding = browser.holding(parties.head, parties.institution)
    parties.certificate = certify(parties.institution, parties.head, deciders, picture, holding=holding)
    return browser
