from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class NewsPermission(Permission):
    PUBLISH = "news.publish"


GRANTS: Grants = {NewsPermission.PUBLISH: [Role.REVIEWER]}
