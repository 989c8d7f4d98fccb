"""The address book (社区通信录): neighbours whom somebody filed, under her own groups and remarks (S7)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.ids import public_id

MAX_REMARK = 20
MAX_NOTE = 200
MOST_GROUPS = 30
MOST_FILED = 2000


class AddressGroup(models.Model):
    """A drawer of one's own: nobody else learns of it."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, related_name="address_groups")
    name = models.CharField(_("分组名称"), max_length=20)

    class Meta:
        verbose_name = _("通信录分组")
        verbose_name_plural = _("通信录分组")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint("owner", Lower("name"), name="address_group_once")]

    def __str__(self) -> str:
        return self.name


class AddressEntry(models.Model):
    """One neighbour in somebody's address book. What she shows of herself she decides; only the remarks are the owner's."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="address_book")
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    group = models.ForeignKey(AddressGroup, models.SET_NULL, null=True, blank=True, related_name="entries")
    remark = models.CharField(_("备注名"), max_length=MAX_REMARK, blank=True)
    note = models.TextField(_("备注"), max_length=MAX_NOTE, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("通信录条目")
        verbose_name_plural = _("通信录条目")
        indexes = [models.Index(fields=["owner", "-id"], name="address_book_newest")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "person"], name="filed_once"),
            models.CheckConstraint(condition=~Q(owner=F("person")), name="files_others"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.person_id}"
