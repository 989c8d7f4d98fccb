"""Forms of circles and groups."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.core.files import uploads
from foundation.core.models import Place
from foundation.social.interfaces.forms import PicturesField, PollPart, TextField
from foundation.social.models.post import MAX_TEXT
from groups.models import Circle, Group
from groups.models.circle import MOST_MEMBERS
from groups.rules import MAX_ANSWER, MAX_QUESTION, MOST_QUESTIONS


def places() -> Any:
    """Return the streets and committees that a circle or group can belong to."""
    return Place.objects.filter(level__in=["street", "committee"], retired_at=None).order_by("path")


def home_of(user: Any) -> int | None:
    """Return the committee in which somebody lives, to begin a form with."""
    if user.place_id is None:
        return None
    near = places().filter(path__in=user.place.chain).order_by("-path").first()
    return near.pk if near else None


class CoverField(forms.FileField):
    """One picture, looked at before it is kept."""

    widget = forms.FileInput(attrs={"accept": "image/*"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = super().clean(data, initial)
        if given:
            uploads.check_picture(given)
        return given


class CircleForm(forms.ModelForm):
    """What a circle says of itself and who may come in; once it is live, what it was approved under is not asked."""

    description = TextField(
        label=_("详细介绍"),
        required=False,
        max_length=2000,
        too_long=_("最多 2000 个字，请删短一些。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    rules = TextField(
        label=_("圈子公约"),
        required=False,
        max_length=1000,
        too_long=_("最多 1000 个字，请删短一些。"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写了公约，加入的人要先勾选同意。"),
    )
    tags = forms.CharField(
        label=_("兴趣"),
        required=False,
        max_length=60,
        help_text=_("最多 4 个，用空格隔开，例如：广场舞 健身。"),
    )
    cover = CoverField(label=_("封面照片"), required=False, help_text=_("JPG、PNG 等，10 MB 以内。"))
    once = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput, required=False)

    class Meta:
        model = Circle
        fields = ["name", "purpose", "description", "place", "joining", "secret", "capacity", "rules"]
        widgets = {"joining": forms.RadioSelect}
        help_texts = {
            "name": _("20 个字以内。审核通过后不能再改。"),
            "secret": _("不公开的圈子不出现在列表和搜索里，别人只能凭邀请加入。"),
            "capacity": _("不填就不限人数。"),
        }

    field_order = ["name", "purpose", "tags", "cover", "description", "place", "joining"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        place: Any = self.fields["place"]
        place.queryset, place.empty_label = places(), _("请选择")
        joining: Any = self.fields["joining"]
        joining.choices = Circle.Joining.choices
        for number in range(MOST_QUESTIONS):
            asked = self.instance.questions
            self.fields[f"question_{number}"] = forms.CharField(
                label=_("申请时的问题 %(number)d") % {"number": number + 1},
                required=False,
                max_length=MAX_QUESTION,
                initial=asked[number] if number < len(asked) else "",
            )
        if not self.is_bound:
            self.initial.setdefault("place", home_of(user))
        if self.instance._state.adding:
            return
        self.fields["tags"].initial = " ".join(tag.name for tag in self.instance.tags.all())
        if self.instance.is_live:
            for name in ("name", "place", "secret"):
                del self.fields[name]

    def clean_capacity(self) -> Any:
        capacity = self.cleaned_data["capacity"]
        if capacity is not None and not 2 <= capacity <= MOST_MEMBERS:
            raise ValidationError(_("人数上限填 2 到 %(most)d。") % {"most": MOST_MEMBERS})
        return capacity

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        secret = cleaned.get("secret", self.instance.secret)
        if secret and cleaned.get("joining") == Circle.Joining.OPEN:
            self.add_error("joining", _("不公开的圈子请选“只能凭邀请加入”或“申请后由管理员同意”。"))
        return cleaned

    @property
    def questions(self) -> list[str]:
        """What somebody who asks has to answer, of a valid form."""
        return [self.cleaned_data[f"question_{number}"] for number in range(MOST_QUESTIONS)]

    @property
    def values(self) -> dict[str, Any]:
        """The circle's own words, of a valid form."""
        own = ("name", "purpose", "description", "rules", "joining", "secret", "capacity")
        return {name: self.cleaned_data[name] for name in own if name in self.cleaned_data}

    def _post_clean(self) -> None:
        """Check the words as the model does, and leave the circle itself to the domain."""
        circle, self.instance = self.instance, Circle(owner=self.user)
        super()._post_clean()  # type: ignore[misc]
        self.instance = circle


class AskForm(forms.Form):
    """What somebody reads and answers before she joins."""

    def __init__(self, *args: Any, circle: Circle, invited: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = [] if invited or circle.joining != Circle.Joining.REQUEST else circle.questions
        for number, question in enumerate(self.asked):
            self.fields[f"answer_{number}"] = forms.CharField(
                label=question,
                max_length=MAX_ANSWER,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"required": _("请回答这个问题。")},
            )
        if circle.rules:
            self.fields["agreed"] = forms.BooleanField(
                label=_("我读过圈子公约，同意遵守"),
                error_messages={"required": _("请先读一读圈子公约，并勾选同意。")},
            )

    @property
    def answers(self) -> list[str]:
        return [self.cleaned_data[f"answer_{number}"] for number in range(len(self.asked))]

    @property
    def agreed(self) -> bool:
        return bool(self.cleaned_data.get("agreed"))


class CirclePostForm(PollPart):
    """A post for the people of one circle: nobody else can be chosen."""

    text = TextField(
        label=_("想和圈友说的话"),
        required=False,
        max_length=MAX_TEXT,
        too_long=_("最多 500 个字，请删短一些。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    pictures = PicturesField(label=_("照片"), required=False)
    once = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput, required=False)


class EditCirclePostForm(forms.Form):
    text = TextField(
        label=_("内容"),
        required=False,
        max_length=MAX_TEXT,
        too_long=_("最多 500 个字，请删短一些。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class FileForm(forms.Form):
    file = forms.FileField(label=_("选择文件"), help_text=_("照片，10 MB 以内。只有圈子成员能打开。"))
    name = forms.CharField(label=_("文件名"), max_length=80, required=False)
    once = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput, required=False)


class GroupForm(forms.ModelForm):
    """What a group says of itself and to whom."""

    description = TextField(
        label=_("详细介绍"),
        required=False,
        max_length=2000,
        too_long=_("最多 2000 个字，请删短一些。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    cover = CoverField(label=_("封面照片"), required=False, help_text=_("JPG、PNG 等，10 MB 以内。"))
    once = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput, required=False)

    class Meta:
        model = Group
        fields = [
            "name",
            "purpose",
            "description",
            "contact_name",
            "contact_phone",
            "place",
            "visibility",
            "joining",
        ]
        widgets = {"visibility": forms.RadioSelect, "joining": forms.RadioSelect}
        help_texts = {"contact_phone": _("只给已实名的邻居看。")}

    field_order = ["name", "purpose", "cover", "description"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        place: Any = self.fields["place"]
        place.queryset, place.empty_label = places(), _("请选择")
        for name, choices in (("visibility", Group.Visibility), ("joining", Group.Joining)):
            field: Any = self.fields[name]
            field.choices = choices.choices
        if self.instance._state.adding:
            self.initial.setdefault("place", home_of(user))
            self.initial.setdefault("contact_name", user.display_name)
        else:
            # Its token is made of it.
            del self.fields["place"]

    @property
    def values(self) -> dict[str, Any]:
        """The group's own words, of a valid form."""
        own = ("name", "purpose", "description", "contact_name", "contact_phone", "visibility", "joining")
        return {name: self.cleaned_data[name] for name in own}

    def _post_clean(self) -> None:
        """Check the words as the model does, and leave the group itself to the domain."""
        group, self.instance = self.instance, Group(owner=self.user)
        super()._post_clean()  # type: ignore[misc]
        self.instance = group


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=200, required=False)
