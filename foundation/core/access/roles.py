"""The roles of the site (DESIGN §3). Stored in the database: a value never changes once released."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    VISITOR = "visitor", _("访客")
    RESIDENT = "resident", _("居民")
    GUARDIAN = "guardian", _("监护人")
    INSTITUTION_MEMBER = "institution_member", _("机构成员")
    INSTITUTION_HEAD = "institution_head", _("机构负责人")
    BUSINESS_MEMBER = "business_member", _("商家成员")
    BUSINESS_OWNER = "business_owner", _("商家负责人")
    EDITOR = "editor", _("编辑")
    REVIEWER = "reviewer", _("审稿人")
    STAFF = "staff", _("工作人员")
    CHILDRENS_OFFICER = "childrens_officer", _("儿童主任")
    AUDITOR = "auditor", _("审计员")
    ADMINISTRATOR = "administrator", _("管理员")
    OPERATOR = "operator", _("运维人员")


# What these roles may do ends at the place they hold the role for.
PLACED = frozenset({Role.STAFF, Role.CHILDRENS_OFFICER})
# An administrator gives these by hand; the others follow from having an account, a ward, an organisation.
GIVEN = (
    Role.EDITOR,
    Role.REVIEWER,
    Role.STAFF,
    Role.CHILDRENS_OFFICER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
    Role.OPERATOR,
)
# What these open is so much that two persons give them (A5; ASVS 2.3.5).
STRONG = frozenset({Role.CHILDRENS_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR, Role.OPERATOR})
# Who decides, who watches and who keeps the machine are three people: none of them holds another of these (等保, 三权分立).
APART = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.OPERATOR})


class RoleGroup(models.TextChoices):
    """Whom something can be meant for by what they are here: the refs of the scope `role`."""

    INSTITUTIONS = "institutions", _("帮扶机构")
    BUSINESSES = "businesses", _("商家")
    STAFF = "staff", _("社区工作人员")


ROLES_OF = {
    RoleGroup.INSTITUTIONS: frozenset({Role.INSTITUTION_HEAD, Role.INSTITUTION_MEMBER}),
    RoleGroup.BUSINESSES: frozenset({Role.BUSINESS_OWNER, Role.BUSINESS_MEMBER}),
    RoleGroup.STAFF: frozenset(GIVEN) - {Role.OPERATOR},
}

# What a role is for, in the words of those who give it.
SENTENCES = {
    Role.VISITOR: _("没有登录的人，看得到公开的内容。"),
    Role.RESIDENT: _("有账号的居民；完成实名认证后可以发言、评论、点赞和关注。"),
    Role.GUARDIAN: _("经认证的监护人，替自己的孩子办理事情。"),
    Role.INSTITUTION_MEMBER: _("帮扶机构的成员，在机构自己的工作台做事，进不了管理后台。"),
    Role.INSTITUTION_HEAD: _("帮扶机构的负责人，管理机构的成员和协议，进不了管理后台。"),
    Role.BUSINESS_MEMBER: _("商家的员工，处理商家的事务，进不了管理后台。"),
    Role.BUSINESS_OWNER: _("商家的负责人，管理商家页面和员工，进不了管理后台。"),
    Role.EDITOR: _("写新闻和公告，处理文章下的评论；自己写的由别人审核。"),
    Role.REVIEWER: _("审核别人写的新闻、公告和评论，通过后发布。"),
    Role.STAFF: _("街道或居委会的工作人员，在自己管辖的地点审核居民的申请、查看居民档案。"),
    Role.CHILDRENS_OFFICER: _("儿童主任，在自己管辖的地点管理儿童档案。"),
    Role.AUDITOR: _("查看和导出操作日志，不能改动任何内容。"),
    Role.ADMINISTRATOR: _("管理网站设置、地点和角色；看不到居民的私人内容。"),
    Role.OPERATOR: _("维护服务器和备份，没有任何内容的权限。"),
}
