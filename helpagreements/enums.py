"""The closed lists of agreements (help-platform.md §3.3: never what concerns marriage, adoption or inheritance)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgreementType(models.TextChoices):
    """What can be agreed on line (电子签名法 3); anything else stays on paper."""

    CARE = "care", _("上门关爱与生活照料")
    CHILDREN = "children", _("留守儿童关爱服务")
    DISABILITY = "disability", _("助残服务")
    GOODS = "goods", _("物资与资金帮扶")
    TRAINING = "training", _("技能培训与就业帮扶")
    VOLUNTEERS = "volunteers", _("志愿服务合作")


class Standing(models.TextChoices):
    """The words by which people tell agreements apart (H5); several states share one."""

    WAITING = "waiting", _("待签约")
    SIGNED = "signed", _("已签约")
    EXPIRED = "expired", _("已到期")
    OTHER = "other", _("其他")


class Side(models.TextChoices):
    """The two parties."""

    COMMUNITY = "community", _("社区")
    INSTITUTION = "institution", _("帮扶机构")


class Ending(models.TextChoices):
    """What one side can ask of the other."""

    RESCIND = "rescind", _("生效前撤销")
    TERMINATE = "terminate", _("解约")
