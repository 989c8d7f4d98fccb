"""The community's own certificate authority: its certificates, the keys that the server needs, and what it revoked."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.core.crypto.fields import EncryptedTextField
from foundation.core.ids import time_ordered_id


class Authority(models.Model):
    """One certificate of the authority. The root's key is never here; the others' lie sealed."""

    class Role(models.TextChoices):
        ROOT = "root", _("根证书")
        ISSUING = "issuing", _("签发证书")
        CLOCK = "clock", _("时间戳证书")
        EVIDENCE = "evidence", _("证据封存证书")

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    role = models.CharField(max_length=8, choices=Role)
    certificate = models.BinaryField()
    fingerprint = models.CharField(max_length=64, unique=True)
    key = EncryptedTextField()
    made_at = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField()
    # What replaced it stands beside it: what it signed is still read by it.
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("证书机构")
        verbose_name_plural = _("证书机构")
        constraints = [
            models.UniqueConstraint(
                fields=["role"], condition=models.Q(retired_at=None), name="one_authority_of_role"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["root", "issuing", "clock", "evidence"]),
                name="authority_role_known",
            ),
            # Whoever copies the server does not have what vouches for everything.
            models.CheckConstraint(
                condition=~models.Q(role="root") | models.Q(key=b""), name="root_key_elsewhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.fingerprint[:16]}"


class RevocationList(models.Model):
    """A list of revoked certificates as it was published; earlier ones stay, because signatures were made under them."""

    number = models.PositiveBigIntegerField()
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="lists")
    data = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)
    next_update = models.DateTimeField()

    class Meta:
        verbose_name = _("吊销列表")
        verbose_name_plural = _("吊销列表")
        constraints = [
            models.UniqueConstraint(fields=["authority", "number"], name="revocation_list_numbered"),
        ]

    def __str__(self) -> str:
        return str(self.number)
