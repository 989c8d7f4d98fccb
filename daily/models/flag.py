from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class FlagTime(models.Model):
    """The times of one date that the office knows better than the sun; without times there is no ceremony (P5)."""

    date = models.DateField(_("日期"), unique=True)
    raised = models.TimeField(_("升旗"), null=True, blank=True)
    lowered = models.TimeField(
        _("降旗"), null=True, blank=True, help_text=_("两个时间都不填，就是这一天不升旗。")
    )
    note = models.CharField(
        _("说明"), max_length=60, blank=True, help_text=_("例如“国庆节，广场 6 点开放”。")
    )

    class Meta:
        verbose_name = _("升降旗时间")
        verbose_name_plural = _("升降旗时间")
        ordering = ["-date"]
        constraints = [
            models.CheckConstraint(
                condition=Q(raised__isnull=True, lowered__isnull=True)
                | Q(raised__isnull=False, lowered__isnull=False, raised__lt=F("lowered")),
                name="flag_raised_before_it_is_lowered",
                violation_error_message=_("两个时间一起填，升旗要早于降旗。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"
