"""What a decision on an application says beside yes and no."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.domain.applying import REJECT, RETURN


class OutcomeForm(forms.Form):
    """Where it is not approved: back to be completed, or rejected for good."""

    outcome = forms.ChoiceField(
        label=_("如果不通过"),
        choices=[(RETURN, _("退回补正，机构改好后再提交")), (REJECT, _("不予通过，申请到此结束"))],
        initial=RETURN,
        required=False,
        widget=forms.RadioSelect,
    )

    def clean_outcome(self) -> Any:
        # An approval is the same one, whatever was ticked beside it: two people approve alike.
        return RETURN if self.data.get("decision") == "approve" else self.cleaned_data["outcome"] or RETURN
