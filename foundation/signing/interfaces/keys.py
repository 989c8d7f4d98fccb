"""Forms around one's own certificates."""

import base64
import binascii
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from foundation.core.files.uploads import check_picture
from foundation.signing.domain import certificates, pins
from foundation.signing.domain.certificates import DeviceKey, Holding, LicensedKey, PinKey
from foundation.signing.domain.faults import TrivialPin
from foundation.signing.models import Certificate

DEVICE, PIN, LICENSED = (
    Certificate.Backend.DEVICE,
    Certificate.Backend.PIN,
    Certificate.Backend.LICENSED,
)
PIN_INPUT = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "20"}


def from_base64(text: str) -> bytes:
    """Read what a browser sent. Raises ValidationError."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValidationError(_("没有收到这台设备的密钥，请刷新页面再试。"), code="key") from None


class AskForm(forms.Form):
    """Asking for a certificate: where the key lives, and the letter of authority."""

    backend = forms.ChoiceField(
        label=_("密钥放在哪里"),
        choices=[
            (DEVICE, _("这台设备的浏览器里（推荐，密钥不离开这台设备）")),
            (PIN, _("社区服务器上，用签名密码打开（换设备也能签）")),
        ],
        widget=forms.RadioSelect,
        initial=DEVICE,
    )
    pin = forms.CharField(
        label=_("签名密码"),
        required=False,
        max_length=20,
        help_text=_("选“社区服务器上”时填写：至少 6 位数字，不要连号或重复。输错 5 次会锁定。"),
        widget=forms.PasswordInput(attrs=PIN_INPUT),
    )
    pin_again = forms.CharField(
        label=_("再输一次签名密码"),
        required=False,
        max_length=20,
        widget=forms.PasswordInput(attrs=PIN_INPUT),
    )
    credential = forms.CharField(
        label=_("证书编号"),
        required=False,
        max_length=100,
        help_text=_("选“持牌认证机构”时填写，由该机构提供。"),
    )
    letter = forms.FileField(
        label=_("授权书照片"),
        help_text=_("写明授权您代表机构签署，有负责人签字并盖章。"),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    letter_more = forms.FileField(
        label=_("授权书第二页"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
    )
    public_key = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    proof = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    challenge = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, licensed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if licensed:
            choices: Any = self.fields["backend"]
            choices.choices = [*choices.choices, (LICENSED, _("持牌认证机构"))]
        else:
            del self.fields["credential"]

    def clean_letter(self) -> Any:
        check_picture(self.cleaned_data["letter"])
        return self.cleaned_data["letter"]

    def clean_letter_more(self) -> Any:
        if more := self.cleaned_data.get("letter_more"):
            check_picture(more)
        return more

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        backend = given.get("backend")
        if backend == PIN:
            try:
                pins.check_pin(given.get("pin", ""))
            except TrivialPin as fault:
                self.add_error("pin", str(fault.words))
            if given.get("pin") != given.get("pin_again"):
                self.add_error("pin_again", _("两次输入的签名密码不一样。"))
        elif backend == DEVICE:
            if not given.get("public_key") or not given.get("proof"):
                self.add_error(
                    "backend", _("这个浏览器没有生成密钥：请用较新的浏览器打开，或选择另一种方式。")
                )
        elif backend == LICENSED and not given.get("credential"):
            self.add_error("credential", _("请填写证书编号。"))
        return given

    @property
    def holding(self) -> Holding:
        """What holds the key. Raises ValidationError for what is no base64."""
        given = self.cleaned_data
        if given["backend"] == PIN:
            return PinKey(pin=given["pin"])
        if given["backend"] == LICENSED:
            return LicensedKey(credential=given["credential"])
        return DeviceKey(
            public_key=from_base64(given["public_key"]),
            challenge=given["challenge"],
            proof=from_base64(given["proof"]),
        )

    @property
    def letters(self) -> list[UploadedFile]:
        found = [self.cleaned_data.get("letter"), self.cleaned_data.get("letter_more")]
        return [one for one in found if one][: certificates.MOST_LETTERS]


class RevokeForm(forms.Form):
    """Why a certificate ends."""

    reason = forms.CharField(
        label=_("原因"), max_length=300, widget=forms.TextInput(attrs={"placeholder": _("例如：手机丢了")})
    )
