"""Signing certificates, as lists that grow."""

from typing import Any

from foundation.accounts.models import Membership, Organisation, User
from foundation.signing.domain import certificates
from foundation.signing.models import Certificate


def certificate(scene: Any, number: int, *, by: Any) -> Certificate:
    """A certificate that the head of an institution has asked for."""
    made = Organisation.objects.create(
        type="institution", name=f"帮扶机构{number}-{by.pk}", place=scene.places["ginkgo"], stands=True
    )
    Membership.objects.create(organisation=made, user=by, position="head")
    head = User.objects.get(pk=by.pk)
    letters = [scene.picture("letter.jpg", (64, 48))]
    return certificates.ask(made, holding=certificates.PinKey(pin="481516"), letters=letters, by=head)


def own_certificate(scene: Any, number: int) -> None:
    certificate(scene, number, by=scene.owner)
