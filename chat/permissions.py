from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import VERIFIED_RESIDENT, Grants, Permission
from foundation.core.access.roles import Role


class ChatPermission(Permission):
    READ = "chat.read", _("查看自己的消息")
    KEEP = "chat.keep", _("整理自己的消息：已读、静音、归档、撤回、退出")
    SEND = "chat.send", _("给邻居发消息")


GRANTS: Grants = {
    # Of nobody else's: whatever role somebody holds, she reads the conversations that she is in.
    ChatPermission.READ: [Role.RESIDENT],
    # Also for whom the community muted: to leave, to decline and to take back is no speaking.
    ChatPermission.KEEP: [Role.RESIDENT],
    ChatPermission.SEND: [VERIFIED_RESIDENT],
}
