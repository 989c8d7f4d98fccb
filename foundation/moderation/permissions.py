from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class ModerationPermission(Permission):
    OPEN_INBOX = "moderation.open_inbox", _("打开统一审核")
    KEEP_REASONS = "moderation.keep_reasons", _("维护审核的常用理由")
    CHANGE_SETTINGS = "moderation.change_settings", _("设置各类内容怎样审核")


# Who may open the inbox sees in it only what she may decide: each kind's review facet names that right.
GRANTS: Grants = {
    ModerationPermission.OPEN_INBOX: [Role.EDITOR, Role.REVIEWER, Role.STAFF],
    ModerationPermission.KEEP_REASONS: [Role.EDITOR, Role.REVIEWER, Role.STAFF],
    ModerationPermission.CHANGE_SETTINGS: [Role.ADMINISTRATOR],
}
