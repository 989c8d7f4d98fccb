"""Forms of the log's pages (O4)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core import kinds
from office.domain.queries.log import Filters, people_named
from office.domain.queries.sealed import sentences
from office.interfaces.roles import PlaceField


class LogForm(forms.Form):
    """What of the log is wanted; everything may stay empty."""

    who = forms.CharField(label=_("谁"), required=False, max_length=30)
    action = forms.ChoiceField(label=_("做了什么"), required=False)
    kind = forms.ChoiceField(label=_("对象"), required=False)
    object_id = forms.CharField(label=_("对象编号"), required=False, max_length=40)
    place = PlaceField(label=_("地点"), required=False, empty_label=_("全部地点"))
    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        acts: dict[str, list[str]] = {}
        for action, words in sentences().items():
            acts.setdefault(str(words), []).append(action)
        named = sorted(
            (action, words if len(actions) == 1 else f"{words} ({action})")
            for words, actions in acts.items()
            for action in actions
        )
        self.fields["action"].choices = [("", _("全部")), *named]  # type: ignore[attr-defined]
        logged = sorted((kind.key, kind.name) for kind in kinds.all_kinds().values())
        self.fields["kind"].choices = [("", _("全部")), *logged]  # type: ignore[attr-defined]

    def clean_who(self) -> str:
        """Nobody of that name is a mistyped name sooner than somebody who did nothing."""
        who = self.cleaned_data["who"]
        if who and not people_named(who).exists():
            raise forms.ValidationError(
                _("没有找到“%(query)s”。邮箱和网址名要写完整。") % {"query": who}, code="nobody"
            )
        return who

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("结束日期早于开始日期。"))
        return given

    def filters(self) -> Filters:
        """Return what was asked for; nothing where the form is wrong."""
        return Filters(**self.cleaned_data) if self.is_valid() else Filters()


class ExportForm(forms.Form):
    purpose = forms.CharField(
        label=_("用途"),
        max_length=200,
        help_text=_("必填。导出的人、时间和用途会写进操作日志，也会印在表里。"),
    )


class AlarmForm(forms.Form):
    note = forms.CharField(label=_("核实结果"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
