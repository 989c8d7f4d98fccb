"""Forms of messages."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from chat.enums import WhoMayWrite
from chat.models.conversation import MAX_TEXT, MAX_TITLE
from foundation.accounts.interfaces.family import AccountField
from foundation.accounts.models import User
from foundation.social.interfaces.forms import PicturesField, TextField


class MessageForm(forms.Form):
    text = TextField(
        label=_("消息"),
        required=False,
        max_length=MAX_TEXT,
        too_long=_("最多 2000 个字，请分几条发。"),
        widget=forms.Textarea(attrs={"rows": 1}),
    )
    pictures = PicturesField(label=_("照片"), required=False)
    once = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput, required=False)


class NewMessageForm(MessageForm):
    """To somebody with whom there is no conversation yet."""

    to = AccountField(
        nickname=True,
        label=_("发给谁"),
        help_text=_("网站上显示的昵称；有人同名时，请粘贴对方个人空间的网址。"),
    )
    field_order = ["to", "text", "pictures", "once"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 3
        self.fields["pictures"].widget.attrs["accept"] = "image/*"


class PersonField(AccountField):
    """Names somebody, or nobody."""

    def clean(self, value: Any) -> Any:
        return super().clean(value) if value else None


class PeopleForm(forms.Form):
    """Some people: ticked among those offered, and one who is named."""

    people = forms.MultipleChoiceField(
        label=_("从互相关注的邻居里选"), required=False, widget=forms.CheckboxSelectMultiple
    )
    named = PersonField(
        nickname=True,
        required=False,
        label=_("或者写下一位邻居的昵称"),
        help_text=_("有人同名时，请粘贴对方个人空间的网址。"),
    )

    def __init__(self, *args: Any, offered: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {person.username: person for person in offered}
        ticks: Any = self.fields["people"]
        ticks.choices = [(person.username, person.display_name) for person in offered]
        if not offered:
            del self.fields["people"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not self.chosen():
            raise ValidationError(_("请至少选一位邻居。"), code="empty")
        return values

    def chosen(self) -> list[User]:
        """Return who was ticked or named."""
        ticked = [self.offered[name] for name in self.cleaned_data.get("people", [])]
        named = self.cleaned_data.get("named")
        return [*ticked, named] if named else ticked


class GroupForm(PeopleForm):
    title = forms.CharField(
        label=_("群名"), max_length=MAX_TITLE, help_text=_("例如“三号楼太极队”，进群的人才看得到。")
    )
    once = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput, required=False)
    field_order = ["title", "people", "named", "once"]


class TitleForm(forms.Form):
    title = forms.CharField(label=_("群名"), max_length=MAX_TITLE)


class WishesForm(forms.Form):
    who_may_write = forms.ChoiceField(
        label=_("谁可以给我发消息"), choices=WhoMayWrite, widget=forms.RadioSelect
    )
    shows_read = forms.BooleanField(
        label=_("让对方看到我已读"),
        required=False,
        help_text=_("关掉以后，对方不知道您有没有看过消息。"),
    )
