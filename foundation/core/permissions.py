from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import VERIFIED_RESIDENT, Grants, Permission
from foundation.core.access.roles import Role


class PortalPermission(Permission):
    UPLOAD_PICTURES = "core.upload_pictures", _("上传自己的照片")
    WRITE_PAGES = "core.write_pages", _("写新闻、公告和其他页面")
    USE_PICTURES = "core.use_pictures", _("上传和使用编辑用的图片与文件")
    MANAGE_PAGES = "core.manage_pages", _("不经审核发布、下线、锁定和删除页面")
    CHANGE_SETTINGS = "core.change_settings", _("修改网站设置")
    CHANGE_PLACES = "core.change_places", _("管理地点")


GRANTS: Grants = {
    PortalPermission.UPLOAD_PICTURES: [VERIFIED_RESIDENT],
    PortalPermission.WRITE_PAGES: [Role.EDITOR, Role.REVIEWER, Role.ADMINISTRATOR],
    PortalPermission.USE_PICTURES: [Role.EDITOR, Role.REVIEWER, Role.ADMINISTRATOR],
    # No reviewer: the inbox publishes what she approved, and nobody what she wrote herself (P2).
    PortalPermission.MANAGE_PAGES: [Role.ADMINISTRATOR],
    PortalPermission.CHANGE_SETTINGS: [Role.ADMINISTRATOR],
    PortalPermission.CHANGE_PLACES: [Role.ADMINISTRATOR],
}
# Wagtail asks for the rights on its own model of pictures, whichever model an installation puts in its place.
DJANGO_RIGHTS = {
    PortalPermission.WRITE_PAGES: [
        "wagtailcore.add_page",
        "wagtailcore.change_page",
        "wagtail_localize.submit_translation",
    ],
    PortalPermission.MANAGE_PAGES: [
        "wagtailcore.publish_page",
        "wagtailcore.delete_page",
        "wagtailcore.lock_page",
        "wagtailcore.unlock_page",
    ],
    PortalPermission.USE_PICTURES: [
        "wagtailimages.add_image",
        "wagtailimages.change_image",
        "wagtailimages.choose_image",
        "wagtaildocs.add_document",
        "wagtaildocs.change_document",
        "wagtaildocs.choose_document",
    ],
}
