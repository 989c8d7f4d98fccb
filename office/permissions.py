from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.core.access.matrix import acts_for_institution, grants_of
from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class OfficePermission(Permission):
    READ_LOG = "office.read_log", _("查看操作日志")
    EXPORT_LOG = "office.export_log", _("导出操作日志")
    CLOSE_ALARMS = "office.close_alarms", _("核实警报")
    LET_GO = "office.let_go", _("办理工作人员离岗")
    READ_TROUBLES = "office.read_troubles", _("查看网站的运行状况")
    VERIFY_CHAIN = "office.verify_chain", _("核对操作日志的存证链")
    RETRY_MESSAGES = "office.retry_messages", _("让没能发出去的消息再发一次")


def for_institution(user: Any, obj: Any) -> bool:
    """`m`: whoever acts for an institution sees where its own entries stand in the chain."""
    return acts_for_institution(user)


GRANTS: Grants = {
    OfficePermission.READ_LOG: [Role.AUDITOR, Role.ADMINISTRATOR],
    OfficePermission.EXPORT_LOG: [Role.AUDITOR],
    # Alarms are about what administrators do, too.
    OfficePermission.CLOSE_ALARMS: [Role.AUDITOR],
    OfficePermission.LET_GO: [Role.ADMINISTRATOR],
    OfficePermission.READ_TROUBLES: [Role.ADMINISTRATOR, Role.OPERATOR],
    OfficePermission.VERIFY_CHAIN: [
        *grants_of("audit.verify_chain", {"m": for_institution}),
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    ],
    OfficePermission.RETRY_MESSAGES: [Role.ADMINISTRATOR, Role.OPERATOR],
}
