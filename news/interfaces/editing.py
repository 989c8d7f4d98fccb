"""The forms of the editors' tree: for whom a notice is, as one question with one answer; an article begins in a channel."""

from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.compare import TextFieldComparison
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel

from foundation.core.access import scopes
from foundation.core.access.roles import RoleGroup
from foundation.core.access.scopes import Scope
from foundation.core.models import Place
from news.models.audience import words_of

EVERYBODY = scopes.PUBLIC


def key_of(scope: Scope) -> str:
    """Return a scope as the value of a form."""
    return f"{scope.level}:{scope.ref}" if scope.ref else scope.level


def scope_of(key: str) -> Scope:
    """Return what the value of a form stands for."""
    level, _colon, ref = key.partition(":")
    return Scope(level, ref)


def choices() -> list[Any]:
    """Return everybody, the residents, those with a role, and every place, each below the one it lies in."""
    places = [
        (key_of(Scope(scopes.PLACE, place.path)), "　" * (place.depth - 1) + place.name)
        for place in Place.objects.filter(retired_at=None).order_by("path")
    ]
    roles = [(key_of(Scope(scopes.ROLE, group)), label) for group, label in RoleGroup.choices]
    return [
        (EVERYBODY, _("所有人（不登录也能看）")),
        (scopes.RESIDENTS, _("认证居民")),
        (_("只给一类人"), roles),
        *([(_("只给一个地方的居民和工作人员"), places)] if places else []),
    ]


class AudienceField(forms.ChoiceField):
    """One of `choices`, cleaned into its scope."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"label": _("发给谁"), "choices": choices, "initial": EVERYBODY, **given})

    def clean(self, value: Any) -> Scope:
        return scope_of(super().clean(value))


class AudienceForm(WagtailAdminPageForm):
    """A notice in the editors' tree. A place that was removed since stays chosen until somebody chooses another."""

    goes_to = AudienceField(required=False, help_text=_("不在范围内的人，在任何一页都看不到这条公告。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = self.instance.scope
        self.initial["goes_to"] = key_of(scope)
        field: Any = self.fields["goes_to"]
        if not field.valid_value(key_of(scope)):
            field.choices = [*field.choices, (key_of(scope), _("已撤销的地点"))]

    def clean_goes_to(self) -> Scope:
        scope: Scope = self.cleaned_data["goes_to"]
        if "goes_to" not in self.data:
            return self.instance.scope
        if not scope.level:
            raise ValidationError(_("请选择发给谁。"))
        return scope

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        # Before the model's own rules look at it.
        if "goes_to" in cleaned:
            self.instance.scope = cleaned["goes_to"]
        return cleaned


class AudienceComparison(TextFieldComparison):
    """For whom two versions of a notice are, in words."""

    def __init__(self, field: Any, obj_a: Any, obj_b: Any) -> None:
        super().__init__(field, obj_a, obj_b)
        self.val_a, self.val_b = (words_of(obj.scope) or str(_("所有人")) for obj in (obj_a, obj_b))

    def field_label(self) -> Any:
        return _("发给谁")


class AudiencePanel(FieldPanel):
    """The question for whom; its answer lies in two columns, which revisions are compared by."""

    class BoundPanel(FieldPanel.BoundPanel):
        def get_comparison(self) -> list[Any]:
            return [partial(AudienceComparison, self.instance._meta.get_field("scope_level"))]


class ArticleForm(WagtailAdminPageForm):
    """A new article begins in the first channel: one question less."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.channel_id:
            self.initial["channel"] = (
                self.instance._meta.get_field("channel").related_model.objects.columns().first()
            )
