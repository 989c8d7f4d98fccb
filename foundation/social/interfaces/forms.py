"""Forms of posts and comments."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from foundation.core.access.scopes import CONTACTS, ONLY, PUBLIC, RESIDENTS, Scope
from foundation.core.files import uploads
from foundation.social.domain import drafts
from foundation.social.domain.polls import DAYS, NewPoll, new_poll
from foundation.social.domain.posts import scope_of
from foundation.social.models import FollowRule
from foundation.social.models.comment import MAX_COMMENT
from foundation.social.models.poll import MAX_CHOICE, MOST_CHOICES
from foundation.social.models.post import MAX_PICTURES, MAX_TEXT

LEVELS = [
    (RESIDENTS, _("已实名的邻居")),
    (PUBLIC, _("所有人")),
    (CONTACTS, _("互相关注的人")),
    (ONLY, _("仅自己")),
]


class PicturesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Up to nine pictures, each looked at before it is kept; cleaned to a list."""

    widget = PicturesInput(attrs={"accept": "image/*", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = [item for item in (data if isinstance(data, list | tuple) else [data]) if item]
        if len(given) > MAX_PICTURES:
            raise ValidationError(_("一次最多 9 张照片。"), code="too_many")
        for item in given:
            super().clean(item, initial)
            uploads.check_picture(item)
        return given


class TextField(forms.CharField):
    """A longer text, counted and never cut: of what is pasted, `maxlength` drops the end without a word.

    A line's end is one character, as the page counts it and as it is kept.
    """

    counted = True

    def __init__(self, *, too_long: Any, error_messages: Any = None, **kwargs: Any) -> None:
        self.too_long = too_long
        super().__init__(error_messages={**(error_messages or {}), "max_length": too_long}, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return {**attrs, "data-max": self.max_length, "data-too-long": self.too_long}


class ChoicesInput(forms.Widget):
    """Several lines of text under one name, as many as there are."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        found = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [str(line) for line in found][: MOST_CHOICES + 1]


class ChoicesField(forms.Field):
    widget = ChoicesInput


class PollPart(forms.Form):
    """What a form that writes a post asks where the post is to carry a poll; left empty, it carries none."""

    choice = ChoicesField(label=_("选项"), required=False)
    several = forms.BooleanField(label=_("可以选几项"), required=False)
    days = forms.TypedChoiceField(
        label=_("多久截止"),
        choices=[(days, ngettext_lazy("%(days)d 天", "%(days)d 天", days) % {"days": days}) for days in DAYS],
        coerce=int,
        initial=7,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["poll"] = None
        try:
            cleaned["poll"] = new_poll(
                cleaned.get("choice") or [],
                several=cleaned.get("several", False),
                days=cleaned.get("days") or 7,
            )
        except ValidationError as fault:
            self.add_error("choice", fault)
        return cleaned

    @property
    def poll(self) -> NewPoll | None:
        """The poll of a valid form."""
        found: NewPoll | None = self.cleaned_data["poll"]
        return found

    @property
    def choice_lines(self) -> list[str]:
        """What stands in each line, as it was typed."""
        typed = list(self["choice"].value() or [])
        return [*typed, *[""] * (MOST_CHOICES - len(typed))][:MOST_CHOICES]

    @property
    def most_signs(self) -> int:
        return MAX_CHOICE


class PostForm(PollPart):
    text = TextField(
        label=_("说说"),
        required=False,
        max_length=MAX_TEXT,
        too_long=_("最多 500 个字，请删短一些。"),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("今天有什么想和邻居说的？")}),
    )
    scope = forms.ChoiceField(label=_("谁可以看"), choices=LEVELS, initial=RESIDENTS)
    pictures = PicturesField(label=_("照片"), required=False)
    once = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput, required=False)

    def scope_for(self, user: Any) -> Scope:
        """Return the chosen scope as a token of `user`'s."""
        return scope_of(self.cleaned_data["scope"], user)


class EditPostForm(PostForm):
    """Text and scope; pictures stay as they were posted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("pictures", "once", "choice", "several", "days"):
            del self.fields[name]


class ShareForm(forms.Form):
    text = TextField(
        label=_("想说的话"),
        required=False,
        max_length=MAX_TEXT,
        too_long=_("最多 500 个字，请删短一些。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    once = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput, required=False)


class CommentForm(forms.Form):
    text = TextField(
        label=_("评论"),
        max_length=MAX_COMMENT,
        too_long=_("最多 1000 个字，请删短一些。"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写下您想说的话。")},
    )
    reply_to = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    once = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput, required=False)

    @classmethod
    def below(cls, request: HttpRequest, draft_key: str) -> "CommentForm":
        """Return the empty form under an object: with the reader's draft, and with what `?reply=` wants answered."""
        draft = drafts.draft_of(draft_key, request.user)
        return cls(initial={"text": draft, "reply_to": request.GET.get("reply", "")[:16]})


class FollowRuleForm(forms.ModelForm):
    """Who may follow oneself (S6)."""

    class Meta:
        model = FollowRule
        fields = ["by_anybody", "in_secret"]
        help_texts = {
            "by_anybody": _("关掉后没有人能新关注您，已经关注的不变。"),
            "in_secret": _("悄悄关注的人只看得到您公开的内容。关掉后，已有的悄悄关注立即失效。"),
        }
