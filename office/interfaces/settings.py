"""Forms of the settings' page (O6)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.images.widgets import AdminImageChooser

from foundation.core.models import Place, SiteSettings
from foundation.core.pages import options


class CommunityForm(forms.ModelForm):
    class Meta:
        model = SiteSettings
        fields = [
            "community_name",
            "short_name",
            "organisation",
            "hotline",
            "office_hours",
            "address",
            "logo",
            "accent",
        ]
        widgets = {"logo": AdminImageChooser}

    def _post_clean(self) -> None:
        """Check as the model does, but write nothing into it: the domain function does, under its lock."""
        before = {name: getattr(self.instance, name) for name in self.cleaned_data}
        super()._post_clean()  # type: ignore[misc]
        for name, value in before.items():
            setattr(self.instance, name, value)


class OptionsForm(forms.Form):
    """The options of one group."""

    def __init__(self, group: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group
        for option in options.of_group(group):
            field = option.field(
                label=option.label,
                help_text=option.help,
                required=False,
                initial=None if option.secret else options.value(option.key),
            )
            self.fields[option.key] = field

    def clean(self) -> dict[str, Any]:
        """An emptied field means the default."""
        given = super().clean() or {}
        for key, value in given.items():
            if value is None or (value == "" and options.get(key).default and not options.get(key).secret):
                given[key] = options.get(key).default
        if not self.errors:
            options.check_together(self.group, given)
        return given

    def rows(self) -> list[dict[str, Any]]:
        """Each field with what stands there by default and whether a secret is kept."""
        found = []
        for key in self.fields:
            option = options.get(key)
            found.append(
                {
                    "field": self[key],
                    "default": None if option.secret or option.default in ("", None) else option.default,
                    "kept": option.secret and options.is_set(key),
                }
            )
        return found


class PlaceForm(forms.Form):
    """A place's name, and for a new one its level and address name."""

    name = forms.CharField(label=_("名称"), max_length=60)


class NewPlaceForm(PlaceForm):
    slug = forms.SlugField(
        label=_("网址名"),
        max_length=60,
        help_text=_("小写字母、数字和连字符，定了就不能改，例如 yinxingli。"),
    )
    level = forms.ChoiceField(label=_("层级"), choices=Place.Level)

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"].lower()
        if Place.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("这个网址名已经用在另一个地点上。"))
        return slug
