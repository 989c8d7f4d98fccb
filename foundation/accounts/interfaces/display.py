from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.pages.display import MODES, SIZES


class DisplayForm(forms.Form):
    """How pages are shown."""

    mode = forms.ChoiceField(label=_("版式"), choices=list(MODES.items()), widget=forms.RadioSelect)
    size = forms.TypedChoiceField(
        label=_("字号"), choices=list(SIZES.items()), coerce=int, widget=forms.RadioSelect
    )
