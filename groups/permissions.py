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


class GroupPermission(Permission):
    FOUND = "groups.found", _("创建圈子和兴趣群组")
    JOIN = "groups.join", _("加入和退出圈子、群组，管理自己的圈子")
    REVIEW = "groups.review", _("审核圈子，审核群组上首页")
    OVERSEE = "groups.oversee", _("查看辖区内的圈子和对管理员公开的群组")


GRANTS: Grants = {
    GroupPermission.FOUND: [VERIFIED_RESIDENT],
    # Also for who is muted: she reads on, leaves, hands over.
    GroupPermission.JOIN: [Grant(Role.RESIDENT, is_verified, lambda user: Refusal.VERIFY)],
    GroupPermission.REVIEW: [Role.STAFF],
    GroupPermission.OVERSEE: [Role.STAFF],
}
