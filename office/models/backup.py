"""What was done to keep the installation's data, and to prove that it comes back (O8)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import has_permission
from office.permissions import OfficePermission


class BackupRunQuerySet(models.QuerySet["BackupRun"]):
    def visible_to(self, user: Any) -> "BackupRunQuerySet":
        """Keep all for those who look after the installation, nothing for others."""
        return self.all() if has_permission(user, OfficePermission.READ_TROUBLES) else self.none()


class BackupRun(models.Model):
    """One backup, drill or restore. Names no person."""

    class Kind(models.TextChoices):
        BACKUP = "backup", _("备份")
        KEYS = "keys", _("密钥备份")
        DRILL = "drill", _("恢复演练")
        RESTORE = "restore", _("恢复")

    kind = models.CharField(_("种类"), max_length=10, choices=Kind)
    # The name of the set, which is also where it lies in every place.
    name = models.CharField(max_length=40, blank=True)
    began_at = models.DateTimeField(_("开始"), default=timezone.now)
    ended_at = models.DateTimeField(_("结束"), null=True)
    good = models.BooleanField(default=False)
    # What went wrong, in words without anybody's data; of a backup, place by place.
    fault = models.TextField(blank=True)
    # Of a drill or restore: what was looked at and found, and the seconds lost and needed.
    report = models.JSONField(default=dict)

    objects = BackupRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("备份记录")
        verbose_name_plural = _("备份记录")
        indexes = [models.Index(fields=["kind", "-began_at"], name="backup_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(good=False) | Q(ended_at__isnull=False), name="backup_good_ended"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def minutes_lost(self) -> float | None:
        """What a disaster at the time of the drill would have cost."""
        return self._minutes("lost")

    @property
    def minutes_needed(self) -> float | None:
        """How long it took to put it back."""
        return self._minutes("needed")

    def _minutes(self, name: str) -> float | None:
        seconds = self.report.get(name)
        return None if seconds is None else round(seconds / 60, 1)
