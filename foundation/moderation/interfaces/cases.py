"""Forms of reports, cases, sanctions and appeals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.text import Level
from foundation.moderation.models import Appeal, Report, Sanction

DAYS = [(1, _("1 天")), (3, _("3 天")), (7, _("7 天")), (30, _("30 天")), (90, _("90 天")), (365, _("一年"))]


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("原因"),
        choices=Report.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择一个原因。")},
    )
    text = forms.CharField(
        label=_("补充说明"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("说说哪里不妥，处理起来会更快。选“其他”时请一定写明。"),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("reason") == Report.Reason.OTHER and not given.get("text"):
            self.add_error("text", _("请写明哪里不妥。"))
        return given


class CaseForm(forms.Form):
    """What follows where a report is right."""

    action = forms.ChoiceField(
        label=_("处理方式"),
        required=False,
        choices=[
            (Sanction.What.HIDE, _("只隐藏内容")),
            (Sanction.What.WARN, _("隐藏并警告")),
            (Sanction.What.MUTE, _("隐藏并禁言")),
            (Sanction.What.SUSPEND, _("隐藏并停用账号")),
        ],
    )
    days = forms.TypedChoiceField(
        label=_("期限（禁言、停用）"), required=False, choices=DAYS, coerce=int, initial=7, empty_value="7"
    )

    def clean_days(self) -> int:
        return int(self.cleaned_data["days"])

    def clean_action(self) -> str:
        return self.cleaned_data["action"] or Sanction.What.HIDE


class AppealDecisionForm(forms.Form):
    """How far an appeal is followed."""

    outcome = forms.ChoiceField(
        label=_("申诉成立时"),
        required=False,
        choices=[
            (Appeal.State.LIFTED, _("撤销决定，恢复内容")),
            (Appeal.State.SHORTENED, _("只缩短期限")),
        ],
    )
    days = forms.TypedChoiceField(
        label=_("缩短为"), required=False, choices=DAYS, coerce=int, initial=1, empty_value="1"
    )

    def clean_days(self) -> int:
        return int(self.cleaned_data["days"])

    def clean_outcome(self) -> str:
        return self.cleaned_data["outcome"] or Appeal.State.LIFTED


class WordsForm(forms.Form):
    """A turn in the talk about an appeal; the domain counts and trims."""

    text = forms.CharField(
        label=_("想说的话"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写下您想说的话。")},
    )


class LiftForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=300, error_messages={"required": _("请写明理由。")})


class ListedWordsForm(forms.Form):
    """Words, one a line."""

    lines = forms.CharField(
        label=_("词（一行一个）"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请至少写一个词。")},
    )
    level = forms.ChoiceField(label=_("处理"), choices=Level.choices)
    note = forms.CharField(label=_("备注"), required=False, max_length=120)
