"""The machine `[institution]` and who somebody is there (H2)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Membership
from foundation.accounts.models.user import good_standing
from foundation.core.access.permissions import has_permission, held_roles
from foundation.core.access.roles import Role
from foundation.core.flow.workflow import Workflow
from organisations.models import Institution
from organisations.permissions import InstitutionPermission

APPEAL = _("有异议可以向所属街道提出申诉，也可以到社区窗口当面说明。")


def letters(user: Any, institution: Institution) -> set[str]:
    """Return the letters of the machine that `user` is for this institution.

    Whoever belongs to it is never its office as well, whatever roles she holds (回避).
    """
    found: set[str] = set()
    for held in held_roles(user):
        if held.organisation == institution.pk:
            found |= {"H", "M"} if held.role == Role.INSTITUTION_HEAD else {"M"}
    if found:
        return found
    path = institution.place_path
    if has_permission(user, InstitutionPermission.REVIEW, place_path=path):
        found.add("A")
    if any(
        held.role == Role.CHILDRENS_OFFICER and path.startswith(held.place_path) for held in held_roles(user)
    ):
        found.add("K")
    return found


FLOW = Workflow.of_machine("institution", actors=letters)


def people_of(institution: Institution) -> list[int]:
    """Return the ids of all who belong to it now."""
    standing = Membership.objects.filter(
        good_standing("user__"), organisation_id=institution.pk, until__isnull=True
    )
    return list(standing.values_list("user_id", flat=True))


def head_of(institution: Institution) -> list[int]:
    """Return the id of its head, in a list: nobody where she left."""
    heads = Membership.objects.filter(organisation_id=institution.pk, until=None, position="head")
    return list(heads.values_list("user_id", flat=True))


def forget_roles(user: Any) -> None:
    """Let what somebody holds be read anew within this request: she has just become, or ceased to be, a member."""
    # By name, not by `__dict__`: the request's user is a proxy.
    if "_held_roles" in vars(getattr(user, "_wrapped", user)):
        del user._held_roles
