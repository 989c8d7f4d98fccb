"""What residents ask of a plate, and what the office writes."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from daily.models import FlagTime, OwnPlate, PlateRule, WeatherWarning
from daily.models.plates import WEEKDAY_FIELDS
from daily.validators import normalised, tails_only, validate_plate
from foundation.core.models import Place, SpecialDay

# Further away nobody asks, and machines that follow links come to an end.
BACK, AHEAD = timedelta(days=400), timedelta(days=800)
HOURS = [(hour, format_lazy(_("早上 {hour} 点"), hour=hour)) for hour in range(5, 11)]

# Where a form has a field of that name.
type Date = date


def shown(day: date) -> bool:
    """Whether a date is near enough to have a page."""
    today = timezone.localdate()
    return today - BACK <= day <= today + AHEAD


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _DayForm(forms.Form):
    date = forms.DateField(label=_("哪一天"), required=False, widget=_day_input())

    def clean_date(self) -> Date:
        day = self.cleaned_data["date"] or timezone.localdate()
        if not shown(day):
            raise ValidationError(_("请选近一年到两年内的日子。"))
        return day


class TailForm(_DayForm):
    """The last sign alone: it names nobody, and may stand in an address."""

    tail = forms.RegexField(
        "^[0-9A-Za-z]$",
        label=_("车牌最后一位"),
        error_messages={"invalid": _("请写车牌最后一位数字或字母。")},
        widget=forms.TextInput(attrs={"maxlength": 1, "autocomplete": "off", "autocapitalize": "characters"}),
    )
    field_order = ["tail", "date"]

    def clean_tail(self) -> str:
        return str(self.cleaned_data["tail"]).upper()


class PlateForm(_DayForm):
    """A whole plate: personal data, which is sent in a body and stands in no address and no log."""

    plate = forms.CharField(
        label=_("车牌号"),
        max_length=16,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "placeholder": "京A12345"}
        ),
    )
    field_order = ["plate", "date"]

    def clean_plate(self) -> str:
        plate = normalised(self.cleaned_data["plate"])
        validate_plate(plate)
        return plate


class ReminderForm(forms.ModelForm):
    """Whether and when to be reminded."""

    hour = forms.TypedChoiceField(label=_("几点提醒"), choices=HOURS, coerce=int, initial=6)

    class Meta:
        model = OwnPlate
        fields = ["reminds", "hour"]


class OwnPlateForm(ReminderForm):
    plate = forms.CharField(
        label=_("车牌号"),
        max_length=16,
        help_text=_("加密保存，只有您自己看得到。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    field_order = ["plate", "reminds", "hour"]

    def clean_plate(self) -> str:
        plate = normalised(self.cleaned_data["plate"])
        validate_plate(plate)
        return plate


class _KeptForm(forms.ModelForm):
    """Checks as the model does, but writes nothing into it: the domain function does, under its lock."""

    def _post_clean(self) -> None:
        before = {name: getattr(self.instance, name) for name in self.cleaned_data}
        super()._post_clean()  # type: ignore[misc]
        for name, value in before.items():
            setattr(self.instance, name, value)


def _time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class TailsField(forms.CharField):
    """Digits, set apart by whatever people write between them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: Any) -> str:
        return tails_only(super().to_python(value) or "")


class RuleForm(_KeptForm):
    class Meta:
        model = PlateRule
        field_classes = dict.fromkeys(WEEKDAY_FIELDS, TailsField)
        fields = [
            "name",
            "area",
            "kind",
            "valid_from",
            "valid_until",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "hours_from",
            "hours_until",
            "letter_as",
            "rests_on_weekends",
            "rests_on_holidays",
            "swapped",
            "spares_new_energy",
            "exemptions",
            "source",
        ]
        widgets = {
            "valid_from": _day_input(),
            "valid_until": _day_input(),
            "hours_from": _time_input(),
            "hours_until": _time_input(),
        }


class FlagForm(_KeptForm):
    class Meta:
        model = FlagTime
        fields = ["date", "raised", "lowered", "note"]
        widgets = {"date": _day_input(), "raised": _time_input(), "lowered": _time_input()}


class SpecialDayForm(_KeptForm):
    class Meta:
        model = SpecialDay
        fields = ["date", "kind", "name", "counts_as"]
        widgets = {"date": _day_input()}


def _moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class WarningForm(forms.ModelForm):
    """A warning for one of the places that whoever writes it works for."""

    class Meta:
        model = WeatherWarning
        fields = ["place", "danger", "level", "text", "starts_at", "ends_at"]
        widgets = {
            "starts_at": _moment_input(),
            "ends_at": _moment_input(),
            "text": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, places: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = Place.objects.none() if places is None else places  # type: ignore[attr-defined]
