"""An office with its seal, an institution with its signer, and an agreement between them in any state."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.signing.conftest import PIN, ceremony, certify, member, organisation


def fresh(user: Any) -> Any:
    """The account as the next request reads it."""
    from foundation.accounts.models import User

    return User.objects.get(pk=user.pk)


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


@dataclass
class Deal:
    """Both sides of an agreement, and everything that they need."""

    office: Any
    institution: Any
    clerk: Any
    second: Any
    head: Any
    helper: Any
    certificate: Any
    place: Any

    def draft(self, **values: Any) -> Any:
        from helpagreements.domain.drafting import start_draft

        usual = {
            "type": "care",
            "title": "助老上门服务协议",
            "institution": self.institution,
            "place": self.place,
            "starts_on": today(),
            "ends_on": today(365),
            "by": self.clerk,
        }
        return start_draft(**{**usual, **values})

    def pushed(self, **values: Any) -> Any:
        from helpagreements.domain.pushing import push

        agreement = self.draft(**values)
        push(agreement, ceremony=ceremony(), by=self.clerk)
        return agreement

    def read(self, agreement: Any, by: Any = None) -> None:
        """Open every page of what was pushed."""
        from helpagreements.domain.signing import open_page, pages_left

        by = by or self.head
        for page in pages_left(agreement.current, by):
            open_page(agreement.current, page, by=by)

    def credential(self, document: Any = None, **values: Any) -> Any:
        from helpagreements.domain.signing import Credential

        digest = document.sha256 if document else ""
        return Credential(**{"certificate": self.certificate, "shown_digest": digest, "pin": PIN, **values})

    def sign(self, agreement: Any) -> None:
        from helpagreements.domain.signing import sign

        self.read(agreement)
        credential = self.credential(agreement.current.document)
        sign(agreement, credential=credential, proof=proof(), by=self.head)

    def signed(self, **values: Any) -> Any:
        agreement = self.pushed(**values)
        self.sign(agreement)
        return agreement

    def active(self, **values: Any) -> Any:
        from helpagreements.domain.signing import follow_the_calendar

        agreement = self.signed(**values)
        follow_the_calendar()
        agreement.refresh_from_db()
        return agreement


def proof() -> Any:
    from helpagreements.domain.signing import Proof

    return Proof("password", timezone.now(), "203.0.113.7", "Firefox")


@pytest.fixture
def deal(person: Callable, places: dict, picture: Callable, clauses: None) -> Deal:
    from foundation.signing.domain import certificates

    place = places["ginkgo"]
    office = organisation(place, "office", "银杏里社区居民委员会")
    institution = organisation(place, "institution", "阳光帮扶中心", "91110102MA0000000X")
    clerk = person("clerk", display="小赵", roles=("staff",))
    second = person("second", display="老钱", roles=("staff",))
    head, helper = person("head", display="李主任"), person("helper", display="小周")
    member(institution, head)
    member(institution, helper, "member")
    head, helper = fresh(head), fresh(helper)
    certificates.create_seal(office, by=clerk)
    certificate = certify(institution, head, (clerk, second), picture)
    return Deal(office, institution, clerk, second, head, helper, certificate, place)
