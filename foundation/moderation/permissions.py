from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class ModerationPermission(Permission):
    OPEN_INBOX = "moderation.open_inbox", _("打开统一审核")
    KEEP_REASONS = "moderation.keep_reasons", _("维护审核的常用理由")
    REPORT = "moderation.report", _("举报不当内容")
    DECIDE_CASES = "moderation.decide_cases", _("处理举报和申诉")
    SANCTION = "moderation.sanction", _("警告、禁言、停用和解除")
    KEEP_WORDS = "moderation.keep_words", _("维护敏感词表")
    CHANGE_SETTINGS = "moderation.change_settings", _("设置各类内容怎样审核")


# Who may open the inbox sees in it only what she may decide: each kind's review facet names that right.
GRANTS: Grants = {
    ModerationPermission.OPEN_INBOX: [
        Role.EDITOR,
        Role.REVIEWER,
        Role.STAFF,
        Role.ADMINISTRATOR,
    ],
    ModerationPermission.KEEP_REASONS: [Role.EDITOR, Role.REVIEWER, Role.STAFF, Role.ADMINISTRATOR],
    # Also who is not verified yet, or muted: seeing wrong is enough.
    ModerationPermission.REPORT: [Role.RESIDENT],
    ModerationPermission.DECIDE_CASES: [Role.STAFF, Role.ADMINISTRATOR],
    ModerationPermission.SANCTION: [Role.STAFF, Role.ADMINISTRATOR],
    ModerationPermission.KEEP_WORDS: [Role.STAFF, Role.ADMINISTRATOR],
    ModerationPermission.CHANGE_SETTINGS: [Role.ADMINISTRATOR],
}
