"""allauth's forms, where they need more than their settings say."""

from typing import Any

from allauth.account.forms import RequestLoginCodeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class CodeForm(RequestLoginCodeForm):
    """Asks for a code by mail or telephone; allauth's own takes an empty form for a good one and breaks on it."""

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not self.errors and not (given.get("email") or given.get("phone")):
            raise ValidationError(_("请填写电子邮件或手机号。"), code="required")
        return given
