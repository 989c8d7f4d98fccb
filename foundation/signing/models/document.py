"""Documents that are signed: frozen once, written once, never deleted in passing (电子签名法 5, 6)."""

import secrets
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Organisation, User
from foundation.core.access.permissions import place_paths
from foundation.core.crypto.fields import EncryptedJSONField
from foundation.core.ids import time_ordered_id
from foundation.signing.models.certificate import Certificate
from foundation.signing.permissions import SigningPermission

# Without letters and digits that people mix up: read from paper, typed by hand.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10


def new_code() -> str:
    """Return the second half of a document's public name: about 49 bits, ten characters on paper."""
    return "".join(secrets.choice(LETTERS) for _number in range(CODE_LENGTH))


class SignedDocumentQuerySet(models.QuerySet["SignedDocument"]):
    def visible_to(self, user: Any) -> "SignedDocumentQuerySet":
        """Keep those that an organisation of `user`'s signs, and those of offices in her places.

        Pages of a document start from the thing that it is about; this is for the log and for lists of files.
        """
        if user is None or not user.is_authenticated:
            return self.none()
        found = Q(slots__organisation__memberships__user=user, slots__organisation__memberships__until=None)
        paths = place_paths(user, SigningPermission.KEEP_CERTIFICATES)
        if paths is None:
            return self.all()
        for path in paths:
            found |= Q(slots__organisation__place__path__startswith=path)
        return self.filter(found).distinct()


class SignedDocument(models.Model):
    """One text, frozen, with a place for each party's signature."""

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    number = models.CharField(max_length=40, db_index=True)
    title = models.CharField(max_length=120)
    # What it is about, a thing of a higher floor: its kind and key.
    kind = models.CharField(max_length=40)
    about_id = models.CharField(max_length=40)
    # The frozen file, what it was made of, and the file as it is now.
    sha256 = models.CharField(max_length=64)
    html_sha256 = models.CharField(max_length=64)
    data_sha256 = models.CharField(max_length=64)
    latest_sha256 = models.CharField(max_length=64, db_index=True)
    pages = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    completed_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    objects = SignedDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("签署文件")
        verbose_name_plural = _("签署文件")
        indexes = [models.Index(fields=["kind", "about_id"], name="document_about")]
        constraints = [
            models.CheckConstraint(
                condition=Q(completed_at=None) | Q(voided_at=None), name="completed_document_not_voided"
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def verify_url(self) -> str:
        """The page on which anybody can check it."""
        return reverse("signing:verify_document", args=[self.number, self.code])


class Slot(models.Model):
    """The place of one party's signature."""

    document = models.ForeignKey(SignedDocument, models.PROTECT, related_name="slots")
    name = models.SlugField(max_length=20)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    label = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("签署位置")
        verbose_name_plural = _("签署位置")
        constraints = [models.UniqueConstraint(fields=["document", "name"], name="slot_once")]

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """The file as it stood after each step; all of them stay."""

    class What(models.TextChoices):
        FROZEN = "frozen", _("定稿")
        SIGNED = "signed", _("签署")
        RENEWED = "renewed", _("时间戳续期")

    document = models.ForeignKey(SignedDocument, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=8, choices=What)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("文件版本")
        verbose_name_plural = _("文件版本")
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="revision_numbered")]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.number}"


class Signature(models.Model):
    """That a party signed: who, when, with which certificate, and how she was known."""

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    document = models.ForeignKey(SignedDocument, models.PROTECT, related_name="signatures")
    # Of two that sign at the same moment, one finds the place taken.
    slot = models.OneToOneField(Slot, models.PROTECT, related_name="signature")
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(User, models.PROTECT, related_name="+")
    revision = models.OneToOneField(Revision, models.PROTECT, related_name="+")
    # By the timestamp in the file.
    signed_at = models.DateTimeField()
    clock = models.CharField(max_length=100)
    # What she was shown, and how she was known; see `domain.ceremony.Ceremony`.
    ceremony = EncryptedJSONField()

    class Meta:
        verbose_name = _("签名")
        verbose_name_plural = _("签名")

    def __str__(self) -> str:
        return f"{self.document_id}: {self.slot_id}"


class DeviceTask(models.Model):
    """A file that waits some minutes for a signature made in somebody's browser."""

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    token_digest = models.CharField(max_length=64, unique=True)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="+")
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    # The file that it continues; another one since, and the task is void.
    base_sha256 = models.CharField(max_length=64)
    prepared_sha256 = models.CharField(max_length=64)
    digest = models.BinaryField()
    region_start = models.PositiveIntegerField()
    region_end = models.PositiveIntegerField()
    attributes = models.BinaryField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("本机签名任务")
        verbose_name_plural = _("本机签名任务")

    def __str__(self) -> str:
        return str(self.pk)


class Evidence(models.Model):
    """The sealed file of all that shows how a document was signed."""

    document = models.OneToOneField(SignedDocument, models.PROTECT, related_name="evidence")
    zip_sha256 = models.CharField(max_length=64)
    pdf_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("证据文件")
        verbose_name_plural = _("证据文件")

    def __str__(self) -> str:
        return str(self.document_id)
