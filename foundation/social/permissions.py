from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import VERIFIED_RESIDENT, Grants, Permission
from foundation.core.access.roles import Role


class SocialPermission(Permission):
    READ_FEED = "social.read_feed", _("查看邻里动态")
    KEEP_DRAFT = "social.keep_draft", _("保存没写完的草稿")
    POST_STATUS = "social.post_status", _("发布说说")
    COMMENT = "social.comment", _("发表评论")
    REACT = "social.react", _("点赞")
    FOLLOW = "social.follow", _("关注邻居")
    BLOCK = "social.block", _("拉黑和屏蔽邻居")
    SAVE = "social.save", _("收藏")
    REVIEW_COMMENT = "social.review_comment", _("审核评论")


GRANTS: Grants = {
    SocialPermission.READ_FEED: [Role.RESIDENT],
    # Also for those who are not verified yet: what they type must not be lost.
    SocialPermission.KEEP_DRAFT: [Role.RESIDENT],
    SocialPermission.POST_STATUS: [VERIFIED_RESIDENT],
    SocialPermission.COMMENT: [VERIFIED_RESIDENT],
    SocialPermission.REACT: [VERIFIED_RESIDENT],
    SocialPermission.FOLLOW: [VERIFIED_RESIDENT],
    # Also who is not verified yet reads, and may want to read nothing of somebody.
    SocialPermission.BLOCK: [Role.RESIDENT],
    # What somebody keeps for herself is her own, verified or not.
    SocialPermission.SAVE: [Role.RESIDENT],
    SocialPermission.REVIEW_COMMENT: [Role.EDITOR, Role.REVIEWER],
}
