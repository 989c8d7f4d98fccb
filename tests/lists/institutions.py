"""Institutions and their people, papers and services, as lists that grow."""

from typing import Any

from django.utils import timezone

from foundation.accounts.models import Membership, Organisation
from foundation.core import reviews
from foundation.core.models import StoredFile
from organisations.domain import page, suspending
from organisations.models import (
    Audience,
    Institution,
    Invitation,
    Qualification,
    RecordCheck,
    Service,
    SuspensionRequest,
)


def _institution(scene: Any, number: int, *, state: str = "approved") -> Institution:
    """One with a logo, a service, a group and a licence that ends soon, whose head is somebody of its own."""
    place = scene.places["ginkgo"]
    organisation = Organisation.objects.create(
        type="institution", name=f"帮扶{state}{number}", code=f"{state}{number}"[:18], place=place
    )
    head = scene.person(f"head-{state}-{number}", display=f"负责人{number}")
    logo = StoredFile(owner_id=head.pk, state=StoredFile.State.READY, width=64, height=48)
    logo.save()
    made = Institution.objects.create(
        organisation=organisation,
        applicant=head,
        state=state,
        introduction="陪伴老人",
        claimed_code=organisation.code,
        verified_on=timezone.localdate(),
        submitted_at=timezone.now(),
        logo=logo,
    )
    made.area.set([place])
    Membership.objects.create(organisation=organisation, user=head, position="head")
    Audience.objects.create(institution=made, group="elderly")
    Service.objects.create(institution=made, name="助餐", matter="care")
    Qualification.objects.create(
        institution=made, type="licence", name="登记证书", valid_until=timezone.localdate()
    )
    page.index(made)
    return made


def helping(scene: Any, number: int) -> None:
    """One that helps, for whoever looks for help and for the office."""
    _institution(scene, number)


def own(scene: Any) -> Institution:
    """The institution whose head the owner is."""
    found = Institution.objects.filter(organisation__name="自己的").first()
    if found is None:
        organisation = Organisation.objects.create(
            type="institution", name="自己的", place=scene.places["ginkgo"]
        )
        found = Institution.objects.create(
            organisation=organisation,
            applicant=scene.owner,
            state="approved",
            slug="own",
            claimed_code="own",
            verified_on=timezone.localdate(),
            serves_children=True,
        )
        Membership.objects.create(organisation=organisation, user=scene.owner, position="head")
    return found


def part_of_own(scene: Any, number: int) -> None:
    """One more of everything that the owner's institution has: member, invitation, paper, service, place, event."""
    found = own(scene)
    member, asked = scene.somebody(number), scene.somebody(4000 + number)
    Membership.objects.create(organisation=found.organisation, user=member)
    RecordCheck.objects.create(institution=found, user=member, checked_on=timezone.localdate())
    Invitation.objects.create(
        organisation=found.organisation, user=asked, position="member", asked_by=scene.owner
    )
    file = StoredFile(owner_id=scene.owner.pk, state=StoredFile.State.READY, width=64, height=48)
    file.save()
    Qualification.objects.create(institution=found, type="other", name=f"证书{number}", file=file)
    page.add_service(found, values={"name": f"服务{number}", "matter": "care"}, by=scene.owner_now)


def waiting_institutions(scene: Any, number: int) -> dict[str, Any]:
    """An application and a suspension that wait for the officer."""
    applied = _institution(scene, number, state="submitted")
    reviews.submit(applied, by=applied.applicant, place_path=applied.place_path)
    asked: SuspensionRequest = suspending.ask_suspension(
        _institution(scene, number, state="approved"), reason="投诉", by=scene.colleague
    )
    return {"institution": applied, "suspension": asked}


def asked_to_join(scene: Any, number: int) -> Invitation:
    """The officer is asked into an institution."""
    institution = _institution(scene, 5000 + number)
    return Invitation.objects.create(
        organisation=institution.organisation,
        user=scene.officer,
        position="member",
        asked_by=institution.applicant,
    )
