"""The signing form that a page above includes: consent, and the PIN or the key in the browser (电子签名法 13).

The page's view makes `CeremonyForm(certificate=…, document=…, slot=…, by=…, data=request.POST or None)`, asks for
`is_valid()` outside of any transaction (a mistyped PIN has to count), and then signs inside its own with `form.sign`.
"""

import base64
import binascii
from datetime import datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.core.access.addresses import address_of
from foundation.signing.domain import pins, signatures
from foundation.signing.domain.ceremony import CONSENT_VERSION, CONSENTS, Ceremony
from foundation.signing.domain.faults import SigningFault
from foundation.signing.models import Certificate, Signature, SignedDocument

Backend = Certificate.Backend
# How allauth calls the ways in which somebody shows who she is.
WAYS = {"password": "password", "mfa": "passkey", "code": "code"}


class CeremonyForm(forms.Form):
    """What a signer does on the page; the kind of her certificate decides what is asked."""

    consent = forms.BooleanField(
        label=CONSENTS[CONSENT_VERSION], error_messages={"required": _("请先勾选同意，再签署。")}
    )
    pin = forms.CharField(
        label=_("签名密码"),
        max_length=20,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    shown_digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    task_token = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    signature = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, certificate: Certificate, document: SignedDocument, slot: str, by: Any, **kwargs: Any
    ) -> None:
        self.certificate, self.document, self.slot, self.by = certificate, document, slot, by
        super().__init__(*args, initial={"shown_digest": document.sha256, **kwargs.pop("initial", {})}, **kwargs)
        if certificate.backend != Backend.PIN:
            del self.fields["pin"]
        if certificate.backend != Backend.DEVICE:
            del self.fields["task_token"]
            del self.fields["signature"]

    @property
    def on_device(self) -> bool:
        return self.certificate.backend == Backend.DEVICE

    def clean(self) -> dict[str, Any]:
        """Open the key, or read the browser's signature; only once everything else is right."""
        given = super().clean() or {}
        if self.errors:
            return given
        if self.certificate.backend == Backend.PIN:
            try:
                given["pin"] = pins.open_key(self.certificate, given["pin"], by=self.by)
            except SigningFault as fault:
                self.add_error("pin", str(fault.words))
        elif self.on_device:
            try:
                given["signature"] = base64.b64decode(given["signature"], validate=True)
            except (binascii.Error, ValueError):
                given["signature"] = b""
            if not given["signature"] or not given["task_token"]:
                raise ValidationError(_("这个浏览器里没有您的签名密钥。请换到申请证书时用的那台设备。"))
        return given

    def sign(self, *, ceremony: Ceremony) -> Signature:
        """Sign; call it inside the transaction in which the thing itself changes. Raises SigningFault."""
        given = self.cleaned_data
        usual: dict[str, Any] = {
            "shown_digest": given["shown_digest"],
            "by": self.by,
            "ceremony": ceremony,
        }
        if self.on_device:
            return signatures.finish_device_signature(
                self.document, task_token=given["task_token"], signature=given["signature"], **usual
            )
        usual |= {"slot": self.slot, "certificate": self.certificate}
        if self.certificate.backend == Backend.PIN:
            return signatures.sign_with_pin(self.document, pin=given["pin"], **usual)
        return signatures.sign_with_licensed(self.document, **usual)


def ceremony_of(request: HttpRequest, **facts: Any) -> Ceremony:
    """Return what is known of the signer from the request; `facts` are the page's own (pages opened, delivery, log)."""
    records = get_authentication_records(request, request.user)
    confirmed = [record for record in records if record.get("reauthenticated")] or list(records)
    last = confirmed[-1] if confirmed else {}
    at = last.get("at")
    usual: dict[str, Any] = {
        "confirmed_by": WAYS.get(str(last.get("method", "")), str(last.get("method", ""))),
        "confirmed_at": datetime.fromtimestamp(at, timezone.get_current_timezone()) if at else None,
        "ip": address_of(request),
        "user_agent": request.headers.get("User-Agent", ""),
    }
    return Ceremony(**{**usual, **facts})


def task_as_data(task: signatures.Task) -> dict[str, Any]:
    """Return what the page's begin address answers with (JSON), for `static/js/keys.js`."""
    return {
        "token": task.token,
        "to_sign": base64.b64encode(task.to_sign).decode(),
        "digest": base64.b64encode(task.digest).decode(),
        "byte_range": list(task.byte_range),
        "expires_at": task.expires_at.isoformat(),
    }
