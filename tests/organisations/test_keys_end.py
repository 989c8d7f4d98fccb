"""Who may not act for an institution any more has no key of it (H2, H6)."""

from collections.abc import Callable

import pytest

from foundation.accounts.models import User
from foundation.signing.models import Certificate
from organisations.domain import members, suspending
from tests.organisations.conftest import fresh, join, suspend
from tests.signing.conftest import certify

pytestmark = [pytest.mark.django_db, pytest.mark.row("H2", "H6"), pytest.mark.deny]


@pytest.fixture
def keys(approved: Callable, office: dict, head: User, helper: User, picture: Callable) -> tuple:
    """An institution whose head and whose member both hold a key."""
    institution = approved()
    join(institution, helper)
    deciders = (office["staff"], office["second"])
    made = [certify(institution.organisation, user, deciders, picture) for user in (head,)]
    return institution, made[0]


def state(certificate: Certificate) -> str:
    return str(Certificate.objects.values_list("state", flat=True).get(pk=certificate.pk))


def test_suspended_by_two_it_signs_nothing(keys: tuple, office: dict) -> None:
    institution, certificate = keys
    assert state(certificate) == "valid"
    suspend(institution, office["staff"], office["second"])
    assert state(certificate) == "revoked"


def test_closed_it_signs_nothing(keys: tuple, office: dict) -> None:
    institution, certificate = keys
    suspending.close(institution, reason="停办", by=office["staff"])
    assert state(certificate) == "revoked"


def test_a_head_who_handed_over_signs_no_more(keys: tuple, head: User, helper: User) -> None:
    institution, certificate = keys
    asked = members.invite(institution.organisation, helper, position="head", by=fresh(head))
    members.answer(asked, accept=True, by=fresh(helper))
    assert state(certificate) == "revoked"
