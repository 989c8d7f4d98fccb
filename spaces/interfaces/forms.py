from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Profile, User
from foundation.accounts.models.profile import DEFAULT_LEVELS, Level
from foundation.accounts.validators import validate_visible
from foundation.core.files import uploads


class ProfileForm(forms.ModelForm):
    """The own profile, each field beside its level (S1)."""

    display_name = forms.CharField(
        label=_("昵称"), max_length=20, validators=[validate_visible], help_text=_("邻居们看到的名字。")
    )
    avatar = forms.FileField(
        label=_("头像"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
    )

    class Meta:
        model = Profile
        fields = ["bio", "location", "gender", "birthday", "occupation", "hobbies"]
        widgets = {"bio": forms.Textarea(attrs={"rows": 3, "maxlength": 200})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        gender: Any = self.fields["gender"]
        gender.choices = [("", _("不填")), *gender.choices[1:]]
        self.fields["display_name"].initial = user.display_name
        self.fields["birthday"].help_text = _("按 06-07 的样子填写，不用写年份。")
        for field, default in DEFAULT_LEVELS.items():
            self.fields[f"level_{field}"] = forms.ChoiceField(
                label=_("谁可以看"), choices=Level, initial=self.instance.levels.get(field, default)
            )

    def clean_birthday(self) -> str:
        value = self.cleaned_data["birthday"].strip()
        if value:
            try:
                # A leap year, so that 29 February is a birthday too.
                forms.DateField(input_formats=["%Y-%m-%d"]).clean(f"2000-{value}")
            except ValidationError:
                raise ValidationError(_("请按 06-07 的样子填写月和日。")) from None
        return value

    def clean_avatar(self) -> Any:
        avatar = self.cleaned_data["avatar"]
        if avatar:
            uploads.check_picture(avatar)
        return avatar

    def levels(self) -> dict[str, str]:
        """Return field → level of a valid form."""
        return {field: self.cleaned_data[f"level_{field}"] for field in DEFAULT_LEVELS}

    def rows(self) -> list[tuple[Any, Any, str]]:
        """Return (field or None, its level, label) in the order of the page; the real name is only shown."""
        found = []
        for field in DEFAULT_LEVELS:
            bound = self[field] if field in self.fields else None
            found.append((bound, self[f"level_{field}"], str(bound.label if bound else _("真实姓名"))))
        return found
