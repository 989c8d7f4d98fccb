"""Forms of the diary and the guestbook (S3, S5)."""

import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.access.scopes import RESIDENTS, Scope
from foundation.social.domain.posts import scope_of
from foundation.social.interfaces.forms import LEVELS, PicturesField, TextField
from spaces.models import GuestbookRule
from spaces.models.diary import MAX_BODY, MAX_TITLE
from spaces.models.guestbook import MAX_TEXT

# What the editor's buttons are called, by the names that it gives them itself (static/js/rich.js).
EDITOR_WORDS = {
    "data-say-bold": _("粗体"),
    "data-say-italic": _("斜体"),
    "data-say-heading1": _("小标题"),
    "data-say-quote": _("引用"),
    "data-say-bullets": _("列表"),
    "data-say-numbers": _("编号列表"),
    "data-say-link": _("链接"),
    "data-say-unlink": _("去掉链接"),
    "data-say-url": _("网址"),
    "data-say-url-placeholder": _("粘贴网址，例如 https://…"),
    "data-say-undo": _("撤销"),
    "data-say-redo": _("重做"),
}


class DiaryForm(forms.Form):
    title = TextField(label=_("标题"), max_length=MAX_TITLE, too_long=_("标题最多 60 个字。"), strip=True)
    body = forms.CharField(
        label=_("正文"),
        max_length=MAX_BODY,
        widget=forms.Textarea(attrs={"rows": 12, "data-rich": "", **EDITOR_WORDS}),
        error_messages={"required": _("请写标题和正文。"), "max_length": _("正文最多约 2 万个字。")},
    )
    topics = forms.CharField(
        label=_("标签"),
        required=False,
        max_length=120,
        help_text=_("用空格隔开，最多 5 个，例如：旅行 老照片"),
    )
    pictures = PicturesField(label=_("照片"), required=False)
    scope = forms.ChoiceField(label=_("谁可以看"), choices=LEVELS, initial=RESIDENTS)
    once = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput, required=False)

    def clean_topics(self) -> list[str]:
        return [name for name in re.split(r"[\s,，、#]+", self.cleaned_data["topics"]) if name]

    def scope_for(self, user: Any) -> Scope:
        """Return the chosen scope as a token of `user`'s."""
        return scope_of(self.cleaned_data["scope"], user)


class MessageForm(forms.Form):
    text = TextField(
        label=_("留言"),
        max_length=MAX_TEXT,
        too_long=_("最多 500 个字，请删短一些。"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写下您想说的话。")},
    )
    once = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput, required=False)


class AnswerForm(forms.Form):
    text = TextField(
        label=_("回复"),
        required=False,
        max_length=MAX_TEXT,
        too_long=_("最多 500 个字，请删短一些。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class GuestbookRuleForm(forms.ModelForm):
    class Meta:
        model = GuestbookRule
        fields = ["who", "looked_at_first"]
