from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import VERIFIED_RESIDENT, Grants, Permission
from foundation.core.access.roles import Role


class SpacePermission(Permission):
    WRITE_DIARY = "spaces.write_diary", _("写日志")
    WRITE_IN_GUESTBOOK = "spaces.write_in_guestbook", _("在留言板上留言")
    READ_GUESTBOOK = "spaces.read_guestbook", _("看留言板")
    FIND_PEOPLE = "spaces.find_people", _("找邻居")
    KEEP_ADDRESS_BOOK = "spaces.keep_address_book", _("建自己的通信录")
    ARRANGE_SPACE = "spaces.arrange_space", _("整理自己空间里的应用和提示")


GRANTS: Grants = {
    SpacePermission.WRITE_DIARY: [VERIFIED_RESIDENT],
    SpacePermission.WRITE_IN_GUESTBOOK: [VERIFIED_RESIDENT],
    SpacePermission.READ_GUESTBOOK: [Role.RESIDENT],
    # The names of a community are for those who live there.
    SpacePermission.FIND_PEOPLE: [VERIFIED_RESIDENT],
    SpacePermission.KEEP_ADDRESS_BOOK: [VERIFIED_RESIDENT],
    # Also who is not verified yet, or muted: it says nothing to anybody.
    SpacePermission.ARRANGE_SPACE: [Role.RESIDENT],
}
