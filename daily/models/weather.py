"""What a provider forecast, and what the office warns of (P4)."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from daily.enums import Danger, Fault, Level
from foundation.core.ids import public_id
from foundation.core.models import Place


class WeatherReport(models.Model):
    """The newest forecast of one provider for one spot; another spot's is never shown in its place."""

    spot = models.CharField(_("位置"), max_length=40)
    provider = models.CharField(_("来源"), max_length=20)
    # When it was asked for last, whatever came of it.
    asked_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(_("取得时间"), null=True)
    observed_at = models.DateTimeField(_("观测时间"), null=True)
    # `domain.weather.forecast.Forecast.as_data`
    forecast = models.JSONField(default=dict)
    fault = models.CharField(_("故障"), max_length=20, choices=Fault, blank=True, default="")
    failed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("天气预报")
        verbose_name_plural = _("天气预报")
        constraints = [
            models.UniqueConstraint(fields=["spot", "provider"], name="one_report_for_a_spot"),
            models.CheckConstraint(
                condition=Q(fetched_at__isnull=True, observed_at__isnull=True)
                | Q(fetched_at__isnull=False, observed_at__isnull=False),
                name="weather_observed_with_what_was_fetched",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.spot}"


class WarningQuerySet(models.QuerySet["WeatherWarning"]):
    def visible_to(self, user: Any) -> "WarningQuerySet":
        """Keep all of them: a warning that somebody can't see warns nobody."""
        return self.all()

    def in_force(self, now: datetime) -> "WarningQuerySet":
        """Keep what holds at a moment, the worst first."""
        return self.filter(starts_at__lte=now, ends_at__gt=now).worst_first()

    def worst_first(self) -> "WarningQuerySet":
        """Order by level, then by their beginning."""
        ranks = [models.When(level=level, then=rank) for rank, level in enumerate(Level.values)]
        return self.order_by(
            models.Case(*ranks, default=-1, output_field=models.SmallIntegerField()).desc(), "starts_at", "pk"
        )

    def reaching(self, place: Place | None) -> "WarningQuerySet":
        """Keep those that were issued for a place or for what it lies in; None: for anywhere."""
        return self if place is None else self.filter(place__path__in=place.chain)


class WeatherWarning(models.Model):
    """A warning that staff issued by hand."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("哪里"))
    danger = models.CharField(_("种类"), max_length=12, choices=Danger)
    level = models.CharField(_("级别"), max_length=8, choices=Level)
    text = models.CharField(
        _("要居民做什么"), max_length=200, help_text=_("一两句话，例如“今晚有大风，请收好窗台上的花盆。”")
    )
    starts_at = models.DateTimeField(_("从"), default=timezone.now)
    ends_at = models.DateTimeField(_("到"))

    objects = WarningQuerySet.as_manager()

    class Meta:
        verbose_name = _("天气预警")
        verbose_name_plural = _("天气预警")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="warning_ends_after_it_began",
                violation_error_message=_("结束要晚于开始。"),
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="warning_level_known"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def title(self) -> str:
        if self.danger == Danger.OTHER:
            return _("天气%(level)s预警") % {"level": self.get_level_display()}
        return _("%(danger)s%(level)s预警") % {
            "danger": self.get_danger_display(),
            "level": self.get_level_display(),
        }
