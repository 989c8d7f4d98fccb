"""Consent and key, at the end of every page on which something is signed (电子签名法 13).

The page's form inherits from `CeremonyForm`; its template includes `signing/ceremony.html` inside its own `<form>`. For a
key in the browser the page gives a `begin_url`, which takes the same form by POST and answers with JSON: `token` and
`to_sign` (base64) of `signatures.begin_device_signature`, `digest` (hex), `document` (what is signed); or `error`.
"""

import base64
import binascii
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.signing.domain import pins
from foundation.signing.domain.ceremony import CONSENT_VERSION, CONSENTS
from foundation.signing.domain.faults import SigningFault
from foundation.signing.models import Certificate

Backend = Certificate.Backend


class CeremonyForm(forms.Form):
    """Consent, and the key of the signer's certificate; an office's seal needs only the consent.

    For a licensed authority's key `cleaned_data["pin"]` is what it asks for, as typed. Call `is_valid()` outside of any transaction: it opens a PIN's key, and a mistyped PIN has to count. Then
    `cleaned_data["pin"]` is the opened key (`pins.OpenedKey`), and `cleaned_data["signature"]` bytes.
    """

    consent = forms.BooleanField(
        label=CONSENTS[CONSENT_VERSION], error_messages={"required": _("请先勾选同意，再签署。")}
    )
    pin = forms.CharField(
        label=_("签名密码"),
        max_length=20,
        # No try is lost by forgetting it.
        error_messages={"required": _("请输入签名密码。")},
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    shown_digest = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    task_token = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    signature = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, certificate: Certificate | None = None, by_seal: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.certificate, self.by_seal = certificate, by_seal
        backend = certificate.backend if certificate is not None and not by_seal else ""
        self.on_device, self.with_pin = backend == Backend.DEVICE, backend == Backend.PIN
        # What the licensed authority asks its signer for; only it knows whether it is right.
        self.with_code = backend == Backend.LICENSED
        # Without a certificate nothing can be signed, and the page says so.
        self.can_sign = bool(backend) or by_seal
        if self.with_code:
            self.fields["pin"] = forms.CharField(
                label=_("持牌机构的密码或动态码"),
                max_length=64,
                error_messages={"required": _("请输入持牌机构的密码或动态码。")},
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            )
        elif not self.with_pin:
            del self.fields["pin"]
        if not self.on_device:
            del self.fields["task_token"]
            del self.fields["signature"]

    def clean(self) -> dict[str, Any]:
        """Read the browser's signature, or open the key; the latter only once everything else is right."""
        given = super().clean() or {}
        if not self.can_sign:
            raise forms.ValidationError(_("您还没有有效的签名证书。"), code="no_certificate")
        if self.on_device:
            given["signature"] = self._signature(given.get("signature", ""))
            if not given["signature"] or not given.get("task_token"):
                raise forms.ValidationError(
                    _("这个浏览器里没有您的签名密钥。请换到申请证书时用的那台设备。"), code="no_key"
                )
        if self.with_pin and not self.errors and self.certificate is not None:
            try:
                given["pin"] = pins.open_key(self.certificate, given.get("pin", ""), by=self.certificate.user)
            except SigningFault as fault:
                self.add_error("pin", str(fault.words))
        return given

    @staticmethod
    def _signature(text: str) -> bytes:
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return b""
