"""Certificates of those who sign for an organisation, from the day they ask (help-platform.md §3.2; 电子签名法 21, 24)."""

import hashlib
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Organisation, User
from foundation.core.access.permissions import place_paths
from foundation.core.crypto.fields import EncryptedTextField
from foundation.core.ids import public_id, time_ordered_id
from foundation.core.models import StoredFile
from foundation.signing.permissions import SigningPermission

TRIES = 5


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: Any) -> "CertificateQuerySet":
        """Keep the own ones, and those of organisations in the places that `user` keeps certificates for."""
        if user is None or not user.is_authenticated:
            return self.none()
        found = Q(user_id=user.pk)
        paths = place_paths(user, SigningPermission.KEEP_CERTIFICATES)
        if paths is None:
            return self.all()
        for path in paths:
            found |= Q(organisation__place__path__startswith=path)
        return self.filter(found)

    def valid(self) -> "CertificateQuerySet":
        """Keep those that somebody can sign with now."""
        return self.filter(state="valid", valid_until__gt=timezone.now())


class Certificate(models.Model):
    """Somebody's right to sign for an organisation, or an office's seal (`user` None)."""

    class Backend(models.TextChoices):
        DEVICE = "device", _("本机密钥")
        PIN = "pin", _("签名密码")
        LICENSED = "licensed", _("持牌认证机构")
        SEAL = "seal", _("电子公章")

    class State(models.TextChoices):
        ASKED = "asked", _("待审核")
        VALID = "valid", _("有效")
        REFUSED = "refused", _("未通过")
        REVOKED = "revoked", _("已吊销")
        EXPIRED = "expired", _("已过期")

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="certificates")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="certificates")
    backend = models.CharField(_("密钥保管方式"), max_length=8, choices=Backend)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.ASKED)
    # As the certificate names the holder.
    name = models.CharField(max_length=64)
    public_key = models.BinaryField(default=b"")
    # An office's seal, or a PIN's sealed key; empty where the key is elsewhere.
    key = EncryptedTextField()
    tries_left = models.PositiveSmallIntegerField(default=TRIES)
    # By which a licensed authority knows the key.
    credential = models.CharField(max_length=100, blank=True)
    # What stands between that authority's certificate and its root (PEM); empty for our own.
    chain = models.BinaryField(default=b"")
    letters = models.ManyToManyField(StoredFile, related_name="+")
    certificate = models.BinaryField(default=b"")
    # Null, not empty: only issued ones have a number, and the constraint counts empty ones as equal.
    serial = models.CharField(max_length=40, null=True, unique=True)  # noqa: DJ001
    fingerprint = models.CharField(max_length=64, blank=True, db_index=True)
    asked_at = models.DateTimeField(default=timezone.now)
    issued_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("签名证书")
        verbose_name_plural = _("签名证书")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(state__in=["asked", "valid"], user__isnull=False),
                name="one_certificate_of_signer",
            ),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(state="valid", backend="seal"), name="one_seal_of_office"
            ),
            models.CheckConstraint(
                condition=~Q(state="valid")
                | (Q(serial__isnull=False, valid_until__isnull=False) & ~Q(fingerprint="")),
                name="valid_certificate_issued",
            ),
            # The platform signs for nobody: a key that opens without a person is an office's seal and nothing else.
            models.CheckConstraint(
                condition=Q(backend="seal", user__isnull=True)
                | Q(backend__in=["device", "pin", "licensed"], user__isnull=False),
                name="certificate_of_person_or_seal",
            ),
            models.CheckConstraint(
                condition=~Q(backend__in=["device", "licensed"]) | Q(key=b""), name="key_never_on_server"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.state})"

    @property
    def is_seal(self) -> bool:
        return self.backend == self.Backend.SEAL

    @property
    def is_locked(self) -> bool:
        """Its PIN was mistyped too often."""
        return self.backend == self.Backend.PIN and self.tries_left == 0

    @property
    def is_valid(self) -> bool:
        return (
            self.state == self.State.VALID
            and self.valid_until is not None
            and self.valid_until > timezone.now()
        )

    @property
    def key_print(self) -> str:
        """By which the holder's browser finds its key again."""
        return hashlib.sha256(bytes(self.public_key)).hexdigest()

    @property
    def short_print(self) -> str:
        """The first digits of its fingerprint, for people to compare."""
        digits = self.fingerprint[:16].upper()
        return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
