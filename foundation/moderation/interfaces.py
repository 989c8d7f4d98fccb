from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DecisionForm(forms.Form):
    """Approve, or refuse with a reason that the person will read."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=[("approve", _("通过")), ("refuse", _("不通过"))])
    reason = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不通过时必填；申请人会看到这段话，请写清楚怎样改才能通过。"),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == "refuse" and not given.get("reason", "").strip():
            self.add_error("reason", _("请写明不通过的理由。"))
        return given
