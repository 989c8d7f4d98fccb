"""Forms of applications, pages, members and papers."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.accounts.adapter import AccountAdapter
from foundation.accounts.interfaces.fields import MobileField
from foundation.accounts.models import User
from foundation.accounts.validators import validate_visible
from foundation.core.files import uploads
from foundation.core.models import Place
from organisations.domain.queries.finding import AGES
from organisations.models import Group, Institution, Qualification, Service
from organisations.rules import is_code, normalise

RESERVED = frozenset({"apply", "papers", "invitations", "new", "search"})
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def committees() -> Any:
    """Return the streets and committees that an institution can belong to or serve."""
    return Place.objects.filter(level__in=Place.WITH_OFFICE, retired_at=None).order_by("path")


class PictureField(forms.FileField):
    """One picture, looked at before it is kept."""

    widget = forms.FileInput(attrs={"accept": "image/*"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = super().clean(data, initial)
        if given:
            uploads.check_picture(given)
        return given


class StartForm(forms.Form):
    """What an application stands on."""

    name = forms.CharField(label=_("机构全称"), max_length=60, validators=[validate_visible])
    code = forms.CharField(
        label=_("统一社会信用代码"),
        required=False,
        max_length=40,
        help_text=_("证书上的 18 位代码。现在没有，可以提交前再填。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    place = forms.ModelChoiceField(
        label=_("由哪个社区审核"), queryset=Place.objects.none(), empty_label=_("请选择")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = committees()  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code = normalise(self.cleaned_data["code"])
        if code and not is_code(code):
            raise ValidationError(_("代码不对，多半是某一位打错了，请照证书逐位核对。"))
        return code


class PageForm(forms.ModelForm):
    """What the institution's page says."""

    groups = forms.MultipleChoiceField(
        label=_("帮扶对象"), choices=Group.choices, widget=forms.CheckboxSelectMultiple
    )
    area = forms.ModelMultipleChoiceField(
        label=_("服务范围"),
        queryset=Place.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    picture = PictureField(label=_("标志图片"), required=False, help_text=_("JPG、PNG 等，10 MB 以内。"))

    class Meta:
        model = Institution
        fields = [
            "introduction",
            "groups",
            "serves_children",
            "area",
            "hours",
            "address",
            "contact_name",
            "contact_phone",
            "capacity",
            "slug",
            "picture",
        ]
        widgets = {"introduction": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "introduction": _("您是谁，帮助谁，怎样帮助。居民会看到这段话。"),
            "serves_children": _("勾选后，每位成员都要有一年以内的从业查询声明，并由两位工作人员审核。"),
            "slug": _("主页地址的最后一段，用字母、数字和连字符。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = committees()  # type: ignore[attr-defined]
        self.fields["introduction"].required = True
        if not self.instance.can_be_filled:
            # It decides by whom it is reviewed: changed only in an application.
            del self.fields["serves_children"]
        if not self.is_bound:
            self.initial["groups"] = [one.group for one in self.instance.audiences.all()]

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug.lower() in RESERVED:
            raise ValidationError(_("这个网址名不能用，请换一个。"))
        return slug

    def words(self) -> dict[str, Any]:
        """Return the values that `domain.page.describe` takes as they are."""
        names = ("introduction", "hours", "address", "contact_name", "contact_phone", "capacity")
        return {name: self.cleaned_data[name] for name in names}


class ServiceForm(forms.ModelForm):
    class Meta:
        model = Service
        fields = ["name", "matter", "minimum_age", "maximum_age", "schedule", "capacity"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("minimum_age"), given.get("maximum_age")
        if first is not None and last is not None and first > last:
            self.add_error("maximum_age", _("最大年龄不能小于最小年龄。"))
        return given


class PaperForm(forms.ModelForm):
    picture = PictureField(label=_("证照照片"), help_text=_("拍清楚整张证照，只有机构成员和工作人员能看。"))

    class Meta:
        model = Qualification
        fields = ["type", "name", "issuer", "valid_until"]
        widgets = {"valid_until": DATE}
        help_texts = {"valid_until": _("长期有效的不用填。")}


class PersonField(forms.CharField):
    """Names a verified account exactly: by its address name or its mobile number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)
        self.widget.attrs |= {"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> User:
        typed = super().clean(value).strip().removeprefix("@")
        user: Any = None
        if re.fullmatch(r"[+0-9][0-9 -]{6,}", typed):
            user = AccountAdapter().get_user_by_phone(MobileField().clean(typed))
        elif typed:
            user = User.objects.visible_to(None).filter(username=typed.lower()).first()
        if user is None or not User.objects.visible_to(None).filter(pk=user.pk).exists():
            raise ValidationError(_("没有找到这位居民，请核对一下。对方要先完成实名认证。"))
        return user


class InviteForm(forms.Form):
    person = PersonField(label=_("对方的网址名或手机号"), help_text=_("对方登录后确认，才成为成员。"))
    checked_on = forms.DateField(
        label=_("从业查询日期"),
        required=False,
        widget=DATE,
        help_text=_("为未成年人服务的机构必填：哪天查询过，没有性侵害、虐待等违法犯罪记录。"),
    )


class CheckForm(forms.Form):
    checked_on = forms.DateField(label=_("查询日期"), widget=DATE)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class SearchForm(forms.Form):
    q = forms.CharField(label=_("找什么"), required=False, max_length=60)
    matter = forms.ChoiceField(
        label=_("事项"), required=False, choices=[("", _("全部事项")), *Service.Matter.choices]
    )
    group = forms.ChoiceField(
        label=_("帮扶对象"), required=False, choices=[("", _("全部对象")), *Group.choices]
    )
    ages = forms.ChoiceField(
        label=_("年龄"),
        required=False,
        choices=[("", _("全部年龄")), *[(key, _("%s 岁") % key) for key in AGES]],
    )
    place = forms.ModelChoiceField(
        label=_("服务范围"), required=False, queryset=Place.objects.none(), empty_label=_("全部范围")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = committees()  # type: ignore[attr-defined]
