"""Forms of the family proxy (亲情代办)."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import FamilyProxy, User

BY_HER, FOR_HER = "by", "for"


class AccountField(forms.CharField):
    """Names an account by what stands in the address of its space, or by that address itself.

    `nickname`: also by the name that everybody sees, where one neighbour alone is called so.
    """

    def __init__(self, *, nickname: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)
        self.nickname = nickname
        self.widget.attrs |= {"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> User:
        typed = super().clean(value)
        # Whoever is suspended or not verified is found by nobody.
        people = User.objects.visible_to(None)
        found = list(people.filter(username=_address_name(typed))) or (
            list(people.filter(display_name__iexact=typed)[:2]) if self.nickname else []
        )
        if not found:
            raise ValidationError(_("没有找到这位居民，请核对一下。对方要先完成实名认证。"))
        if len(found) > 1:
            raise ValidationError(_("有几位邻居都叫这个昵称，请填对方个人空间的网址。"))
        return found[0]


def _address_name(typed: str) -> str:
    """Return the name that somebody typed or pasted with the address of a space around it."""
    path = re.split(r"[?#]", typed, maxsplit=1)[0]
    return path.rstrip("/ ").rsplit("/", 1)[-1].removeprefix("@").lower()


class AskFamilyForm(forms.Form):
    way = forms.ChoiceField(
        label=_("谁替谁办"),
        choices=[(BY_HER, _("请家人替我办")), (FOR_HER, _("我替家人办"))],
        widget=forms.RadioSelect,
    )
    person = AccountField(
        nickname=True,
        label=_("家人的昵称或网址"),
        help_text=_("网站上显示的昵称；有人同名时，请粘贴对方个人空间的网址。"),
    )
    kinship = forms.ChoiceField(
        label=_("代办人是对方的什么人"), choices=[("", _("请选择")), *FamilyProxy.Kinship.choices]
    )


class RecordFamilyForm(forms.Form):
    principal = AccountField(label=_("被代办人的网址名"))
    proxy = AccountField(label=_("代办人的网址名"))
    kinship = forms.ChoiceField(
        label=_("代办人是对方的什么人"), choices=[("", _("请选择")), *FamilyProxy.Kinship.choices]
    )
    purpose = forms.CharField(
        label=_("怎样确认的"),
        max_length=200,
        help_text=_("会写进操作日志，例如“两人带身份证到窗口，当面同意”。"),
    )


class EndFamilyForm(forms.Form):
    purpose = forms.CharField(label=_("理由"), max_length=200)
