"""What staff and editors write when they publish a notice at once, add to it, or look who has not read it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.models import Place
from news.interfaces.editing import AudienceField
from news.models import NoticePage, NoticeUpdate

EVERYBODY, ONLY_HERE = "all", "here"


class NoticeForm(forms.Form):
    """A notice in plain words; pictures and tables are the business of the editors' tree."""

    title = forms.CharField(label=_("标题"), max_length=60)
    level = forms.ChoiceField(
        label=_("级别"),
        choices=NoticePage.Level.choices,
        help_text=_("紧急公告会出现在每一页的最上面，并马上通知能看到它的人。"),
    )
    summary = forms.CharField(label=_("摘要"), max_length=160)
    words = forms.CharField(
        label=_("正文"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    valid_until = forms.DateTimeField(
        label=_("有效期至"),
        required=False,
        help_text=_("到时自动撤下。不填就一直挂着，直到您解除或撤下。"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    must_read = forms.BooleanField(
        label=_("必读"),
        required=False,
        help_text=_("请大家点“我已阅读”；您看得到有多少人读了，可以提醒还没读的人。"),
    )


class EditorsNoticeForm(NoticeForm):
    scope = AudienceField()
    field_order = ["title", "summary", "level", "scope", "words", "valid_until", "must_read"]


class LocalNoticeForm(NoticeForm):
    """The notice of a place that its writer works for."""

    place = forms.ModelChoiceField(label=_("发给哪里的居民"), queryset=Place.objects.none())
    reach = forms.ChoiceField(
        label=_("谁能看"),
        required=False,
        choices=[(EVERYBODY, _("所有人都能看")), (ONLY_HERE, _("只给这里的居民和工作人员看"))],
    )
    field_order = ["place", "reach", "title", "level", "summary", "words", "valid_until", "must_read"]

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["only_here"] = cleaned.pop("reach", "") == ONLY_HERE
        return cleaned


class UpdateForm(forms.ModelForm):
    class Meta:
        model = NoticeUpdate
        fields = ["text"]
        labels = {"text": _("新的进展")}
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "maxlength": 300})}
        error_messages = {"text": {"required": _("请写更新的内容。")}}


class NamesForm(forms.Form):
    """Whose names somebody wants to see, and what for."""

    place = forms.ModelChoiceField(label=_("哪里的居民"), queryset=Place.objects.none())
    purpose = forms.CharField(
        label=_("用途"),
        min_length=2,
        max_length=200,
        help_text=_("例如“上门通知没有手机的老人”。会和您的名字一起记入操作日志。"),
    )

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]
