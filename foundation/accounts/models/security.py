"""What keeps an account its owner's: the devices that it is signed in on, and the passwords that staff had before."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models.user import User
from foundation.core.ids import public_id


class Device(models.Model):
    """One browser that signed in, in words: never its address or its full description, only what tells it apart."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    # SHA-256 of what the browser keeps in a cookie, so that it is known again; empty: it keeps none.
    token_digest = models.CharField(max_length=64, blank=True, editable=False)
    browser = models.CharField(max_length=30, blank=True)
    system = models.CharField(max_length=30, blank=True)
    # The first half of the network address: enough to know one's own town, too little to find a flat.
    network = models.CharField(max_length=40, blank=True)
    # Null: signed out. By it the session is ended from another device.
    session_key = models.CharField(max_length=40, null=True, unique=True, editable=False)  # noqa: DJ001
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("设备")
        verbose_name_plural = _("设备")
        indexes = [models.Index(fields=["user", "-last_seen_at"], name="device_of_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "token_digest"], condition=~Q(token_digest=""), name="device_known_once"
            )
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, (self.browser, self.system, self.network)))


class PasswordRecord(models.Model):
    """A password that somebody of the staff had, as its hash: the next one must be another (等保)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="password_records")
    password = models.CharField(max_length=128, editable=False)
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("旧密码")
        verbose_name_plural = _("旧密码")
        indexes = [models.Index(fields=["user", "-id"], name="password_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"
