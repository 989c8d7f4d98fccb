"""One person, several hats: who acts, and for whom (H1; help-platform.md §2.3, 5)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.domain import hats
from foundation.accounts.domain.leaving import end_memberships, membership_data
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.models.user import AS_RESIDENT
from foundation.core.access.permissions import held_roles
from foundation.core.flow import audit
from foundation.core.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.row("H1")]


@pytest.fixture
def organisation(places: dict) -> Callable[..., Organisation]:
    def make(name: str = "阳光帮扶中心", kind: str = "institution") -> Organisation:
        return Organisation.objects.create(type=kind, name=name, place=places["ginkgo"], stands=True)

    return make


def again(user: User) -> User:
    """The account as the next request reads it."""
    return User.objects.get(pk=user.pk)


def test_a_role_follows_from_a_membership_and_goes_with_it(person: Callable, organisation: Callable) -> None:
    head = person("head")
    tie = Membership.objects.create(organisation=organisation(), user=head, position="head")
    assert again(head).has_role("institution_head")
    assert again(head).acts_for_institution
    tie.until = timezone.now()
    tie.save()
    assert not again(head).has_role("institution_head")
    assert not again(head).acts_for_institution


def test_the_roles_of_an_account_are_read_in_one_statement(
    person: Callable, organisation: Callable, django_assert_num_queries: Any
) -> None:
    staff = person("staff", roles=("staff",))
    Membership.objects.create(organisation=organisation(kind="business"), user=staff, position="head")
    with django_assert_num_queries(1):
        roles = {str(held.role) for held in held_roles(staff)}
    assert roles == {"visitor", "resident", "staff", "business_owner"}


def test_she_chooses_for_whom_she_acts(person: Callable, organisation: Callable) -> None:
    one, two = organisation(), organisation("爱心站")
    member = person("member")
    for place in (one, two):
        Membership.objects.create(organisation=place, user=member)
    member, session = again(member), {}
    assert member.acting_organisation == min(one.pk, two.pk)
    hats.put_on(session, member, two.public_id)
    assert (member.acting_organisation, session[hats.HAT]) == (two.pk, two.pk)
    hats.put_on(session, member, "")
    assert (member.acting_organisation, session[hats.HAT]) == (None, AS_RESIDENT)
    assert {found.name for found in hats.hats_of(member)} == {one.name, two.name}


@pytest.mark.deny
def test_nobody_puts_on_a_hat_that_is_not_hers(person: Callable, organisation: Callable) -> None:
    member = person("member")
    with pytest.raises(hats.NotHers):
        hats.put_on({}, member, organisation().public_id)
    client = Client()
    client.force_login(member)
    answer = client.post(reverse("accounts:hat"), {"organisation": organisation("别人的").public_id})
    assert answer.status_code == 404


def test_the_hat_stays_on_for_the_session_and_stands_in_the_log(
    person: Callable, organisation: Callable
) -> None:
    member = person("member")
    Membership.objects.create(organisation=organisation(), user=member)
    client = Client()
    client.force_login(again(member))
    client.post(reverse("accounts:hat"), {"organisation": ""})
    page = client.get("/feed/")
    assert page.wsgi_request.user.acting_organisation is None
    member = again(member)
    audit.append("accounts.change_profile", by=member, obj=member)
    member.hat = AS_RESIDENT
    audit.append("accounts.change_profile", by=member, obj=member)
    assert list(AuditEntry.objects.order_by("seq").values_list("role", flat=True))[-2:] == [
        "institution_member",
        "resident",
    ]


def test_the_log_names_the_office_of_staff_who_belong_to_an_institution_too(
    person: Callable, organisation: Callable
) -> None:
    """She chose no hat: what she does as staff is not an act of the institution."""
    both = person("both", roles=("staff",))
    Membership.objects.create(organisation=organisation(), user=both)
    both = again(both)
    entry = audit.append("identity.approve", by=both, obj=both, place_path="0001")
    assert entry.role == "institution_member,staff"
    both.hat = AS_RESIDENT
    assert audit.append("identity.approve", by=both, obj=both).role == "resident,staff"


@pytest.mark.deny
def test_one_head_one_membership_and_one_office(
    person: Callable, organisation: Callable, places: dict
) -> None:
    one, member = organisation(), person("member")
    Membership.objects.create(organisation=one, user=member, position="head")
    for again_in in ({"user": member}, {"user": person("other"), "position": "head"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(organisation=one, **again_in)
    organisation("居委会", "office")
    with pytest.raises(IntegrityError), transaction.atomic():
        organisation("又一个居委会", "office")


def test_who_leaves_belongs_to_nothing_any_more(person: Callable, organisation: Callable) -> None:
    member = person("member")
    tie = Membership.objects.create(organisation=organisation(), user=member)
    assert membership_data(tie)["organisation"] == "阳光帮扶中心"
    assert end_memberships(member) == 1
    tie.refresh_from_db()
    assert tie.until is not None
