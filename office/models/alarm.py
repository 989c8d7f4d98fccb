"""What the audit log says that should not happen, until somebody has looked into it (O4)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.access.permissions import has_permission
from foundation.core.ids import public_id
from office.permissions import OfficePermission
from office.rules import Rule


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def visible_to(self, user: Any) -> "AlarmQuerySet":
        """Keep all for those who read the log, nothing for others."""
        return self.all() if has_permission(user, OfficePermission.READ_LOG) else self.none()


class Alarm(models.Model):
    """One rule, one person, one day: what goes on is one alarm, not fifty."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    rule = models.CharField(_("规则"), max_length=20, choices=Rule)
    # Who did it; None: the system, at the server.
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    day = models.DateField()
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    count = models.PositiveIntegerField(default=1)
    raised_at = models.DateTimeField(auto_now_add=True)
    seen_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("警报")
        verbose_name_plural = _("警报")
        indexes = [models.Index(fields=["-raised_at", "-id"], name="alarm_newest")]
        constraints = [
            models.UniqueConstraint(fields=["rule", "actor", "day"], name="alarm_once_a_day"),
            models.UniqueConstraint(
                fields=["rule", "day"], condition=Q(actor__isnull=True), name="alarm_of_system_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True) | ~Q(note=""), name="alarm_seen_with_a_note"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.day}"


class Watch(models.Model):
    """How far the log was watched: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_watch")]

    def __str__(self) -> str:
        return str(self.seq)
