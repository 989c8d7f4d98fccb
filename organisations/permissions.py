from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.core.access.matrix import acts_for_institution, grants_of
from foundation.core.access.permissions import (
    Grant,
    Grants,
    Permission,
    Refusal,
    held_roles,
    is_verified,
)
from foundation.core.access.roles import PLACED, Role


class InstitutionPermission(Permission):
    SEARCH = "institution.search", _("查找帮扶机构")
    VIEW_OWN = "institution.view_own", _("查看自己机构的资料，或辖区内机构的资料")
    APPLY = "institution.apply", _("为帮扶机构申请入驻")
    REVIEW = "institution.review", _("审核帮扶机构，恢复和注销机构")
    EDIT_PROFILE = "institution.edit_profile", _("修改自己机构的主页")
    SUSPEND = "institution.suspend", _("提出暂停帮扶机构，由另一位同事确认")
    OVERSEE = "institution.oversee", _("查看辖区内的帮扶机构和证照")
    OPEN_DESK = "organisations.open_desk", _("打开所属组织的工作台")
    ANSWER_INVITATION = "organisations.answer_invitation", _("接受或谢绝加入组织的邀请")


def belongs(user: Any, obj: Any) -> bool:
    """`m`: she acts for an institution, and where one is asked about, for that one."""
    if obj is None:
        return acts_for_institution(user)
    return acts_for_institution(user) and user.acting_organisation == obj.pk


def own_application(user: Any, obj: Any) -> bool:
    """`o`: a verified resident, and where an institution is asked about, its head."""
    if not is_verified(user):
        return False
    heads = {held.organisation for held in held_roles(user) if held.role == Role.INSTITUTION_HEAD}
    return obj is None or obj.pk in heads


def _why_not(user: Any) -> Refusal:
    return Refusal.FORBIDDEN if is_verified(user) else Refusal.VERIFY


VIEW_OWN = grants_of("institution.view_own", {"m": belongs})
GRANTS: Grants = {
    InstitutionPermission.SEARCH: grants_of("institution.search"),
    InstitutionPermission.VIEW_OWN: VIEW_OWN,
    InstitutionPermission.APPLY: [
        replace(one, otherwise=_why_not) if isinstance(one, Grant) else one
        for one in grants_of("institution.apply", {"o": own_application})
    ],
    InstitutionPermission.REVIEW: grants_of("institution.review"),
    InstitutionPermission.EDIT_PROFILE: grants_of("institution.edit_profile", {"m": belongs}),
    InstitutionPermission.SUSPEND: grants_of("institution.suspend"),
    # The same row as seen from the office: members have no place, and must not be taken for people with all of them.
    InstitutionPermission.OVERSEE: [one for one in VIEW_OWN if one in PLACED],
    InstitutionPermission.OPEN_DESK: [
        Role.INSTITUTION_MEMBER,
        Role.INSTITUTION_HEAD,
        Role.BUSINESS_MEMBER,
        Role.BUSINESS_OWNER,
    ],
    InstitutionPermission.ANSWER_INVITATION: [Grant(Role.RESIDENT, is_verified, _why_not)],
}
