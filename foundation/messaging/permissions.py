from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class MessagingPermission(Permission):
    READ_NOTIFICATIONS = "messaging.read_notifications"


GRANTS: Grants = {MessagingPermission.READ_NOTIFICATIONS: [Role.RESIDENT]}
