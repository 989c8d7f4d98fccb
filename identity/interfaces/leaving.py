"""The form by which somebody leaves."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WORD = gettext_lazy("注销")


class LeaveForm(forms.Form):
    words = forms.ChoiceField(
        label=gettext_lazy("我写的说说和评论"),
        choices=[
            ("delete", gettext_lazy("全部删除")),
            ("keep", gettext_lazy("公开的留下，去掉我的名字和照片")),
        ],
        initial="delete",
        widget=forms.RadioSelect,
    )
    typed = forms.CharField(
        label=gettext_lazy("请输入“注销”两个字确认"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_typed(self) -> str:
        typed: Any = self.cleaned_data["typed"].strip()
        if typed.casefold() not in (str(WORD).casefold(), "注销"):
            raise ValidationError(_("请输入“注销”两个字，确认您真的要离开。"))
        return typed
