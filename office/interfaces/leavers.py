"""The form by which a member of staff leaves (O9)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from office.domain.leavers import successors


class ColleagueField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_name}（@{obj.username}）"


class LeaverForm(forms.Form):
    to = ColleagueField(
        User.objects.none(),
        label=_("接手的同事"),
        required=False,
        empty_label=_("没有人接手，放回大家的待办"),
        to_field_name="username",
        help_text=_("接手的人不能处理的事项，会放回大家的待办。"),
    )
    purpose = forms.CharField(
        label=_("理由"), max_length=200, help_text=_("会写进操作日志，例如“调离街道”。")
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = successors(user)  # type: ignore[attr-defined]
