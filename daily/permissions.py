from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class DailyPermission(Permission):
    KEEP_TABLES = "daily.keep_tables", _("维护限行规则、升降旗时间和特别的日子")
    WARN = "daily.warn", _("为自己管辖的地点发布天气预警")
    FETCH_WEATHER = "daily.fetch_weather", _("查看天气数据的来源，马上再取一次")
    KEEP_OWN_PLATES = "daily.keep_own_plates", _("登记自己的车牌，限行日早上收到提醒")


GRANTS: Grants = {
    # Rules of the city and dates of the state are the same in every place.
    DailyPermission.KEEP_TABLES: [Role.STAFF, Role.EDITOR, Role.ADMINISTRATOR],
    DailyPermission.WARN: [Role.STAFF],
    DailyPermission.FETCH_WEATHER: [Role.STAFF, Role.EDITOR, Role.ADMINISTRATOR, Role.OPERATOR],
    DailyPermission.KEEP_OWN_PLATES: [Role.RESIDENT],
}
