"""Days that the office knows better than the tables of holidays: what was announced late, or holds here only."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

WEEKDAYS = [
    (1, _("星期一")),
    (2, _("星期二")),
    (3, _("星期三")),
    (4, _("星期四")),
    (5, _("星期五")),
    (6, _("星期六")),
    (7, _("星期日")),
]


class SpecialDay(models.Model):
    """One date off or at work, whatever the tables say."""

    class Kind(models.TextChoices):
        OFF = "off", _("放假")
        WORK = "work", _("上班")

    date = models.DateField(_("日期"), unique=True)
    kind = models.CharField(_("放假还是上班"), max_length=4, choices=Kind)
    name = models.CharField(_("名称"), max_length=20, help_text=_("例如“春节”“国庆节调休”。"))
    counts_as = models.PositiveSmallIntegerField(
        _("按星期几"),
        choices=WEEKDAYS,
        null=True,
        blank=True,
        help_text=_("只有上班的日子要填：公告说这天按星期几安排，课程和限行就跟着走。"),
    )

    class Meta:
        app_label = "core"
        verbose_name = _("特别的日子")
        verbose_name_plural = _("特别的日子")
        ordering = ["-date"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["off", "work"]), name="special_day_kind_known"),
            models.CheckConstraint(
                condition=Q(counts_as__isnull=True) | Q(kind="work", counts_as__range=(1, 7)),
                name="special_day_counts_as_a_weekday",
                violation_error_message=_("只有上班的日子才按星期几算。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}"
