"""A browser that may be woken by web push (RFC 8030)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Device, User
from foundation.core.crypto.fields import EncryptedTextField
from foundation.core.ids import public_id, time_ordered_id


class Subscription(models.Model):
    """One subscription of one browser. Where it is woken, and with what secrets, is sealed."""

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="push_subscriptions")
    # Where it is signed in: being signed out there ends it. Null: from before this was written down.
    device = models.ForeignKey(Device, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=60)
    endpoint = EncryptedTextField()
    endpoint_index = models.CharField(max_length=32, unique=True, editable=False)
    p256dh = EncryptedTextField()
    auth = EncryptedTextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("推送设备")
        verbose_name_plural = _("推送设备")
        indexes = [models.Index(fields=["user", "id"], name="subscriptions_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.name}"
