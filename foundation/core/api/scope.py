"""What a device may be allowed to do for its owner; less than she may herself, never more (U5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TokenScope(models.TextChoices):
    """Stored with the token: a value never changes once released. None of them opens what staff do."""

    READ = "read", _("查看邻里的内容")
    WRITE = "write", _("发布、评论、点赞、关注和举报")
    NOTIFICATIONS = "notifications", _("通知和推送")
    ACCOUNT = "account", _("账号、个人资料、实名和自己的数据")
    MESSAGES = "messages", _("收发自己的消息")
