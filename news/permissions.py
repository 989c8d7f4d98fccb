from django.utils.translation import gettext_lazy as _

from foundation.core.access.matrix import grants_of
from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class NewsPermission(Permission):
    PUBLISH = "news.publish", _("审核并发布新闻和公告")
    PUBLISH_LOCALLY = "news.publish_locally", _("为自己管辖的地点发布公告")
    PUBLISH_NOTICES = "news.publish_notices", _("直接发布公告，给公告加更新，解除公告")
    OPEN_NOTICES = "news.open_notices", _("打开公告工作台，查看必读公告的阅读人数")
    CONFIRM_NOTICE = "news.confirm_notice", _("确认已阅读必读公告")
    CHANGE_CHANNELS = "news.change_channels", _("管理新闻栏目")


GRANTS: Grants = {
    NewsPermission.PUBLISH: [Role.REVIEWER],
    NewsPermission.PUBLISH_LOCALLY: grants_of("notice.publish"),
    # What is urgent can't wait for a second pair of eyes (P3); articles do (P2).
    NewsPermission.PUBLISH_NOTICES: [Role.EDITOR, Role.REVIEWER],
    NewsPermission.OPEN_NOTICES: [Role.EDITOR, Role.REVIEWER, *grants_of("notice.publish")],
    NewsPermission.CONFIRM_NOTICE: [Role.RESIDENT],
    NewsPermission.CHANGE_CHANNELS: [Role.ADMINISTRATOR],
}
DJANGO_RIGHTS = {
    NewsPermission.CHANGE_CHANNELS: ["news.add_channel", "news.change_channel", "news.delete_channel"]
}
