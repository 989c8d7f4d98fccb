"""What should not happen, as data: the alarms on the audit log (O4; ASVS 16.3, 个保法 51)."""

from datetime import time, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

# Acts by which somebody sees what is sealed or belongs to others, and acts by which much leaves the house at once.
# Their owner's own data, which people take home themselves, is neither.
REVEALS = frozenset({"moderation.look", "office.look_at_entry"})
EXPORTS = frozenset({"office.export_log"})
HOUR = timedelta(hours=1)


class Rule(models.TextChoices):
    MASS_REVEAL = "mass_reveal", _("短时间内查看了很多人的资料")
    NIGHT_EXPORT = "night_export", _("夜间导出数据")
    UNREVIEWED = "unreviewed", _("绕过审核直接发布")
    ROLE_AT_SERVER = "role_at_server", _("在服务器上授予了角色")


def is_night(moment: time, *, begins: int, ends: int) -> bool:
    """Say whether nobody works at that time of the day; night may reach over midnight."""
    hour = moment.hour
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends
