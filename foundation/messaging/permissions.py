from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import SUSPENDED_TOO, Grants, Permission
from foundation.core.access.roles import Role


class MessagingPermission(Permission):
    READ_NOTIFICATIONS = "messaging.read_notifications", _("查看自己的通知")


# Who is suspended reads there what became of her appeal.
GRANTS: Grants = {MessagingPermission.READ_NOTIFICATIONS: [Role.RESIDENT, SUSPENDED_TOO]}
