"""What people type about agreements."""

import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Organisation
from foundation.core.files.uploads import check_picture
from foundation.core.models import Place
from foundation.signing.interfaces.ceremony import CeremonyForm
from helpagreements.domain.drafting import Wording
from helpagreements.domain.signing import Credential
from helpagreements.enums import AgreementType
from helpagreements.models import Agreement, ClauseTemplate
from helpagreements.models.talk import MAX_PICTURES

LONGEST = timedelta(days=3660)


class DateInput(forms.DateInput):
    """The device's own calendar."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def long_text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class NothingForm(forms.Form):
    """An act that needs no words."""


class PushForm(forms.Form):
    """Nothing to write: only what the draft said when it was looked at."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=500, widget=long_text())


class OptionalReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=500, widget=long_text(), required=False)


class SignForm(CeremonyForm):
    """Sign what lies before one: consent, and the key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.by_seal:
            # A seal is the office's: nobody says of it that she alone controls it.
            self.fields["consent"].label = _("我已核对内容，代表社区加盖电子公章。")

    @property
    def own_fields(self) -> list[Any]:
        """What is asked beside the consent and the key."""
        return [self[name] for name in self.fields if name not in CeremonyForm.base_fields]

    def credential(self) -> Credential | None:
        """Return the institution's key as it was given; None where an office's seal signs."""
        if self.by_seal:
            return None
        given = self.cleaned_data
        return Credential(
            self.certificate,
            given.get("shown_digest", ""),
            pin=given.get("pin") or "",
            task_token=given.get("task_token", ""),
            signature=given.get("signature") or b"",
        )


class AskRescindForm(SignForm):
    reason = forms.CharField(label=_("原因"), max_length=500, widget=long_text())
    field_order = ["reason"]


class AskEndForm(SignForm):
    reason = forms.CharField(label=_("原因"), max_length=500, widget=long_text())
    wished_on = forms.DateField(
        label=_("希望结束的日期"),
        widget=DateInput(),
        help_text=_("供对方安排交接；双方都签名的那一刻协议才结束。"),
    )
    handover = forms.CharField(
        label=_("交接安排"),
        max_length=500,
        widget=long_text(),
        help_text=_("正在帮扶的人由谁接着帮、什么时候交接。不要写名字和电话。"),
    )
    field_order = ["reason", "wished_on", "handover"]


class ReviseForm(forms.Form):
    """One field for each clause."""

    def __init__(self, *args: Any, clauses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for clause in clauses:
            self.fields[f"clause-{clause.key}"] = forms.CharField(
                label=_("对“%(title)s”的意见") % {"title": clause.title},
                max_length=500,
                required=False,
                widget=long_text(2),
            )

    @property
    def comments(self) -> dict[str, str]:
        """What was said, by the clauses' keys."""
        return {
            name.removeprefix("clause-"): text
            for name, text in self.cleaned_data.items()
            if name.startswith("clause-") and text
        }


class CommentForm(forms.Form):
    text = forms.CharField(label=_("意见"), max_length=500, widget=long_text(2))


class ManyPictures(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Up to nine pictures, each looked at before it is kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=ManyPictures(attrs={"accept": "image/*"}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = (
            [one for one in (data or []) if one] if isinstance(data, list | tuple) else [data] if data else []
        )
        if len(uploads) > MAX_PICTURES:
            raise forms.ValidationError(_("最多 %(count)s 张照片。"), params={"count": MAX_PICTURES})
        for upload in uploads:
            check_picture(upload)
        return uploads


class NoteForm(forms.Form):
    once = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("做了什么"), max_length=1000, widget=long_text(4))
    happened_on = forms.DateField(label=_("日期"), widget=DateInput(), initial=date.today)
    minutes = forms.IntegerField(label=_("时长（分钟）"), min_value=1, max_value=1440, required=False)
    pictures = PicturesField(
        label=_("照片"), required=False, help_text=_("请不要拍人脸；要拍，先征得本人同意。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = uuid.uuid4


class DraftForm(forms.Form):
    """What a new draft begins with."""

    type = forms.ChoiceField(label=_("协议类型"), choices=AgreementType.choices)
    title = forms.CharField(label=_("名称"), max_length=60)
    institution = forms.ModelChoiceField(label=_("帮扶机构"), queryset=Organisation.objects.none())
    place = forms.ModelChoiceField(label=_("社区"), queryset=Place.objects.none())
    starts_on = forms.DateField(label=_("生效日"), widget=DateInput())
    ends_on = forms.DateField(label=_("截止日"), widget=DateInput())

    def __init__(self, *args: Any, institutions: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = institutions  # type: ignore[attr-defined]
        self.fields["place"].queryset = places  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        return _dates_in_order(self, super().clean() or {})


def _dates_in_order(form: forms.Form, given: dict[str, Any]) -> dict[str, Any]:
    if given.get("starts_on") and given.get("ends_on") and given["starts_on"] >= given["ends_on"]:
        form.add_error("ends_on", _("截止日必须晚于生效日。"))
    elif given.get("starts_on") and given.get("ends_on") and given["ends_on"] - given["starts_on"] > LONGEST:
        form.add_error("ends_on", _("一份协议最长十年。"))
    return given


class EditForm(forms.Form):
    """The whole draft: what it is called, from when to when, and every clause."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    title = forms.CharField(label=_("名称"), max_length=60)
    starts_on = forms.DateField(label=_("生效日"), widget=DateInput())
    ends_on = forms.DateField(label=_("截止日"), widget=DateInput())

    def clean(self) -> dict[str, Any]:
        return _dates_in_order(self, super().clean() or {})


class ClauseForm(forms.Form):
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("标题"), max_length=40)
    text = forms.CharField(label=_("内容"), max_length=2000, widget=long_text(4))

    def wording(self) -> Wording:
        given = self.cleaned_data
        return Wording(title=given["title"], text=given["text"], key=given["key"])


ClauseFormSet = forms.formset_factory(ClauseForm, extra=1, can_delete=True, max_num=31, validate_max=True)


def clauses_of(agreement: Agreement, data: Any = None) -> Any:
    """Return the forms of a draft's clauses, with an empty one at the end."""
    known = agreement.current.clauses.all()
    initial = [{"key": one.key, "title": one.title, "text": one.text} for one in known]
    return ClauseFormSet(data, initial=initial, prefix="clauses")


class TemplateForm(forms.ModelForm):
    """A clause of the office for new agreements."""

    class Meta:
        model = ClauseTemplate
        fields = ["type", "position", "key", "title", "text", "required"]
        widgets = {"text": long_text(5)}
