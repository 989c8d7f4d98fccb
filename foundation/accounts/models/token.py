"""The token of one device that uses the API for its owner (U5)."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models.security import Device
from foundation.accounts.models.user import User
from foundation.core.api.scope import TokenScope
from foundation.core.ids import public_id, time_ordered_id


class DeviceTokenQuerySet(models.QuerySet["DeviceToken"]):
    def visible_to(self, user: Any) -> "DeviceTokenQuerySet":
        """Keep the own ones: nobody else's business."""
        if user is None or not user.is_authenticated:
            return self.none()
        return self.filter(user_id=user.pk)

    def living(self) -> "DeviceTokenQuerySet":
        """Keep those that are neither ended nor over."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())


class DeviceToken(models.Model):
    """Made by a sign-in, shown once, kept as a keyed digest. What it opens its scopes say, and its owner's own rights."""

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="device_tokens")
    # What is known of the device, and what hangs on it (push).
    device = models.OneToOneField(Device, models.CASCADE, related_name="token")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(_("设备名称"), max_length=60)
    scopes = models.CharField(max_length=80)
    # Names the password that it was made with: a new one ends it, whoever sets it.
    password_mark = models.CharField(max_length=64, editable=False)
    # Whether the rules of staff's sessions hold.
    of_staff = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = DeviceTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("设备授权")
        verbose_name_plural = _("设备授权")
        indexes = [
            models.Index(fields=["user", "-last_used_at"], name="token_of_user", condition=Q(revoked_at=None))
        ]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="token_ends"),
            models.CheckConstraint(condition=~Q(scopes=""), name="token_has_scope"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_list(self) -> list[str]:
        return self.scopes.split(",")

    @property
    def scope_words(self) -> list[str]:
        """What the device may do, in words."""
        return [str(TokenScope(scope).label) for scope in self.scope_list]
