from foundation.core.access.permissions import VERIFIED_RESIDENT, Grants, Permission
from foundation.core.access.roles import Role


class SocialPermission(Permission):
    READ_FEED = "social.read_feed"
    KEEP_DRAFT = "social.keep_draft"
    POST_STATUS = "social.post_status"
    COMMENT = "social.comment"
    REACT = "social.react"
    FOLLOW = "social.follow"
    REVIEW_COMMENT = "social.review_comment"


GRANTS: Grants = {
    SocialPermission.READ_FEED: [Role.RESIDENT],
    # Also for those who are not verified yet: what they type must not be lost.
    SocialPermission.KEEP_DRAFT: [Role.RESIDENT],
    SocialPermission.POST_STATUS: [VERIFIED_RESIDENT],
    SocialPermission.COMMENT: [VERIFIED_RESIDENT],
    SocialPermission.REACT: [VERIFIED_RESIDENT],
    SocialPermission.FOLLOW: [VERIFIED_RESIDENT],
    SocialPermission.REVIEW_COMMENT: [Role.EDITOR, Role.REVIEWER],
}
