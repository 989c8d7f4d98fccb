"""Forms of the family proxy (亲情代办)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import FamilyProxy, User

BY_HER, FOR_HER = "by", "for"


class AccountField(forms.CharField):
    """Names an account by what stands in the address of its space, or by that address itself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)
        self.widget.attrs |= {"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> User | None:
        typed = super().clean(value)
        name = typed.rstrip("/").rsplit("/", 1)[-1].removeprefix("@").lower()
        if not name:
            return None
        # Whoever is suspended or not verified is found by nobody; an own account says more below.
        found = User.objects.visible_to(None).filter(username=name).first()
        if found is None:
            raise ValidationError(_("没有找到这位居民，请核对网址名。对方要先完成实名认证。"))
        return found


class AskFamilyForm(forms.Form):
    way = forms.ChoiceField(
        label=_("谁替谁办"),
        choices=[(BY_HER, _("请家人替我办")), (FOR_HER, _("我替家人办"))],
        widget=forms.RadioSelect,
    )
    person = AccountField(
        label=_("家人的网址名"),
        help_text=_("打开家人的个人空间，地址里 /u/ 后面的那一段；也可以粘贴整个地址。"),
    )
    kinship = forms.ChoiceField(
        label=_("代办人是被代办人的"), choices=[("", _("请选择")), *FamilyProxy.Kinship.choices]
    )


class RecordFamilyForm(forms.Form):
    principal = AccountField(label=_("被代办人的网址名"))
    proxy = AccountField(label=_("代办人的网址名"))
    kinship = forms.ChoiceField(
        label=_("代办人是被代办人的"), choices=[("", _("请选择")), *FamilyProxy.Kinship.choices]
    )
    purpose = forms.CharField(
        label=_("怎样确认的"),
        max_length=200,
        help_text=_("会写进操作日志，例如“两人带身份证到窗口，当面同意”。"),
    )


class EndFamilyForm(forms.Form):
    purpose = forms.CharField(label=_("理由"), max_length=200)
