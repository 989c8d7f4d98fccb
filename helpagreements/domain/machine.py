"""The machine `[agreement]` of the house, and what every step of it asks first (H5)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Membership, Organisation, RoleAssignment
from foundation.core import notify
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.access.roles import Role
from foundation.core.flow.workflow import GuardFails, Workflow
from foundation.core.models import Place
from helpagreements.enums import Side
from helpagreements.models import Agreement
from helpagreements.permissions import AgreementPermission
from helpagreements.rules import is_member, letters_of, works_for

NOBODY = Refused(Refusal.FORBIDDEN)
AGREEMENT = Workflow.of_machine("agreement", actors=letters_of)


def side_of(user: Any, agreement: Agreement) -> Side:
    """Return for which side somebody acts here. Raises Refused for a stranger."""
    if is_member(user, agreement):
        return Side.INSTITUTION
    if works_for(user, agreement):
        return Side.COMMUNITY
    raise Refused(Refusal.FORBIDDEN)


def require_actor(agreement: Agreement, event: str, user: Any) -> None:
    """Refuse whoever is no actor of the event here, whatever state it is in: members, and officers who are members.

    Raises Refused.
    """
    if not letters_of(user, agreement) & AGREEMENT.steps[event].actors:
        raise NOBODY


def require_officer(place: Place, institution: Organisation, user: Any) -> None:
    """Refuse who does not work for the place, and who belongs to the institution. Raises Refused."""
    require(user, AgreementPermission.DRAFT, place_path=place.path)
    if institution.pk in user.organisation_ids:
        raise NOBODY


def other(side: str) -> Side:
    """Return the side opposite."""
    return Side.COMMUNITY if side == Side.INSTITUTION else Side.INSTITUTION


def require_standing(agreement: Agreement) -> None:
    """What an institution may not do while it is suspended. Raises GuardFails."""
    if not Organisation.objects.filter(pk=agreement.institution_id, stands=True).exists():
        raise GuardFails(_("帮扶机构已被暂停或尚未通过审核，现在不能办理。"))


def required(text: str, words: Any) -> str:
    """Return the text without blanks around it. Raises GuardFails with `words` where nothing is left."""
    if not (text := text.strip()):
        raise GuardFails(words)
    return text


REASON = _("请写明原因。")


def people_of(agreement: Agreement, side: str, *, heads_only: bool = True) -> set[int]:
    """Return the ids of those who hear for a side: the institution's head (or all of it), or the place's staff."""
    if side == Side.INSTITUTION:
        found = Membership.objects.filter(organisation_id=agreement.institution_id, until=None)
        if heads_only:
            found = found.filter(position=Membership.Position.HEAD)
        return set(found.values_list("user_id", flat=True))
    return staff_of(agreement)


def staff_of(agreement: Agreement) -> set[int]:
    """Return the ids of the staff who answer for the place, the members of the institution apart."""
    held = RoleAssignment.objects.filter(
        role=Role.STAFF, place__path__in=agreement.place.chain, user__is_active=True
    )
    members = Membership.objects.filter(organisation_id=agreement.institution_id, until=None)
    return set(held.exclude(user__in=members.values("user")).values_list("user_id", flat=True))


def tell(event: str, agreement: Agreement, *sides: str, by: Any = None, text: str = "") -> None:
    """Tell the sides; within the caller's transaction."""
    to = set().union(*(people_of(agreement, side) for side in sides))
    notify.emit(event, to=to - {getattr(by, "pk", None)}, about=agreement, by=by, text=text)


def settle(agreement: Agreement) -> None:
    """Take back what still calls people to something that is done."""
    notify.settle("agreement_pushed", "agreement_remind", "agreement_end_asked", about=agreement)
