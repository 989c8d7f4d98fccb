"""Rules about which cars stay at home on which day, and the plates of those who want to be told (P6)."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from daily.enums import RuleKind, Swapped
from daily.validators import validate_tails
from foundation.accounts.models import User
from foundation.core.crypto.fields import EncryptedTextField
from foundation.core.ids import public_id

WEEKDAY_FIELDS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DIGITS = [(number, str(number)) for number in range(10)]
MOST_PLATES = 3


def _tails(day: Any) -> models.CharField:
    return models.CharField(day, max_length=10, blank=True, validators=[validate_tails])


class PlateRule(models.Model):
    """One announced rule: where, from when until when, which tails on which weekday."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    name = models.CharField(_("名称"), max_length=60, help_text=_("例如“工作日高峰区域限行（第三轮）”。"))
    area = models.CharField(_("限行区域"), max_length=120, help_text=_("例如“五环路以内，不含五环路”。"))
    kind = models.CharField(_("方式"), max_length=8, choices=RuleKind, default=RuleKind.TAILS)
    valid_from = models.DateField(_("从哪天起"))
    valid_until = models.DateField(
        _("到哪天止"), null=True, blank=True, help_text=_("当天也算；不填就是长期。")
    )
    monday = _tails(_("星期一限"))
    tuesday = _tails(_("星期二限"))
    wednesday = _tails(_("星期三限"))
    thursday = _tails(_("星期四限"))
    friday = _tails(_("星期五限"))
    saturday = _tails(_("星期六限"))
    sunday = _tails(_("星期日限"))
    hours_from = models.TimeField(_("每天从"), null=True, blank=True)
    hours_until = models.TimeField(_("每天到"), null=True, blank=True, help_text=_("都不填就是全天。"))
    letter_as = models.PositiveSmallIntegerField(
        _("尾号是字母时按"),
        choices=DIGITS,
        null=True,
        blank=True,
        help_text=_("例如北京按 0 算；不选就看车牌里最后一个数字。"),
    )
    rests_on_weekends = models.BooleanField(_("周末不限行"), default=True)
    rests_on_holidays = models.BooleanField(_("法定节假日不限行"), default=True)
    swapped = models.CharField(_("调休上班的周末"), max_length=14, choices=Swapped, default=Swapped.REST)
    spares_new_energy = models.BooleanField(_("新能源车牌不限行"), default=True)
    exemptions = models.CharField(
        _("其他不限行的车"), max_length=200, blank=True, help_text=_("例如“公共汽车、出租车、校车”。")
    )
    source = models.URLField(_("公告网址"), max_length=300, blank=True)
    is_example = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("限行规则")
        verbose_name_plural = _("限行规则")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="plate_rule_ends_after_it_began",
                violation_error_message=_("结束的日子不能早于开始的日子。"),
            ),
            models.CheckConstraint(
                condition=Q(hours_from__isnull=True, hours_until__isnull=True)
                | Q(hours_from__isnull=False, hours_until__isnull=False, hours_from__lt=F("hours_until")),
                name="plate_rule_hours_in_order",
                violation_error_message=_("两个时间一起填，开始要早于结束。"),
            ),
            models.CheckConstraint(
                condition=Q(letter_as__isnull=True) | Q(letter_as__lte=9),
                name="plate_rule_letter_as_a_digit",
            ),
            models.CheckConstraint(condition=Q(kind__in=RuleKind.values), name="plate_rule_kind_known"),
            models.CheckConstraint(condition=Q(swapped__in=Swapped.values), name="plate_rule_swapped_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def tails_on(self, weekday: int) -> str:
        """Return the tails of an ISO weekday."""
        return str(getattr(self, WEEKDAY_FIELDS[weekday - 1]))


class OwnPlateQuerySet(models.QuerySet["OwnPlate"]):
    def visible_to(self, user: Any) -> "OwnPlateQuerySet":
        """Keep the own ones."""
        if user is None or not user.is_authenticated:
            return self.none()
        return self.filter(user_id=user.pk)


class OwnPlate(models.Model):
    """A plate somebody wants to be reminded of; sealed, nobody else sees it."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    # Which of her plates it is, so that the database counts them too.
    place = models.PositiveSmallIntegerField(editable=False)
    plate = EncryptedTextField(bound_to="public_id")
    reminds = models.BooleanField(_("限行日早上提醒我"), default=True)
    hour = models.PositiveSmallIntegerField(_("几点提醒"), default=6)
    # The last date for which it was looked at.
    told_on = models.DateField(null=True, editable=False)

    objects = OwnPlateQuerySet.as_manager()

    class Meta:
        verbose_name = _("我的车牌")
        verbose_name_plural = _("我的车牌")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["user", "place"], name="own_plates_are_numbered"),
            models.CheckConstraint(condition=Q(place__range=(1, MOST_PLATES)), name="few_own_plates"),
            models.CheckConstraint(condition=Q(hour__range=(5, 10)), name="own_plate_in_the_morning"),
        ]

    def __str__(self) -> str:
        return self.public_id
