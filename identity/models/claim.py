"""What a person says of who she is, sealed until staff have decided (A2; DESIGN §3)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.access.permissions import place_paths
from foundation.core.crypto.fields import EncryptedJSONField
from foundation.core.ids import time_ordered_id
from foundation.core.models import Place
from identity.permissions import IdentityPermission

OPEN = ("draft", "waiting")


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, user: Any) -> "ClaimQuerySet":
        """Keep the own claims, and those of the places that `user` decides for."""
        if user is None or not user.is_authenticated:
            return self.none()
        found = Q(user_id=user.pk)
        paths = place_paths(user, IdentityPermission.DECIDE_CLAIM)
        if paths is None:
            return self.exclude(state="draft")
        for path in paths:
            found |= Q(place__path__startswith=path) & ~Q(state="draft")
        return self.filter(found)


class Claim(models.Model):
    """The six items of one account; emptied when they were written into the resident database or refused."""

    class State(models.TextChoices):
        DRAFT = "draft", _("待激活")
        WAITING = "waiting", _("核对中")
        APPROVED = "approved", _("已实名")
        REFUSED = "refused", _("未通过")
        ABANDONED = "abandoned", _("已放弃")

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="claims")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    # name, gender, birthday, document, number, phone, email; see `identity.domain.claims.SixItems`
    items = EncryptedJSONField()
    number_index = models.CharField(max_length=32, db_index=True, editable=False)
    warning = models.CharField(max_length=20, blank=True, editable=False)
    consent_version = models.CharField(max_length=20)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("实名申请")
        verbose_name_plural = _("实名申请")
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state__in=OPEN), name="one_open_claim"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.state})"
