"""Forms of ideas, for residents and for staff."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from feedback.domain.machine import FLOW, STAFF_STEPS
from feedback.domain.queries.ideas import ORDERS, SHOWN_STATES, Wanted, categories, communities
from feedback.models import Category, Idea
from feedback.rules import MAX_ANSWER, MAX_PICTURES, MAX_TEXT, MAX_TITLE
from foundation.social.interfaces.forms import PicturesField, TextField

ORDER_WORDS = {"votes": _("支持的人多"), "new": _("最新提出")}
STEP_WORDS = {
    "see": _("标为已收到"),
    "plan": _("列入计划"),
    "start": _("开始做"),
    "finish": _("已经完成"),
    "decline": _("不采纳"),
    "reopen": _("重新考虑"),
}


class FindForm(forms.Form):
    """What somebody looks for; whatever cannot be understood is left out."""

    q = forms.CharField(label=_("找建议"), max_length=40, required=False)
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=_("分类"),
        required=False,
        empty_label=_("全部分类"),
        to_field_name="public_id",
    )
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部状态")), *((str(state), state.label) for state in SHOWN_STATES)],
    )
    order = forms.ChoiceField(
        label=_("排序"), required=False, choices=[(order, ORDER_WORDS[order]) for order in ORDERS]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.queryset = Category.objects.all()

    def wanted(self, *, mine: bool) -> Wanted:
        """Return what was asked for."""
        self.full_clean()
        given = self.cleaned_data
        category = given.get("category")
        return Wanted(
            words=given.get("q", "").strip(),
            category=category.public_id if category else "",
            state=given.get("state", ""),
            order=given.get("order", "") or "votes",
            mine=mine,
        )


class ScreenshotsField(PicturesField):
    """Up to four pictures, each looked at before it is kept; cleaned to a list."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = super().clean(data, initial)
        if len(given) > MAX_PICTURES:
            raise ValidationError(_("一次最多 4 张照片。"), code="too_many")
        return given


class WordsForm(forms.Form):
    """What an idea says; its author changes it by this."""

    title = forms.CharField(
        label=_("标题"),
        max_length=MAX_TITLE,
        help_text=_("一句话说清楚，40 个字以内。"),
        error_messages={"required": _("请写一个标题。")},
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=_("分类"),
        empty_label=_("请选择"),
        to_field_name="public_id",
        error_messages={"required": _("请选一个分类。"), "invalid_choice": _("请选一个分类。")},
    )
    text = TextField(
        label=_("详细说明"),
        required=False,
        max_length=MAX_TEXT,
        too_long=_("最多 2000 个字，请删短一些。"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("现在是什么情况，您希望怎样。请不要写别人的姓名和电话。"),
    )

    def __init__(self, *args: Any, now: Category | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.queryset = categories() if now is None else categories() | Category.objects.filter(pk=now.pk)


class IdeaForm(WordsForm):
    """A new idea."""

    pictures = ScreenshotsField(label=_("照片或截图"), required=False)
    place = forms.ModelChoiceField(
        communities(),
        label=_("提给哪个社区"),
        empty_label=_("请选择"),
        error_messages={"required": _("请选择社区。")},
    )
    private = forms.BooleanField(
        label=_("只给社区工作人员看"),
        required=False,
        help_text=_("涉及个人情况时勾选。勾选后不公开，邻居也不能支持。"),
    )
    once = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound and user.place_id is not None and (near := user.place.with_office) is not None:
            self.initial.setdefault("place", near.pk)


class AnswerForm(forms.Form):
    """What staff say to an idea, and how it goes on."""

    step = forms.ChoiceField(label=_("接下来"), required=False)
    text = TextField(
        label=_("答复"),
        required=False,
        max_length=MAX_ANSWER,
        too_long=_("最多 2000 个字，请删短一些。"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("公开显示在建议下面，署社区的名字。完成、不采纳和重新考虑要写明原因。"),
    )

    def __init__(self, *args: Any, idea: Idea, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = FLOW.open_to(idea, user)
        step: Any = self.fields["step"]
        step.choices = [
            ("", _("只答复，不改状态")),
            *((name, STEP_WORDS[name]) for name in STAFF_STEPS if name in possible),
        ]


class MergeForm(forms.Form):
    """Into which idea another goes."""

    into = forms.CharField(
        max_length=16, error_messages={"required": _("请先选一条要并入的建议。")}, label=_("并入哪一条")
    )
    text = forms.CharField(label=_("说明"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It stands beside the answer's form.
        kwargs["auto_id"] = "merge_%s"
        super().__init__(*args, **kwargs)


class CategoryForm(forms.ModelForm):
    class Meta:
        model = Category
        fields = ["name", "name_en", "position", "retired"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Several stand on one page: each names its fields by its own category.
        kwargs.setdefault(
            "auto_id", f"id_{kwargs['instance'].public_id if kwargs.get('instance') else 'new'}_%s"
        )
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or 0

    @property
    def values(self) -> dict[str, Any]:
        """What the category is to be, of a valid form."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _post_clean(self) -> None:
        """Check the words as the model does, and leave the category itself to the domain."""
        category = self.instance
        self.instance = Category(pk=category.pk, public_id=category.public_id)
        self.instance._state.adding = category._state.adding
        super()._post_clean()  # type: ignore[misc]
        self.instance = category
