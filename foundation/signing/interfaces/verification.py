"""The forms of the verification page."""

from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.signing.domain import verification
from foundation.signing.models import SignedDocument


class NumberForm(forms.Form):
    """What stands at the foot of every page."""

    number = forms.CharField(label=_("文件编号"), max_length=40)
    code = forms.CharField(
        label=_("验证码"), max_length=20, help_text=_("在每一页的左下角，编号下面的 10 位字母和数字。")
    )

    document: SignedDocument

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        found = verification.find(given["number"], given["code"])
        if found is None:
            # Never which of the two is wrong.
            raise forms.ValidationError(_("没有找到这份文件，请核对编号和验证码。"), code="unknown")
        self.document = found
        return given


class UploadForm(forms.Form):
    """A file that somebody wants to be sure of."""

    file = forms.FileField(
        label=_("PDF 文件"),
        help_text=_("不超过 10 MB。只在内存里核对，不保存。"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > verification.MOST_BYTES:
            raise forms.ValidationError(_too_large(), code="too_large")
        return file

    @classmethod
    def too_large(cls) -> "UploadForm":
        """Return the form as it answers a body that nobody has read."""
        form = cls({})
        form.fields["file"].error_messages["required"] = _too_large()
        return form


def _too_large() -> str:
    return gettext("文件超过 %(most)s，请换一个。") % {"most": filesizeformat(verification.MOST_BYTES)}
