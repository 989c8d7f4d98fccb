"""Forms of the page on which roles are given and taken (A5)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.access.roles import GIVEN, PLACED, SENTENCES, STRONG, Role
from foundation.core.models import Place

# A building is too small to be somebody's office, and there are too many to choose from.
OFFICES = (Place.Level.STREET, Place.Level.COMMITTEE, Place.Level.GRID)


class PlaceField(forms.ModelChoiceField):
    """Choose a place from the tree; the indentation shows what lies within what."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Place.objects.filter(level__in=OFFICES, retired_at=None).order_by("path"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return "　" * (obj.depth - 1) + obj.name


class GiveRoleForm(forms.Form):
    role = forms.ChoiceField(label=_("角色"), widget=forms.RadioSelect)
    place = PlaceField(
        label=_("管辖范围"),
        required=False,
        empty_label=_("不限地点"),
        help_text=_("工作人员和儿童主任必须选择；权限只到这个地点和它下面的地点为止。"),
    )
    purpose = forms.CharField(
        label=_("理由"), max_length=200, help_text=_("会写进操作日志，例如“接替王敏负责银杏里社区”。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in GIVEN]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        role, place = given.get("role"), given.get("place")
        if role and (role in PLACED) != (place is not None):
            self.add_error(
                "place",
                _("请选择这个角色管辖的地点。")
                if role in PLACED
                else _("这个角色不分地点，请选“不限地点”。"),
            )
        return given

    @property
    def choices(self) -> list[dict[str, Any]]:
        """What each choice is for, and whether a second person has to agree."""
        chosen = self["role"].value()
        return [
            {
                "value": role.value,
                "label": role.label,
                "sentence": SENTENCES[role],
                "strong": role in STRONG,
                "chosen": chosen == role.value,
            }
            for role in GIVEN
        ]


class TakeRoleForm(forms.Form):
    role = forms.ChoiceField(choices=[(role.value, role.label) for role in Role])
    place = forms.ModelChoiceField(Place.objects.all(), required=False)
    purpose = forms.CharField(max_length=200, required=False)
