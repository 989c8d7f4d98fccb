from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class ResidentPermission(Permission):
    READ_RECORD = "residents.read_record"


GRANTS: Grants = {ResidentPermission.READ_RECORD: [Role.STAFF]}
