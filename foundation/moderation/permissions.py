from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class ModerationPermission(Permission):
    OPEN_INBOX = "moderation.open_inbox", _("打开统一审核")


# Who may open the inbox sees in it only what she may decide: each kind's review facet names that right.
GRANTS: Grants = {
    ModerationPermission.OPEN_INBOX: [Role.EDITOR, Role.REVIEWER, Role.STAFF, Role.ADMINISTRATOR]
}
