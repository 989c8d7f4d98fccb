"""Forms of albums and their photos (S4)."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.access.scopes import RESIDENTS, Scope
from foundation.social.domain.posts import scope_of
from foundation.social.interfaces.forms import LEVELS, PicturesField, TextField
from foundation.social.models.album import MAX_CAPTION


class AlbumForm(forms.Form):
    title = TextField(label=_("相册名称"), max_length=40, too_long=_("名称最多 40 个字。"), strip=True)
    text = TextField(
        label=_("说明"),
        required=False,
        max_length=300,
        too_long=_("说明最多 300 个字。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    scope = forms.ChoiceField(label=_("谁可以看"), choices=LEVELS, initial=RESIDENTS)
    once = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput, required=False)

    def scope_for(self, user: Any) -> Scope:
        """Return the chosen scope as a token of `user`'s."""
        return scope_of(self.cleaned_data["scope"], user)


class PhotosForm(forms.Form):
    pictures = PicturesField(label=_("选择照片"))
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)


class PhotoForm(forms.Form):
    ACTS = ("caption", "cover", "delete", "forward", "back")

    act = forms.ChoiceField(choices=[(act, act) for act in ACTS])
    caption = TextField(
        label=_("照片说明"),
        required=False,
        max_length=MAX_CAPTION,
        too_long=_("照片说明最多 120 个字。"),
        strip=True,
    )
