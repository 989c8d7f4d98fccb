"""Forms of the diary and the guestbook (S3, S5)."""

import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.access.scopes import RESIDENTS, Scope
from foundation.social.domain.posts import scope_of
from foundation.social.interfaces.forms import LEVELS, TextField
from spaces.models import GuestbookRule
from spaces.models.diary import MAX_BODY, MAX_TITLE
from spaces.models.guestbook import MAX_TEXT


class DiaryForm(forms.Form):
    title = TextField(label=_("标题"), max_length=MAX_TITLE, too_long=_("标题最多 60 个字。"), strip=True)
    body = forms.CharField(
        label=_("正文"),
        max_length=MAX_BODY,
        widget=forms.Textarea(attrs={"rows": 12, "data-rich": ""}),
        error_messages={"required": _("请写标题和正文。"), "max_length": _("正文最多约 2 万个字。")},
    )
    topics = forms.CharField(
        label=_("标签"),
        required=False,
        max_length=120,
        help_text=_("用空格隔开，最多 5 个，例如：旅行 老照片"),
    )
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
