"""What is wrong with the machine that runs the site, as long as it is (M4, O4)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import has_permission
from office.permissions import OfficePermission
from office.rules import ADVICE, Fault


class TroubleQuerySet(models.QuerySet["Trouble"]):
    def visible_to(self, user: Any) -> "TroubleQuerySet":
        """Keep all for those who keep the site running, nothing for others."""
        return self.all() if has_permission(user, OfficePermission.READ_TROUBLES) else self.none()


class Trouble(models.Model):
    """One fault from its beginning until nothing is seen of it any more. Says nothing of any person."""

    fault = models.CharField(_("故障"), max_length=20, choices=Fault)
    # How many, how full, how long: what the fault is measured in.
    figure = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)

    objects = TroubleQuerySet.as_manager()

    class Meta:
        verbose_name = _("运行故障")
        verbose_name_plural = _("运行故障")
        indexes = [models.Index(fields=["-began_at", "-id"], name="trouble_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["fault"], condition=Q(over_at__isnull=True), name="trouble_open_once"
            ),
            models.CheckConstraint(
                condition=Q(over_at__isnull=True) | Q(over_at__gte=models.F("began_at")),
                name="trouble_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fault} {self.began_at:%Y-%m-%d %H:%M}"

    @property
    def title(self) -> str:
        """What is wrong, and what to do as long as it is."""
        words = str(Fault(self.fault).label)
        return (
            words if self.over_at else _now("%(fault)s。%(advice)s") % {"fault": words, "advice": self.advice}
        )

    @property
    def advice(self) -> str:
        """What to do about it."""
        return str(ADVICE[Fault(self.fault)]) % {"figure": self.figure}
