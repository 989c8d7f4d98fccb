"""allauth's forms, where they need more than their settings say."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    RequestLoginCodeForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    VerifyPhoneForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.forms import Field
from django.utils.translation import gettext as _

from foundation.accounts.domain import passwords, tries


class _NewPassword:
    """Tells of a new password what is asked of whose it is: residents read nothing of staff's rule."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form: Any = self
        form.fields["password1"].help_text = passwords.rules_of(form.user)


class ChangeForm(_NewPassword, ChangePasswordForm):
    """Of whoever knows the old one."""


class SetForm(_NewPassword, SetPasswordForm):
    """Of whoever has none yet."""


class ResetForm(_NewPassword, ResetPasswordKeyForm):
    """Of whoever forgot it and opened the link of the letter."""


class CodeForm(RequestLoginCodeForm):
    """Asks for a code by mail or telephone; allauth's own takes an empty form for a good one and breaks on it."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Tell the wait of codes, which is another than that of passwords."""
        if getattr(error, "code", "") == tries.TOO_MANY:
            error = tries.too_many("request_login_code")
        super().add_error(field, error)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not self.errors and not (given.get("email") or given.get("phone")):
            raise ValidationError(_("请填写电子邮件或手机号。"), code="required")
        return given


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """Names its field in our words: "Code" means something else in Wagtail's editor, where both share a catalogue."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_code(self.fields["code"])


class ConfirmPhoneForm(VerifyPhoneForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_code(self.fields["code"])


class CodeAnswerForm(forms.Form):
    """Takes the code that was sent to somebody signed in, who shows by it that it is she."""

    code = forms.CharField(
        max_length=20, widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_code(self.fields["code"])


def name_code(field: Field) -> None:
    """Call the field what everybody calls it."""
    field.label = _("验证码")
    field.widget.attrs.pop("placeholder", None)
