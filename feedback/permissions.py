from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import (
    VERIFIED_RESIDENT,
    Grant,
    Grants,
    Permission,
    Refusal,
    is_verified,
)
from foundation.core.access.roles import Role


class FeedbackPermission(Permission):
    WRITE = "feedback.write", _("提建议，修改自己的建议")
    VOTE = "feedback.vote", _("支持建议，撤回自己的建议")
    REVIEW = "feedback.review", _("审核建议")
    ANSWER = "feedback.answer", _("答复、推进、合并辖区内的建议")
    KEEP_CATEGORIES = "feedback.keep_categories", _("管理建议的分类")


GRANTS: Grants = {
    FeedbackPermission.WRITE: [VERIFIED_RESIDENT],
    # Also for who is muted: a vote says no word.
    FeedbackPermission.VOTE: [Grant(Role.RESIDENT, is_verified, lambda user: Refusal.VERIFY)],
    FeedbackPermission.REVIEW: [Role.STAFF],
    FeedbackPermission.ANSWER: [Role.STAFF],
    FeedbackPermission.KEEP_CATEGORIES: [Role.STAFF],
}
