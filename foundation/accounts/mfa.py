"""allauth's second factors, with their secrets sealed and every code good for one time (A6)."""

import base64
import secrets
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.domain import second_factor
from foundation.accounts.interfaces.forms import name_code
from foundation.core.crypto.keys import KeyMissing
from foundation.core.crypto.rotation import Outcome, sealed_elsewhere
from foundation.core.crypto.seal import SealBroken, open_sealed, seal
from foundation.core.models import SiteSettings

LABEL = "mfa.authenticator.data"
# Where allauth keeps what it gave us to encrypt.
SECRETS = ("secret", "seed")
# A code of an authenticator app is good for its half minute and the one on either side, once.
CODE_SECONDS = 90
MAX_NAME = 40


def seal_secret(text: str) -> str:
    """Return a secret as it may lie in a database: the name of its row, and what only that name opens."""
    row = secrets.token_hex(8)
    return f"{row}.{base64.b64encode(seal(text, label=LABEL, row=row)).decode()}"


def open_secret(sealed: str) -> str:
    """Return what `seal_secret` sealed. Raises SealBroken."""
    row, _dot, body = sealed.partition(".")
    return open_sealed(base64.b64decode(body), label=LABEL, row=row)


@sealed_elsewhere
def renew_secrets(number: int) -> Outcome:
    """Seal the secrets of second factors anew that another key than `number` sealed; return how many, and the broken."""
    outcome = Outcome()
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    for pk in Authenticator.objects.filter(type__in=kinds).values_list("pk", flat=True):
        with transaction.atomic():
            # Using a recovery code writes the row as well.
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            old = {} if row is None else {name: row.data[name] for name in SECRETS if row.data.get(name)}
            stale = {name: text for name, text in old.items() if _key_of(text) != number}
            if row is not None and stale:
                for name, text in stale.items():
                    try:
                        row.data[name] = seal_secret(open_secret(text))
                        outcome.renewed += 1
                    except (SealBroken, KeyMissing):
                        outcome.broken.append(f"{LABEL} of {pk}, key {_key_of(text)}")
                row.save(update_fields=["data"])
    return outcome


def _key_of(sealed: str) -> int:
    """The number of the data key that sealed it."""
    return base64.b64decode(sealed.partition(".")[2])[1]


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("验证码不对，或者已经用过。请等下一个验证码再试。"),
        "unverified_email": gettext_lazy("请先确认您的电子邮件，再设置两步验证。"),
        "cannot_delete_authenticator": gettext_lazy("工作人员必须保留一种两步验证，请先添加另一种。"),
        "add_email_blocked": gettext_lazy("请先取消两步验证，再更换电子邮件。"),
    }

    def encrypt(self, text: str) -> str:
        return seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        return open_secret(encrypted_text)

    def get_totp_issuer(self) -> str:
        return str(SiteSettings.current().community_name)

    def _get_site_name(self) -> str:
        return self.get_totp_issuer()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff keep at least one factor; recovery codes alone are none."""
        user: Any = authenticator.user
        others = Authenticator.objects.filter(user=user, type__in=second_factor.FACTORS)
        return not second_factor.is_required(user) or others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("通行密钥 %(number)s") % {"number": count + 1}


def _use_once(user: Any, code: str, error: Any) -> None:
    """Refuse a code that this person has used already."""
    plain = "".join(code.split())
    if not cache.add(f"totp-used:{user.pk}:{plain}", 1, timeout=CODE_SECONDS + 30):
        raise error("incorrect_code")


class ActivateForm(ActivateTOTPForm):
    """Keeps the new secret sealed in the session until the first code has shown that the app holds it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)
        name_code(self.fields["code"])
        self.fields["code"].widget.attrs.update(inputmode="numeric", maxlength=10)
        session = context.request.session
        sealed = session.get(totp.SECRET_SESSION_KEY)
        if sealed is None:
            sealed = session[totp.SECRET_SESSION_KEY] = seal_secret(totp.generate_totp_secret())
        self.secret = open_secret(sealed)

    def clean_code(self) -> str:
        code = super().clean_code()
        _use_once(self.user, code, MFAAdapter().validation_error)
        return code


class _OneTime(forms.Form):
    """Of the codes that an app shows each opens one door only, also within the minute in which it is good."""

    user: Any
    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_code(self.fields["code"])
        self.fields["code"].widget.attrs.update(maxlength=20, autofocus=True)

    def clean_code(self) -> str:
        code = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP:
            _use_once(self.user, code, MFAAdapter().validation_error)
        return code


class SecondStepForm(_OneTime, AuthenticateForm):
    pass


class ConfirmForm(_OneTime, ReauthenticateForm):
    pass


class AddKeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名称")
        self.fields["name"].widget.attrs["maxlength"] = MAX_NAME
        self.fields["passwordless"].label = _("以后只用它登录，不用输密码")
        self.fields["passwordless"].help_text = _("需要设备支持指纹、面容或锁屏密码。")
        self.fields["passwordless"].initial = True

    def clean_name(self) -> str:
        return super().clean_name()[:MAX_NAME]


class RenameKeyForm(EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名称")
        self.fields["name"].max_length = MAX_NAME
        self.fields["name"].widget.attrs["maxlength"] = MAX_NAME
