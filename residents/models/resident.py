"""The fixed core of the resident database; what staff shape themselves comes on top of it (R1)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.access.permissions import place_paths
from foundation.core.crypto.fields import EncryptedTextField
from foundation.core.ids import time_ordered_id
from foundation.core.models import Place
from residents.permissions import ResidentPermission


class SidNumber(models.Model):
    """Gives out the running numbers of which sids are made; a number is never given twice."""

    id = models.BigAutoField(primary_key=True)

    class Meta:
        verbose_name = _("居民编号")

    def __str__(self) -> str:
        return str(self.pk)


class ResidentQuerySet(models.QuerySet["Resident"]):
    def visible_to(self, user: Any) -> "ResidentQuerySet":
        """Keep the records of the places that `user` keeps; nobody else sees the database."""
        paths = place_paths(user, ResidentPermission.READ_RECORD)
        if paths is None:
            return self
        found = Q(pk__in=[])
        for path in paths:
            found |= Q(place__path__startswith=path)
        return self.filter(found)


class Resident(models.Model):
    """One person in the resident database; the only place where an identity number is kept."""

    class Gender(models.TextChoices):
        FEMALE = "female", _("女")
        MALE = "male", _("男")

    class Status(models.TextChoices):
        ON_RECORD = "on_record", _("在册")
        MOVED_OUT = "moved_out", _("迁出")
        DECEASED = "deceased", _("死亡")

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    sid = models.CharField(_("编号"), max_length=11, unique=True, editable=False)
    name = models.CharField(_("姓名"), max_length=50)
    name_py = models.CharField(max_length=120, blank=True, editable=False)
    gender = models.CharField(_("性别"), max_length=6, choices=Gender)
    birthday = models.DateField(_("出生日期"))
    mmdd = models.PositiveSmallIntegerField(editable=False)
    area_code = models.CharField(max_length=6, blank=True, editable=False)
    document = models.CharField(_("证件类型"), max_length=20)
    number_sealed = EncryptedTextField()
    number_index = models.CharField(max_length=32, unique=True, editable=False)
    phone_sealed = EncryptedTextField()
    phone_index = models.CharField(max_length=32, blank=True, db_index=True, editable=False)
    email = models.EmailField(_("电子邮件"), blank=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在地"))
    account = models.OneToOneField(User, models.SET_NULL, null=True, related_name="resident_record")
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.ON_RECORD)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("居民档案")
        verbose_name_plural = _("居民档案")
        indexes = [
            models.Index(fields=["place", "name_py", "id"], name="resident_by_name"),
            models.Index(fields=["mmdd"], name="resident_birthday"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(mmdd__gte=101, mmdd__lte=1231), name="resident_mmdd")
        ]

    def __str__(self) -> str:
        return self.sid
