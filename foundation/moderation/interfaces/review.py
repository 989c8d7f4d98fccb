"""Forms and filters of the inbox."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.facets import ReviewFacet
from foundation.moderation.models import ReviewReason, ReviewSetting
from foundation.moderation.models.setting import STRICTNESS


class DecisionForm(forms.Form):
    """Approve, or refuse with a reason that the person will read; what weighs on somebody has its reason either way."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=[("approve", _("通过")), ("refuse", _("不通过"))])
    reason = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不通过时必填；申请人会看到这段话，请写清楚怎样改才能通过。"),
    )

    def __init__(self, *args: Any, weighs: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weighs = weighs
        if weighs:
            self.fields["reason"].help_text = _("必填；当事人会看到这段话，也可以据此申诉。")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        needed = self.weighs or given.get("decision") == "refuse"
        if needed and not given.get("reason", "").strip():
            self.add_error("reason", _("请写明理由。"))
        return given


class BulkForm(DecisionForm):
    """One decision for the ticked items; each tick carries the version that the list was drawn from."""

    pick = forms.MultipleChoiceField(required=True, error_messages={"required": _("请先勾选要处理的事项。")})

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.ticked: list[str] = data.getlist("pick")
        # Which of them exist and may be decided, the domain finds out one by one.
        self.fields["pick"].choices = [(value, value) for value in self.ticked]  # type: ignore[attr-defined]

    def picked(self) -> dict[str, str]:
        """Return public id → version."""
        pairs = (value.partition(":") for value in self.cleaned_data["pick"])
        return {public_id: version for public_id, _colon, version in pairs}


class HandForm(forms.Form):
    """To which colleague, and a word for her."""

    to = forms.ChoiceField(label=_("转交给"), required=False)
    note = forms.CharField(label=_("留言（选填）"), required=False, max_length=300)

    def __init__(self, *args: Any, colleagues: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {str(one.pk): one for one in colleagues}
        names = [(key, one.display_name) for key, one in self.colleagues.items()]
        self.fields["to"].choices = [("", _("不指定，大家都可以处理")), *names]  # type: ignore[attr-defined]

    def clean_to(self) -> User | None:
        return self.colleagues.get(self.cleaned_data["to"])


class SettingForm(forms.ModelForm):
    """How one kind is reviewed; what its facet fixes is not even offered."""

    class Meta:
        model = ReviewSetting
        fields = ("timing", "steps", "level", "days")

    def __init__(self, *args: Any, facet: ReviewFacet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [str(one) for one in STRICTNESS[: STRICTNESS.index(facet.least) + 1]]
        timing: Any = self.fields["timing"]
        timing.choices = [(value, words) for value, words in timing.choices if value in allowed]
        timing.help_text = facet.timing_note


class ReasonForm(forms.ModelForm):
    class Meta:
        model = ReviewReason
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}


ReasonFormSet = forms.modelformset_factory(
    ReviewReason, form=ReasonForm, extra=2, can_delete=True, can_order=True, max_num=30
)


def kinds_of(rows: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Return key and name of kinds, in the order of their names."""
    return sorted(((key, str(name)) for key, name in rows), key=lambda pair: pair[1])
