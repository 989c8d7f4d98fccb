from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class IdentityPermission(Permission):
    CLAIM_IDENTITY = "identity.claim_identity", _("申请实名认证")
    DECIDE_CLAIM = "identity.decide_claim", _("审核实名申请")


GRANTS: Grants = {
    IdentityPermission.CLAIM_IDENTITY: [Role.RESIDENT],
    IdentityPermission.DECIDE_CLAIM: [Role.STAFF],
}
