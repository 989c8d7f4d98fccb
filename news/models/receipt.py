"""Who has read what everybody must read, and when those who have not were reminded (P3)."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from news.models.notice import NoticePage


class NoticeReading(models.Model):
    """One person says that she has read one notice."""

    notice = models.ForeignKey(NoticePage, models.CASCADE, related_name="readings")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("公告阅读确认")
        verbose_name_plural = _("公告阅读确认")
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="notice_read_once")]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.user_id}"


class NoticeReminder(models.Model):
    """Those of a place (its path; empty: all) who had not read were reminded: at most once a day."""

    notice = models.ForeignKey(NoticePage, models.CASCADE, related_name="reminders")
    place_path = models.CharField(max_length=255, blank=True)
    day = models.DateField()
    number = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("公告提醒")
        verbose_name_plural = _("公告提醒")
        constraints = [
            models.UniqueConstraint(fields=["notice", "place_path", "day"], name="notice_reminded_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.day}"
