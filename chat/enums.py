from django.db import models
from django.utils.translation import gettext_lazy as _

# The level of the scope that what is shown in a conversation carries.
CONVERSATION = "conversation"


class State(models.TextChoices):
    """How somebody stands in a conversation."""

    ACTIVE = "active", _("在对话中")
    # She is asked: by somebody she does not know, or into a group.
    REQUESTED = "requested", _("等待答复")
    DECLINED = "declined", _("已谢绝")
    LEFT = "left", _("已退出")


class What(models.TextChoices):
    """What a line of a conversation is: something said, or something that happened in a group."""

    SAID = "said", _("消息")
    STARTED = "started", _("建立群聊")
    JOINED = "joined", _("加入")
    LEFT = "left", _("退出")
    REMOVED = "removed", _("移出")
    RENAMED = "renamed", _("改名")
    HANDED_OVER = "handed", _("转交")


class WhoMayWrite(models.TextChoices):
    """Whose messages somebody wants."""

    EVERYBODY = "everybody", _("所有实名邻居（不认识的先放在“请求”里）")
    FOLLOWED = "followed", _("只有我关注的人")
