from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class NewsPermission(Permission):
    PUBLISH = "news.publish", _("审核并发布新闻和公告")


GRANTS: Grants = {NewsPermission.PUBLISH: [Role.REVIEWER]}
