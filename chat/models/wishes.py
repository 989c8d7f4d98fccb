from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.enums import WhoMayWrite
from foundation.accounts.models import User


class Wishes(models.Model):
    """What somebody wants of messages; no row: as everybody."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    who_may_write = models.CharField(
        _("谁可以给我发消息"), max_length=10, choices=WhoMayWrite, default=WhoMayWrite.EVERYBODY
    )
    shows_read = models.BooleanField(_("让对方看到我已读"), default=True)

    class Meta:
        verbose_name = _("消息设置")
        verbose_name_plural = _("消息设置")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(who_may_write__in=WhoMayWrite.values), name="chat_wish_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.user_id)
