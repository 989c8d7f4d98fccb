"""Sanctions, and the appeals against them (O2)."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.crypto.fields import EncryptedTextField
from foundation.core.ids import public_id, time_ordered_id
from foundation.moderation.models.case import AboutPersonQuerySet, Case

APPEAL_WITHIN = timedelta(days=20)


class SanctionQuerySet(AboutPersonQuerySet["Sanction"]):
    def visible_to(self, user: Any) -> "SanctionQuerySet":
        """Keep the own ones, and those that the places which `user` decides for imposed."""
        if user is None or not user.is_authenticated:
            return self.none()
        return self.filter(self.for_staff(user, "place_path") | Q(user_id=user.pk))

    def running(self) -> "SanctionQuerySet":
        """Keep those that hold now."""
        return self.filter(lifted_at__isnull=True, until__gt=timezone.now())


class Sanction(models.Model):
    """What was decided about a person; the account carries only until when (`accounts.domain.sanctions`)."""

    class What(models.TextChoices):
        HIDE = "hide", _("隐藏内容")
        WARN = "warn", _("警告")
        MUTE = "mute", _("禁言")
        SUSPEND = "suspend", _("停用账号")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="sanctions")
    what = models.CharField(max_length=8, choices=What)
    reason = models.CharField(max_length=300)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    case = models.OneToOneField(Case, models.SET_NULL, null=True, related_name="sanction")
    # The place that decided: it answers for it, also when the person has moved.
    place_path = models.CharField(max_length=255, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("处理决定")
        verbose_name_plural = _("处理决定")
        indexes = [models.Index(fields=["user", "-since"], name="sanction_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["hide", "warn"], until__isnull=True)
                | Q(what__in=["mute", "suspend"], until__isnull=False, until__gt=models.F("since")),
                name="sanction_has_its_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.what}"

    @property
    def holds(self) -> bool:
        """It is not lifted and its time is not over."""
        return self.lifted_at is None and (self.until is None or self.until > timezone.now())

    @property
    def appeal_until(self) -> Any:
        return self.since + APPEAL_WITHIN

    @property
    def can_be_appealed(self) -> bool:
        return self.lifted_at is None and timezone.now() < self.appeal_until and not hasattr(self, "appeal")

    @property
    def appeal_url(self) -> str:
        return reverse("moderation:appeal", args=[self.public_id])


class AppealQuerySet(AboutPersonQuerySet["Appeal"]):
    def visible_to(self, user: Any) -> "AppealQuerySet":
        """Keep the own ones, and those of people of the places that `user` decides for."""
        if user is None or not user.is_authenticated:
            return self.none()
        own = Q(sanction__user_id=user.pk)
        return self.filter(self.for_staff(user, "sanction__place_path") | own)


class Appeal(models.Model):
    """A person's objection to a sanction, once, decided by somebody else than the one who imposed it."""

    class State(models.TextChoices):
        OPEN = "open", _("处理中")
        UPHELD = "upheld", _("维持原决定")
        SHORTENED = "shortened", _("缩短期限")
        LIFTED = "lifted", _("撤销决定")

    sanction = models.OneToOneField(Sanction, models.CASCADE, related_name="appeal")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    answer = models.CharField(max_length=300, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("申诉")
        verbose_name_plural = _("申诉")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="appeal_decided_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sanction_id} ({self.state})"


class AppealMessage(models.Model):
    """One turn of the talk about an appeal."""

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    appeal = models.ForeignKey(Appeal, models.CASCADE, related_name="messages")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    of_staff = models.BooleanField(default=False)
    text = EncryptedTextField(_("内容"), max_length=1000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.at:%Y-%m-%d}"
