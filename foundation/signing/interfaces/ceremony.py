"""Consent and key, at the end of every page on which something is signed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.signing.domain.ceremony import CONSENT_VERSION, CONSENTS


class CeremonyForm(forms.Form):
    """Consent, and the key of the signer's certificate; an office's seal needs only the consent."""

    consent = forms.BooleanField(label=CONSENTS[CONSENT_VERSION])
    pin = forms.CharField(label=_("签名密码"), max_length=20, required=False)
    shown_digest = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    task_token = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    signature = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, certificate: Any = None, by_seal: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.certificate, self.by_seal = certificate, by_seal
