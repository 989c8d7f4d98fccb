"""What was added to a notice since it was published; the last one may lift it (P3)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.ids import public_id
from news.models.notice import NoticePage


class NoticeUpdate(models.Model):
    """A dated addition (更新). It stands at once, whatever waits in the notice's drafts."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    notice = models.ForeignKey(NoticePage, models.CASCADE, related_name="updates")
    text = models.CharField(_("内容"), max_length=300)
    at = models.DateTimeField(default=timezone.now)
    ends = models.BooleanField(default=False)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("公告更新")
        verbose_name_plural = _("公告更新")
        indexes = [models.Index(fields=["notice", "-at"], name="notice_updates")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="notice_update_says_something"),
            models.UniqueConstraint(fields=["notice"], condition=Q(ends=True), name="notice_is_lifted_once"),
        ]

    def __str__(self) -> str:
        return self.text
