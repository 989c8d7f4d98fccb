from foundation.core.access.permissions import VERIFIED_RESIDENT, Grants, Permission
from foundation.core.access.roles import Role


class AccountPermission(Permission):
    EDIT_PROFILE = "accounts.edit_profile"
    GIVE_ROLES = "accounts.give_roles"
    ENTER_ADMIN = "accounts.enter_admin"


GRANTS: Grants = {
    AccountPermission.EDIT_PROFILE: [VERIFIED_RESIDENT],
    AccountPermission.GIVE_ROLES: [Role.ADMINISTRATOR],
    AccountPermission.ENTER_ADMIN: [
        Role.EDITOR,
        Role.REVIEWER,
        Role.STAFF,
        Role.CHILDRENS_OFFICER,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    ],
}
