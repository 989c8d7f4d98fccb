from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import (
    SUSPENDED_TOO,
    VERIFIED_RESIDENT,
    Grant,
    Grants,
    Permission,
    Refusal,
    is_verified,
)
from foundation.core.access.roles import Role

# Who works in the admin: their passwords, second factors and sessions follow stricter rules.
STAFF_ROLES = (
    Role.EDITOR,
    Role.REVIEWER,
    Role.STAFF,
    Role.CHILDRENS_OFFICER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


class AccountPermission(Permission):
    EDIT_PROFILE = "accounts.edit_profile", _("编辑自己的个人资料")
    GIVE_ROLES = "accounts.give_roles", _("授予和收回角色")
    READ_RIGHTS = "accounts.read_rights", _("查看谁持有什么角色，以及权限总表")
    ENTER_ADMIN = "accounts.enter_admin", _("进入管理后台")
    KEEP_ACCOUNT = "accounts.keep_account", _("管理自己的账号：设备、资料下载和注销")
    KEEP_FAMILY = "accounts.keep_family", _("请家人代办，或为家人代办")
    RECORD_FAMILY = "accounts.record_family", _("在窗口登记和结束居民的亲情代办")


GRANTS: Grants = {
    AccountPermission.EDIT_PROFILE: [VERIFIED_RESIDENT],
    AccountPermission.GIVE_ROLES: [Role.ADMINISTRATOR],
    AccountPermission.READ_RIGHTS: [Role.ADMINISTRATOR, Role.AUDITOR],
    AccountPermission.ENTER_ADMIN: STAFF_ROLES,
    # Her copy and her leaving are hers by law also while a sanction runs (个保法 45, 47).
    AccountPermission.KEEP_ACCOUNT: [Role.RESIDENT, SUSPENDED_TOO],
    AccountPermission.KEEP_FAMILY: [Grant(Role.RESIDENT, is_verified, lambda user: Refusal.VERIFY)],
    AccountPermission.RECORD_FAMILY: [Role.STAFF],
}
