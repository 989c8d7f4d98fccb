from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class IdentityPermission(Permission):
    CLAIM_IDENTITY = "identity.claim_identity"
    DECIDE_CLAIM = "identity.decide_claim"


GRANTS: Grants = {
    IdentityPermission.CLAIM_IDENTITY: [Role.RESIDENT],
    IdentityPermission.DECIDE_CLAIM: [Role.STAFF],
}
