"""What staff write when they publish a notice of their place."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.models import Place
from news.models import NoticePage


class LocalNoticeForm(forms.Form):
    """A notice in plain words; pictures and tables are the editors' business."""

    place = forms.ModelChoiceField(label=_("发给哪里的居民"), queryset=Place.objects.none())
    title = forms.CharField(label=_("标题"), max_length=60)
    level = forms.ChoiceField(label=_("级别"), choices=NoticePage.Level.choices)
    summary = forms.CharField(label=_("摘要"), max_length=160)
    words = forms.CharField(
        label=_("正文"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    valid_until = forms.DateTimeField(
        label=_("有效期至"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]
