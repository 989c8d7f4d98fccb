from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class ResidentPermission(Permission):
    READ_RECORD = "residents.read_record", _("查看居民档案")


GRANTS: Grants = {ResidentPermission.READ_RECORD: [Role.STAFF]}
