from django.utils.translation import gettext_lazy as _

from foundation.core.access.matrix import grants_of
from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class NewsPermission(Permission):
    PUBLISH = "news.publish", _("审核并发布新闻和公告")
    PUBLISH_LOCALLY = "news.publish_locally", _("为自己管辖的地点发布公告")
    CHANGE_CHANNELS = "news.change_channels", _("管理新闻栏目")


GRANTS: Grants = {
    NewsPermission.PUBLISH: [Role.REVIEWER],
    NewsPermission.PUBLISH_LOCALLY: grants_of("notice.publish"),
    NewsPermission.CHANGE_CHANNELS: [Role.ADMINISTRATOR],
}
DJANGO_RIGHTS = {
    NewsPermission.CHANGE_CHANNELS: ["news.add_channel", "news.change_channel", "news.delete_channel"]
}
