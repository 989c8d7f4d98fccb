"""What somebody wants to hear of, by which way and when (S11). Nothing stored is the ordinary choice."""

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.facets import Channel


class Preset(models.TextChoices):
    QUIET = "quiet", _("安静")
    NORMAL = "normal", _("正常")
    ALL = "all", _("全部")
    CUSTOM = "custom", _("自定义")


class Digest(models.TextChoices):
    """How mail comes that is not urgent."""

    AT_ONCE = "at_once", _("马上寄，一件一封")
    DAILY = "daily", _("每天早上 8 点一封")
    WEEKLY = "weekly", _("每周一早上 8 点一封")
    NONE = "none", _("不寄邮件")


class Manner(models.Model):
    """One person's preset, digest and quiet hours."""

    user = models.OneToOneField(User, models.CASCADE, related_name="notification_manner")
    preset = models.CharField(max_length=10, choices=Preset, default=Preset.NORMAL)
    # Used by the preset "custom"; the others bring their own.
    digest = models.CharField(max_length=10, choices=Digest, default=Digest.DAILY)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)

    class Meta:
        verbose_name = _("通知方式")
        verbose_name_plural = _("通知方式")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (
                    Q(quiet_from__isnull=False, quiet_until__isnull=False)
                    & ~Q(quiet_from=models.F("quiet_until"))
                ),
                name="quiet_hours_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.preset}"

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return self.quiet_from, self.quiet_until


class Preference(models.Model):
    """One event by one way, where the person's own choice differs from the event's."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notification_preferences")
    # "post.liked"
    event = models.CharField(max_length=75)
    channel = models.CharField(max_length=10, choices=Channel)
    wanted = models.BooleanField()

    class Meta:
        verbose_name = _("通知选择")
        verbose_name_plural = _("通知选择")
        constraints = [
            models.UniqueConstraint(fields=["user", "event", "channel"], name="one_choice_per_way"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="preference_channel_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.event} {self.channel} {self.wanted}"


class Mute(models.Model):
    """A person, or a thread (an object and what hangs on it), of which somebody wants to hear nothing more.

    Nobody else learns of it.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="notification_mutes")
    person = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    thread = models.CharField(max_length=90, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("不再提醒")
        verbose_name_plural = _("不再提醒")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, thread="") | (Q(person__isnull=True) & ~Q(thread="")),
                name="mute_person_or_thread",
            ),
            models.UniqueConstraint(
                fields=["user", "person"], condition=Q(person__isnull=False), name="mute_person_once"
            ),
            models.UniqueConstraint(
                fields=["user", "thread"], condition=~Q(thread=""), name="mute_thread_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.thread or self.person_id}"
