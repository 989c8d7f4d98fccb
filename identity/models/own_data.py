"""A copy of somebody's own data that is being packed, and the list of those who left (A7)."""

import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.ids import public_id

OPEN = ("waiting", "packing")


class DataExportQuerySet(models.QuerySet["DataExport"]):
    def visible_to(self, user: Any) -> "DataExportQuerySet":
        """Keep the own ones: nobody else, whatever the role, gets a copy of somebody's life."""
        if user is None or not user.is_authenticated:
            return self.none()
        return self.filter(user_id=user.pk)


class DataExport(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        PACKING = "packing", _("打包中")
        READY = "ready", _("可以下载")
        CANCELLED = "cancelled", _("已取消")
        EXPIRED = "expired", _("已过期")
        FAILED = "failed", _("没有成功")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="data_exports")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    folder = models.UUIDField(default=uuid.uuid4, editable=False)
    # How far it is: the part, and the last row of it that is packed. A worker that takes over goes on from here.
    part = models.PositiveSmallIntegerField(default=0)
    last_pk = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = DataExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("资料下载")
        verbose_name_plural = _("资料下载")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state__in=OPEN), name="one_export_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(expires_at__isnull=False), name="ready_export_expires"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.state})"

    @property
    def directory(self) -> Path:
        return settings.PRIVATE_ROOT / "exports" / self.folder.hex

    @property
    def file(self) -> Path:
        return self.directory / "data.zip"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def can_be_fetched(self) -> bool:
        return (
            self.state == self.State.READY
            and self.expires_at is not None
            and self.expires_at > timezone.now()
        )

    @property
    def percent(self) -> int:
        return min(99, self.done * 100 // self.total) if self.total else 0


class Erasure(models.Model):
    """That an account was erased: a number and a time, so that a restored backup can be made to forget it again."""

    user_pk = models.BigIntegerField(unique=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("注销记录")
        verbose_name_plural = _("注销记录")

    def __str__(self) -> str:
        return f"{self.user_pk} {self.at:%Y-%m-%d}"
