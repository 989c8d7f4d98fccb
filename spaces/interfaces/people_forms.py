"""Forms of the search for people and of the address book (S7, S8)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.models import Place
from spaces.models import AddressEntry


class PeopleForm(forms.Form):
    q = forms.CharField(
        label=_("姓名、拼音、爱好、职业"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    place = forms.ChoiceField(label=_("哪个社区"), required=False)
    circle = forms.ChoiceField(label=_("我的圈子里"), required=False)
    known = forms.BooleanField(label=_("只看有共同联系人的"), required=False)

    def __init__(self, *args: Any, circles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Place.objects.filter(
            level__in=[Place.Level.STREET, Place.Level.COMMITTEE], retired_at__isnull=True
        ).order_by("path")
        chosen: Any = self.fields["place"]
        chosen.choices = [("", _("不限")), *places.values_list("slug", "name")]
        inside: Any = self.fields["circle"]
        inside.choices = [("", _("不限")), *((circle.slug, circle.name) for circle in circles)]


class NoteForm(forms.ModelForm):
    class Meta:
        model = AddressEntry
        fields = ["remark", "group", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group: Any = self.fields["group"]
        group.queryset = groups
        group.empty_label = _("不分组")
