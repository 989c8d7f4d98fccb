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
